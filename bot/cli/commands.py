"""All commands of `fingerpost`."""

import typer

from bot.cli import (
    archiving,
    backup,
    digest,
    directory,
    explaining,
    feeds,
    hours,
    judging,
    matching,
    personas,
    processes,
    searching,
    spam,
    upkeep,
)

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Fingerpost: points newcomers to help, and keeps the organisations around them informed.",
)
for command in (
    processes.demo,
    processes.run,
    processes.sandbox,
    matching.match,
    searching.search,
    upkeep.health,
    backup.backup,
    backup.restore,
):
    app.command()(command)
app.add_typer(upkeep.database, name="db")
app.add_typer(directory.app, name="directory")
app.add_typer(matching.guide, name="guide")
app.add_typer(personas.app, name="personas")
explaining.app.command("judge")(judging.judge)
app.add_typer(explaining.app, name="explain")
app.add_typer(spam.app, name="spam")
app.add_typer(hours.app, name="hours")
app.add_typer(feeds.app, name="feeds")
digest.app.command()(archiving.archive)
app.add_typer(digest.app, name="digest")
app.add_typer(upkeep.languages, name="locales")
