"""`directory`: services in and out, and what is wrong with a pack."""

import typer

from bot.cli import checking, due, exporting, importing

app = typer.Typer(no_args_is_help=True, help="The service directory.")
app.command("import")(importing.import_)
app.command()(exporting.export)
app.command()(checking.check)
app.command()(due.due)
