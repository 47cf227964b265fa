"""The demo itself: set the stage, play the journeys, sum up, and stay up to be tried."""

import logging
import time
from collections.abc import Awaitable, Callable

import typer

from bot import logs
from bot.demo.journeys import Summary, play
from bot.demo.stage import stage

Stay = Callable[[], Awaitable[None]]


async def show(*, port: int, journeys: bool, stay: Stay | None) -> bool:
    """Run the demo on *port* (0: a free one); True when every journey went well.

    *stay* waits until the person wants to stop; None ends after the summary.
    """
    logs.configure("text", logging.getLevelName(logging.ERROR), b"demo", secrets=())
    began = time.monotonic()
    async with stage(port if stay else 0) as set_up:
        typer.echo("A stand-in for Telegram, the bot, and nothing that leaves this machine.")
        if stay:
            typer.echo(f"Web chat: {set_up.address}")
        summary = await play(set_up, typer.echo) if journeys else Summary()
        if journeys:
            _sum_up(summary, time.monotonic() - began)
        if stay:
            cast = set_up.cast
            people = ",".join(str(one.id) for one in (cast.amal, cast.samir, cast.ada, cast.ben))
            typer.echo(f"\nTry it yourself: {set_up.address}/?people={people}")
            typer.echo("Ctrl-C stops it; nothing is kept.")
            await stay()
    return not summary.failures


def _sum_up(summary: Summary, seconds: float) -> None:
    typer.echo("\n━━ Summary " + "━" * 60)
    for line in summary.lines:
        typer.echo(f"  {line}")
    for failure in summary.failures:
        typer.echo(f"  ✗ {failure}")
    total = len(summary.lines) + len(summary.failures)
    typer.echo(f"  {len(summary.lines)} of {total} checks hold, in {seconds:.0f} s.")
