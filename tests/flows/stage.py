"""The real application, offline: people write and press, the Bot API's calls are read back."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any

from sqlalchemy import literal, select

import db.people
from bot.app import BotApplication, Choices, build, wire
from bot.weektime import WeekTime
from db.base import Base
from db.engine import Sessions
from db.models import ServiceRow
from db.stores import SqlOutbox
from db.voice import ShownRow
from delivery.drain import drain
from delivery.telegram import TelegramSender
from handlers.context import App, Healthy
from people.model import Person, Role
from tests.builders import blocked_update, location_update, message_update, press_update
from tests.fakes import FakeClock, FakeSleep
from tests.telegram_api import TOKEN, RecordingApi

API_BASE = "https://api.telegram.org"
NEWCOMER, OTHER, PARTNER, ADA, BEN = 101, 102, 202, 301, 302
REVIEW, SEND = WeekTime(0, time(8)), WeekTime(3, time(10))  # Monday 08:00, Thursday 10:00
APOLOGY = "something went wrong on our side"
REFUSAL = "Only coordinators can do this."
STAFF_ONLY = "Only partners and coordinators can do this."
_TABLES = Base.metadata.sorted_tables
_FILLED = select(*(select(literal(1)).select_from(each).exists() for each in _TABLES))
STALE = "This button is from an older version"


@dataclass(frozen=True, slots=True)
class Button:
    """A button as a person sees it."""

    text: str
    data: str | None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as it came to a chat, or as it was edited to."""

    text: str
    buttons: tuple[Button, ...]

    @property
    def labels(self) -> list[str]:
        return [button.text for button in self.buttons]

    def data(self, label: str) -> str:
        """Return what the first button with *label* in its text carries."""
        found = [b.data for b in self.buttons if label in b.text and b.data is not None]
        assert found, f"no button [{label}] among {self.labels} under: {self.text}"
        return found[0]


@dataclass(slots=True)
class Stage:
    """One application on one database; *api* keeps every call."""

    application: BotApplication
    app: App
    api: RecordingApi
    clock: FakeClock
    sessions: Sessions

    async def says(self, who: int, text: str, **message: Any) -> Shown:
        """Let *who* write; return the newest screen of their chat."""
        update = message_update(text, who, bot=self.application.bot, **message)
        await self.application.process_update(update)
        return self.last(who)

    async def shares(self, who: int, lat: float, lon: float, **message: Any) -> Shown:
        update = location_update(lat, lon, who, bot=self.application.bot, **message)
        await self.application.process_update(update)
        return self.last(who)

    async def presses(self, who: int, label: str, **press: Any) -> Shown:
        """Let *who* press the newest button with *label* on it."""
        return await self.forges(who, self.button(who, label), **press)

    async def forges(self, who: int, data: str, **press: Any) -> Shown:
        """Let *who* send *data* as a button does, whether they have such a button or not."""
        update = press_update(data, who, bot=self.application.bot, **press)
        await self.application.process_update(update)
        return self.last(who)

    async def blocks(self, who: int, *, again: bool = False) -> None:
        update = blocked_update(who, again=again, bot=self.application.bot)
        await self.application.process_update(update)

    def screens(self, who: int) -> list[Shown]:
        """Return everything that was sent to, or edited in, the chat of *who*."""
        return [*self._newest_first(who)][::-1]

    def _newest_first(self, who: int) -> Iterator[Shown]:
        for call in reversed(self.api.calls):
            if "text" in call.params and call.chat_id == who:
                yield _shown(call.params)

    def last(self, who: int) -> Shown:
        """Return the newest screen of the chat; an empty one when nothing ever came."""
        return next(self._newest_first(who), Shown("", ()))

    def button(self, who: int, label: str) -> str:
        for screen in self._newest_first(who):
            if any(label in b.text and b.data for b in screen.buttons):
                return screen.data(label)
        raise AssertionError(f"{who} never saw a button [{label}]")

    @property
    def alerts(self) -> list[str]:
        """Return the words shown over a chat after a press, oldest first."""
        return [p["text"] for p in self.api.of("answerCallbackQuery") if p.get("text")]

    def said(self) -> str:
        """Return all words of all calls as one text, to look for what must not be there."""
        return repr([call.params for call in self.api.calls])

    async def knows(
        self, who: int, role: Role = Role.NEWCOMER, language: str | None = "en"
    ) -> None:
        """Make *who* somebody with a row."""
        today = self.app.today()
        async with self.sessions.begin() as session:
            if language is not None:
                await db.people.choose_language(session, who, language, today=today)
            organisation = "Leeds Example Charity" if role is Role.PARTNER else None
            if role is not Role.NEWCOMER:
                await db.people.set_role(session, who, role, organisation, today=today)

    async def person(self, who: int) -> Person | None:
        async with self.sessions() as session:
            return await db.people.find(session, who)

    async def rows(
        self, *, of_directory: bool = False, of_chat: bool = False
    ) -> dict[str, list[tuple[Any, ...]]]:
        """Return every row of every table that has any.

        The directory, and the numbers of messages that can be cleared, only when asked.
        """
        left_out = set() if of_directory else {ServiceRow.__tablename__, "helplines"}
        left_out |= set() if of_chat else {ShownRow.__tablename__}
        found = {}
        async with self.sessions() as session:
            filled = (await session.execute(_FILLED)).one()
            for table in (each for each, has in zip(_TABLES, filled, strict=True) if has):
                if table.name not in left_out:
                    rows = [tuple(row) for row in await session.execute(select(table))]
                    found[table.name] = sorted(rows, key=repr)
        return found

    async def send_out(self) -> None:
        """Let the outbox leave, through the same recorded Bot API."""
        await drain(
            SqlOutbox(self.sessions),
            TelegramSender(self.application.bot),
            per_second=27,
            now=self.clock,
            sleep=FakeSleep(self.clock),
        )


def _shown(params: dict[str, Any]) -> Shown:
    markup = params.get("reply_markup") or {}
    rows = markup.get("inline_keyboard", [])
    return Shown(
        params["text"],
        tuple(Button(b["text"], b.get("callback_data"), b.get("url")) for row in rows for b in row),
    )


async def nothing_wrong() -> Healthy:
    return Healthy(())


def assemble(
    sessions: Sessions, pack: Any, clock: FakeClock, *, health: Callable[..., Any] = nothing_wrong
) -> Stage:
    """Return an application of its own on *sessions*; start it before use."""
    api = RecordingApi()
    wiring = wire(
        sessions, pack, Choices(REVIEW, SEND), health=health, clock=clock, fresh_for=timedelta()
    )
    application = build(wiring, TOKEN, api_base=API_BASE, request=api)
    return Stage(application, wiring, api, clock, sessions)
