"""What every handler gets: the person, the words of their language, the press, the wiring."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from telegram.ext import CallbackContext, ContextTypes, ExtBot

import locales
from db.engine import Sessions
from delivery.timing import UNDO, Quiet
from digests.discovery import Found
from digests.edition import Empty, Unseen
from digests.topics import Interests, Topic
from directory.index import Directory
from directory.places import District
from directory.rights import RightsCard
from handlers.callbacks import Press
from handlers.once import OncePerDay
from handlers.screens import PICTURE_PREFIX
from locales.errors import Text
from people.model import Person

_NO_INTERESTS = Interests((), ())


@dataclass(frozen=True, slots=True)
class Healthy:
    """What `/health` shows: *problems* in plain words, empty when all is well.

    *notes*: what is good to know also then.
    """

    problems: Sequence[Text]
    notes: Sequence[Text] = ()


async def _as_it_is(url: str) -> Sequence[Found]:
    """Take an address for that of a feed, where nothing can be asked."""
    return (Found(url),)


async def _nowhere(_mark: str, _at: datetime) -> None:
    """Note nothing beside the database."""


@dataclass(frozen=True, slots=True)
class App:
    """The wiring that handlers use: read-only, the same for every update.

    *directory* returns the published services, from memory when the database cannot answer.
    *clock* returns the aware moment. *city* is the pack's name, *zone* its time zone.
    *contact*: how to reach who runs the bot. *attribution*: what the data's licences ask for.
    *sends_at* returns when the digest of an ISO week leaves, if it is approved by then.
    *rights*: the pack's cards, public or not. *districts*: the parts of the city. *copy_of*
    returns when the directory was read last, while the database cannot answer; None while it
    does. *changed*: to be called when this process has changed a service. *unseen*: what
    becomes of a digest that nobody approved
    in time. *empty*: what subscribers get in a week without news. *public_url*: where our pages
    are, None when nobody can reach them. *discover* returns the feeds that an address leads to
    (`digests.discovery`). *interests*: what the digest is about.
    *username* returns the bot's name, once Telegram has told it.
    *mails*: the digest goes by e-mail too. *once* keeps counts to one a person and day.
    *erased* notes beside the backups that somebody was forgotten (`db.erasures.mark`).
    *quiet*: when only danger to life is sent, None for never. *undo*: how long an approved
    update waits, so that it can be taken back. *paid*: messages above Telegram's free rate are
    paid for, so who sends something reads first what that costs.
    """

    sessions: Sessions
    directory: Callable[[], Awaitable[Directory]]
    topics: Sequence[Topic]
    clock: Callable[[], datetime]
    zone: ZoneInfo
    city: str
    per_second: int
    health: Callable[[], Awaitable[Healthy]]
    sends_at: Callable[[str], datetime]
    contact: str | None = None
    attribution: Sequence[str] = ()
    rights: Sequence[RightsCard] = ()
    districts: Sequence[District] = ()
    copy_of: Callable[[], datetime | None] = lambda: None
    changed: Callable[[], None] = lambda: None
    unseen: Unseen = Unseen.HOLD
    empty: Empty = Empty.SILENT
    public_url: str | None = None
    mails: bool = False
    discover: Callable[[str], Awaitable[Sequence[Found]]] = _as_it_is
    interests: Interests = _NO_INTERESTS
    username: Callable[[], str | None] = lambda: None
    quiet: Quiet | None = None
    undo: timedelta = UNDO
    paid: bool = False
    erased: Callable[[str, datetime], Awaitable[None]] = _nowhere
    once: OncePerDay = field(default_factory=OncePerDay)

    @property
    def pictures(self) -> str | None:
        """What stands before a post's number in the address of its picture; None: no address."""
        if self.public_url is not None:
            return f"{self.public_url.rstrip('/')}/digest/pictures/"
        name = self.username()
        return None if name is None else f"https://t.me/{name}?start={PICTURE_PREFIX}"

    def today(self) -> date:
        """Return the day in the city, for fields that are kept by the day."""
        return self.clock().astimezone(self.zone).date()


class Context(CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], dict[Any, Any]]):
    """PTB's context with what `handlers.arrive` found out; nothing of it outlives the update.

    *outage*: why the person could not be looked up; then *person* is a guess without a role.
    """

    person: Person
    t: locales.Translator
    press: Press | None = None
    outage: Exception | None = None

    @property
    def app(self) -> App:
        """Return the wiring; `bot.app` put it there, nobody writes to it."""
        wiring: App = self.application.bot_data["app"]
        return wiring


TYPES = ContextTypes(context=Context)
