"""The console script `fingerpost`, and `python -m bot`."""

import os

# PTB then gives waits as timedelta, without a deprecation warning; read when it is imported
os.environ.setdefault("PTB_TIMEDELTA", "true")

import typer

from bot.cli import directory, explaining, feeds, matching, personas, processes, searching, upkeep

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
):
    app.command()(command)
app.add_typer(upkeep.database, name="db")
app.add_typer(directory.app, name="directory")
app.add_typer(matching.guide, name="guide")
app.add_typer(personas.app, name="personas")
app.add_typer(explaining.app, name="explain")
app.add_typer(feeds.app, name="feeds")
app.add_typer(feeds.digest, name="digest")
app.add_typer(upkeep.languages, name="locales")


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
