"""The console script `fingerpost`, and `python -m bot`."""

import os
import sys
from importlib import import_module
from typing import Any

# PTB then gives waits as timedelta, without a deprecation warning; read when it is imported
os.environ.setdefault("PTB_TIMEDELTA", "true")

# groups of commands that need neither the bot nor the database, whose loading takes over a second
QUICK = {"hours": "bot.cli.hours"}


def __getattr__(name: str) -> Any:  # Any: a Typer, which is not loaded before it is asked for
    """Return `app`, all commands, loaded at first use."""
    if name == "app":
        return import_module("bot.cli.commands").app
    raise AttributeError(name)


def main() -> None:
    """Run the command line."""
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name in QUICK:
        import_module(QUICK[name]).app(sys.argv[2:], prog_name=f"fingerpost {name}")
    else:
        import_module("bot.cli.commands").app()


if __name__ == "__main__":
    main()
