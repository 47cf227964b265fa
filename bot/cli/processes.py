"""`run`, `sandbox` and `demo`: the commands that stay up."""

import asyncio
import signal
import sys
from collections.abc import Coroutine
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer
from sqlalchemy import make_url
from telegram.error import BadRequest, InvalidToken

from bot import logs
from bot.app import Choices, wire
from bot.cli import output
from bot.demo.show import show
from bot.environment import SettingsError, require_token
from bot.pack import Pack
from bot.service import (
    AlreadyRunning,
    CannotListen,
    CannotUse,
    Installation,
    Mail,
    Role,
    Webhook,
    running,
)
from bot.settings import Settings
from db.engine import Sessions
from delivery.mail import BadMailServer, read_url
from digests.mailing import read_address
from handlers.context import App, Healthy
from sandbox.limits import Rule
from sandbox.server import serve
from sandbox.world import Sandbox


def run(
    role: Annotated[Role, typer.Option(help="What this process does.")] = Role.ALL,
) -> None:
    """Run the bot: polling, or a webhook when FINGERPOST_WEBHOOK_URL is set."""
    chosen = output.loaded()
    try:
        token = require_token(chosen)
    except SettingsError as exc:
        output.fail(str(exc), output.USAGE)
    logs.configure(
        chosen.log_format, chosen.log_level, chosen.logging_key(), secrets=_secrets(chosen)
    )
    try:
        run_loop(_stay(installation(chosen, token, role)))
    except InvalidToken:
        output.fail(
            "FINGERPOST_BOT_TOKEN: Telegram does not know this token. Copy it again from "
            "@BotFather.",
            output.USAGE,
        )
    except BadRequest as exc:
        output.fail(f"FINGERPOST_WEBHOOK_URL: Telegram refuses it: {exc.message}.", output.USAGE)
    except AlreadyRunning as exc:
        output.fail(
            f"FINGERPOST_DATABASE_URL: a bot is running with {exc} already. Stop that one first, "
            "or write another file. A second process that only waits to take over its jobs may "
            "run: `fingerpost run --role jobs`.",
            output.USAGE,
        )
    except CannotUse as exc:
        output.fail(
            f"FINGERPOST_DATABASE_URL: the file cannot be used: {exc}. Write a file that you may "
            "read and write, such as sqlite:///./var/fingerpost.db.",
            output.USAGE,
        )
    except CannotListen as exc:
        output.fail(
            f"FINGERPOST_HOST, FINGERPOST_PORT: cannot listen on {exc}. Write a free port.",
            output.USAGE,
        )


def _secrets(chosen: Settings) -> list[str]:
    """Return what must never stand in a log."""
    password = make_url(chosen.database_url).password
    hidden = [chosen.bot_token, chosen.webhook_secret, chosen.log_key, chosen.smtp_url]
    found = [each.get_secret_value() for each in hidden if each]
    of_mail = urlsplit(found[-1]).password if chosen.smtp_url else None
    return [*found, *(each for each in (password, of_mail) if each)]


def installation(chosen: Settings, token: str, role: Role) -> Installation:
    """Return what `running` needs to know, from the settings."""
    webhook = None
    if chosen.webhook_url is not None and chosen.webhook_secret is not None:
        webhook = Webhook(chosen.webhook_url, chosen.webhook_secret.get_secret_value())
    pack = output.pack_of(chosen.pack)
    return Installation(
        token=token,
        database_url=chosen.database_url,
        pack=pack,
        feeds=pack.feeds,
        api_base=chosen.api_base,
        coordinators=chosen.coordinators,
        choices=choices_of(chosen),
        role=role,
        webhook=webhook,
        host=chosen.host,
        port=chosen.jobs_port if role is Role.JOBS else chosen.port,
        metrics=chosen.metrics,
        directory_api=chosen.directory_api,
        directory_url=chosen.directory_url,
        proxies=chosen.trusted_proxies,
        mail=_mail(chosen),
    )


def _mail(chosen: Settings) -> Mail | None:
    """Return through which server and from whom mails go, None when there are none."""
    if chosen.smtp_url is None or chosen.mail_from is None:
        return None
    try:
        server = read_url(chosen.smtp_url.get_secret_value())
    except BadMailServer as exc:
        output.fail(f"FINGERPOST_SMTP_URL: {exc}.", output.USAGE)
    if (sender := read_address(chosen.mail_from)) is None:
        output.fail(
            "FINGERPOST_MAIL_FROM: write an address, like digest@example.org.", output.USAGE
        )
    return Mail(server, sender, _alarms_to(chosen))


def _alarms_to(chosen: Settings) -> str | None:
    if chosen.alarm_email is None:
        return None
    if (address := read_address(chosen.alarm_email)) is None:
        output.fail(
            "FINGERPOST_ALARM_EMAIL: write an address, like admin@example.org.", output.USAGE
        )
    return address


def choices_of(chosen: Settings) -> Choices:
    """Return what the settings choose about digests, sending and contact."""
    return Choices(
        chosen.digest_review,
        chosen.digest_send,
        chosen.send_rate,
        chosen.paid_broadcast,
        chosen.contact,
        chosen.digest_unseen,
        chosen.digest_empty,
        chosen.public_url,
        chosen.smtp_url is not None,
        chosen.quiet_hours,
        erasures_file=chosen.erasures_file,
    )


def wired(sessions: Sessions, pack: Pack, chosen: Settings) -> App:
    """Return what handlers need, for a command that runs beside the bot or without it."""

    async def well() -> Healthy:
        return Healthy(())

    return wire(sessions, pack, choices_of(chosen), health=well)


async def _stay(what: Installation) -> None:
    async with running(what) as parts:
        typer.echo("The bot is running. Ctrl-C stops it.", err=True)
        asked = asyncio.create_task(stopped())
        ends = {asked, parts.polling} if parts.polling else {asked}
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()
        if parts.polling and parts.polling.done():
            parts.polling.result()  # a mistake of ours: end loudly, so that it is restarted


async def stopped() -> None:
    """Return when the process is asked to stop (Ctrl-C, or the service manager)."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    await stop.wait()


def sandbox(
    port: Annotated[int, typer.Option(help="0 takes a free one.", min=0, max=65535)] = 8081,
    limits: Annotated[Rule, typer.Option(help="Which of Telegram's limits hold.")] = Rule.TELEGRAM,
    token: Annotated[str, typer.Option(help="The token of its one bot.")] = "123456:sandbox",  # noqa: S107  (a stand-in)
) -> None:
    """Run the strict local Bot API alone."""

    async def stay() -> None:
        async with serve(Sandbox(token=token, limits=limits), port=port) as address:
            typer.echo(f"Bot API and chats at {address} (token {token}). Ctrl-C stops it.")
            await stopped()

    run_loop(stay())


def demo(
    port: Annotated[
        int, typer.Option(help="Of the web chat; 0 takes a free one.", min=0, max=65535)
    ] = 8080,
    tour: Annotated[
        bool, typer.Option("--tour", help="The journeys and a summary, then end.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No journeys, only the chat.")] = False,
) -> None:
    """Try everything without a token: a stand-in for Telegram, the bot, and three journeys."""
    if tour and quiet:
        output.fail("--tour and --quiet exclude each other.", output.USAGE)
    stay = None if tour else stopped
    if not run_loop(show(port=port, journeys=not quiet, stay=stay)):
        raise typer.Exit(output.PROBLEMS)


def run_loop(work: Coroutine[Any, Any, Any]) -> Any:  # Any: what the coroutine returns
    """Run *work* on uvloop where there is one."""
    if sys.platform == "win32":
        return asyncio.run(work)
    import uvloop  # noqa: PLC0415  (not on Windows)

    return uvloop.run(work)
