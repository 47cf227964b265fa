"""What a process needs to know to run, as plain values: made from the settings, or by the demo."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.app import Choices
from bot.choices import LOOPBACK, Shown
from bot.pack import Pack
from delivery.mail import Server
from web.proxies import Network


class Role(StrEnum):
    """What a process does."""

    ALL = "all"
    WEB = "web"  # answers people
    JOBS = "jobs"  # polls feeds and sends; one at a time works, the others wait


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Telegram brings updates, and the secret it must show."""

    url: str
    secret: str


@dataclass(frozen=True, slots=True)
class Mail:
    """The server that takes our mails, and the address that they come from.

    *alarms*: where alarms go by e-mail, None for nowhere.
    """

    server: Server
    sender: str
    alarms: str | None = None


@dataclass(frozen=True, slots=True)
class Installation:
    """What a process needs to know, as plain values."""

    token: str
    database_url: str
    pack: Pack
    api_base: str
    coordinators: tuple[int, ...]
    choices: Choices
    feeds: tuple[str, ...] = ()  # to begin with, where the database has none
    role: Role = Role.ALL
    webhook: Webhook | None = None
    host: str = "127.0.0.1"
    port: int | None = None  # of the webhook and the health page; None: no server
    directory_api: bool = True  # served there too
    directory_url: str | None = None  # at which others reach it; None: as they asked
    metrics: Shown = Shown.LOCAL  # who may read the figures there
    proxies: tuple[Network, ...] = LOOPBACK  # that are believed when they say who asks
    mail: Mail | None = None  # None: no digest by e-mail
    allow_private_feeds: bool = False  # for the demo's own feeds on this machine
    first_poll: timedelta = timedelta(seconds=30)  # of feeds, after the start
    sends_every: timedelta = timedelta(seconds=0.25)  # looks into the outbox
