"""A whole conversation is played on a database file; then files, logs and jobs are searched."""

import asyncio
import io
import itertools
import json
import logging
import shutil
import struct
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import text
from telegram import Update

import db.services
import locales
from bot import logs
from bot.app import Choices
from bot.jobs import Jobs
from db.engine import erase_deleted, make_engine, make_sessions
from handlers.callbacks import Route, decode
from people.model import Role
from people.voice import TIPS_KEPT
from tests.builders import a_message
from tests.engines import engine_on
from tests.fakes import FakeClock
from tests.flows.stage import ADA, APOLOGY, REVIEW, SEND, STALE, Shown, Stage, assemble
from tests.flows.test_newcomer import link, prompt

WHO = 7_316_482_951  # six bytes in SQLite's records: nothing else looks like it
FIRST_NAME = "Secret-Name"  # of tests.builders
POSTCODE, AREA = "LS7 4QX", "Whinmoor"
POINT = (53.809173, -1.510438)
SEARCH = {"en": "we need warm clothes khazamarq", "ar": "ملابس للطفل خزامارق"}
CRISIS = "jozi by2tlni kol yom sawsanmarq"  # "my husband beats me every day"
STRANGE = "my name is Zaynab Marqova"
CAPTION, FILE = "this is the letter narjismarq", "AwACAgQ-file-marq"
TIP, ANSWER = "The hostel of Mister Yasaminmarq is cold", "We rang them: Rayhanmarq"
TYPED = (POSTCODE, AREA, *SEARCH.values(), CRISIS, STRANGE, CAPTION, FILE)
MARKS = ("khazamarq", "خزامارق", "sawsanmarq", "Marqova", "narjismarq", "4QX")
# buttons under messages that the outbox keeps; they hold the number of a message, or yes and no
KEPT_BUTTONS = {Route.TIP_ANSWER, Route.CHECK_IN}
SHORTEST = 5  # letters of packed answers; fewer are in any file by chance
OWN = {"people", "subscriptions", "check_ins", "tips", "shown_messages", "recipients"}


# --- where traces are looked for -----------------------------------------------------------------


@dataclass(frozen=True)
class Places:
    """What a running installation leaves: the bytes of its database, its logs, its jobs."""

    database: bytes
    logs: str
    jobs: str

    @cached_property
    def lowered(self) -> tuple[bytes, str, str]:
        """The three in lower case, made once: megabytes are looked through for many needles."""
        # bytes: ASCII letters only; others have no case here
        return self.database.lower(), self.logs.lower(), self.jobs.lower()

    def holding(self, needle: str | float) -> list[str]:
        """Return the places where *needle* is found, in any way in which it may be written.

        Text: as it is, as in JSON, as in an address, whatever the case. A number with a
        fraction: its digits, and the bytes of a column of that kind.
        """
        written = {str(needle)}  # most are the same in every way: looked for once
        found = set()
        if isinstance(needle, float):
            found |= {"database"} if struct.pack(">d", needle) in self.database else set()
        else:
            written |= {json.dumps(needle)[1:-1], quote(needle), needle.replace(" ", "")}
        database, lines, jobs = self.lowered
        for form in written:
            found |= {"database"} if form.encode().lower() in database else set()
            found |= {"logs"} if form.lower() in lines else set()
            found |= {"jobs"} if form.lower() in jobs else set()
        return sorted(found)

    def naming(self, chat_id: int) -> list[str]:
        """Return how the database's files name *chat_id*: as text, as SQLite writes integers."""
        ways = {
            "text": str(chat_id).encode(),
            "record": chat_id.to_bytes(6, "big"),
            "key": varint(chat_id),
        }
        return [way for way, written in ways.items() if written in self.database]


def varint(number: int) -> bytes:
    """Return *number* as SQLite writes row ids. https://www.sqlite.org/fileformat.html#varint"""
    low, *high = [number >> shift & 0x7F for shift in range(0, number.bit_length(), 7)]
    return bytes([*(each | 0x80 for each in reversed(high)), low])


class Keeper(logging.Handler):
    """Keeps everything of every record, also what no formatter would show."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.kept: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        self.kept.append(f"{record.getMessage()} {record.__dict__!r} {error!r}")


@pytest.fixture
def logged() -> Iterator[tuple[Keeper, io.StringIO]]:
    """Log as an installation at DEBUG does; leave logging as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    quiet = {name: logging.getLogger(name).level for name in logs.QUIET}
    lines, keeper = io.StringIO(), Keeper()
    logs.configure("json", "DEBUG", b"key", stream=lines)
    root.addHandler(keeper)
    yield keeper, lines
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, old in quiet.items():
        logging.getLogger(name).setLevel(old)
    logging.captureWarnings(capture=False)


class Nothing:
    """No feed is fetched or read here."""

    async def fetch(self, *_: object) -> Any:
        raise AssertionError("nothing is fetched")

    async def read(self, *_: object) -> Any:
        raise AssertionError("nothing is read")

    def learn(self, *_: object) -> None:
        raise AssertionError("nothing is learned")


@dataclass(slots=True)
class House:
    """The application with its jobs, on a database in *folder*."""

    stage: Stage
    scheduler: AsyncIOScheduler
    folder: Path
    keeper: Keeper
    lines: io.StringIO

    def places(self) -> Places:
        """Return what there is now, without touching it: the log of the database as it is."""
        files = sorted(self.folder.glob("fingerpost.db*"))
        jobs = [(j.id, j.name, j.func, j.args, j.kwargs) for j in self.scheduler.get_jobs()]
        told = "\n".join([*self.keeper.kept, self.lines.getvalue()])
        return Places(b"\0".join(file.read_bytes() for file in files), told, repr(jobs))

    async def works(self) -> None:
        """Do every job but the feeds once, as when its time has come."""
        await self.scheduler.get_job("lease").func()
        for job in self.scheduler.get_jobs():
            if job.id not in {"lease", "feeds"}:
                await job.func(*job.args)

    async def checkpoint(self) -> None:
        """Write the log of the database into its file."""
        assert await erase_deleted(self.stage.sessions)


@pytest.fixture(scope="module")
def furnished(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, pack: Any) -> Path:
    """Import the directory into a database once; each test has a copy of it."""
    file = tmp_path_factory.mktemp("traces") / "furnished.db"
    shutil.copy(sqlite_template, file)

    async def furnish() -> None:
        now = FakeClock()()
        async with (
            engine_on(f"sqlite:///{file}") as engine,
            make_sessions(engine).begin() as session,
        ):
            await db.services.import_pack(session, pack.services, pack.helplines, now)

    asyncio.run(furnish())
    return file


@pytest.fixture
async def house(
    furnished: Path, tmp_path: Path, pack: Any, clock: Any, logged: Any
) -> AsyncIterator[House]:
    """An installation with the directory in its database, two rights cards and a coordinator."""
    shutil.copy(furnished, tmp_path / "fingerpost.db")
    engine = make_engine(f"sqlite:///{tmp_path / 'fingerpost.db'}")
    stage = assemble(make_sessions(engine), pack, clock)
    async with stage.application:
        jobs = Jobs(stage.app, stage.application.bot, Nothing(), Nothing(), Choices(REVIEW, SEND))
        scheduler = jobs.schedule()
        scheduler.start(paused=True)
        await stage.knows(ADA, Role.COORDINATOR)
        for card in ("gp", "at-work"):
            await stage.forges(ADA, f"1:Q:{card}:0:1")
            await stage.presses(ADA, "This is right today")
            await stage.presses(ADA, "Yes, show it to everybody")
        yield House(stage, scheduler, tmp_path, *logged)
        scheduler.shutdown(wait=False)
    await engine.dispose()


# --- the conversation ----------------------------------------------------------------------------


@dataclass(slots=True)
class Talk:
    """One newcomer, and everything that they wrote, sent and pressed."""

    stage: Stage
    language: str
    needles: list[str | float] = field(default_factory=lambda: [FIRST_NAME, *MARKS])
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(5_000))

    def t(self, words: str) -> str:
        return locales.translator(self.language).gettext(words)

    async def says(self, words: str, *, kept: bool = False, **message: Any) -> Shown:
        """Write *words*; a command alone says nothing about a person, what follows it does."""
        rest = words.partition(" ")[2] if words.startswith("/") else words
        if len(rest) >= SHORTEST and not kept:
            self.needles.append(rest)
        return await self.stage.says(WHO, words, **self._from(), **message)

    async def presses(self, label: str) -> Shown:
        """Press the newest button with *label* in the chat's language."""
        data = self.stage.button(WHO, self.t(label))
        press = decode(data)
        if press.args and press.route not in KEPT_BUTTONS:
            self.needles += [data, *(each for each in press.args[:1] if is_telling(each))]
        return await self.stage.forges(WHO, data, **self._from())

    async def shares(self, lat: float, lon: float) -> Shown:
        self.needles += [lat, lon, f"{lat:.4f}", f"{lon:.4f}"]
        return await self.stage.shares(WHO, lat, lon, **self._from())

    async def sends(self, **content: Any) -> Shown:
        """Send what is no text: a voice note, a picture."""
        payload = a_message(WHO, **self._from(), **content)
        update = Update.de_json(
            {"update_id": next(self._ids), "message": payload}, self.stage.application.bot
        )
        await self.stage.application.process_update(update)
        return self.stage.last(WHO)

    def _from(self) -> dict[str, Any]:
        return {"message_id": next(self._ids), "language_code": self.language}


def is_telling(packed: str) -> bool:
    """Say whether *packed* are answers, long enough not to be in any file by chance."""
    return packed[:1] == "L" and len(packed) >= SHORTEST


async def arrives(talk: Talk) -> None:
    """From a stranger's first taps to the first question."""
    await talk.says("/start")
    await talk.presses("🆘 Help now")
    await talk.presses("‹ Back")
    await talk.presses(locales.native_name(talk.language))
    await talk.presses("Start")


async def finds_a_place(talk: Talk) -> Shown:
    """Answer with a typed postcode in reply to the question, and skip what is left."""
    shown = await talk.presses("Money, food or things")
    labels = [talk.t("Food, or no money at all"), talk.t("I wait for an asylum answer")]
    while "?start=p_" not in shown.text:
        shown = await talk.presses(next(each for each in shown.labels if each in labels))
    asked = await talk.says(f"/start {link(shown.text, 'p_')}")
    shown = await talk.says(POSTCODE, reply_to=prompt(asked.text))
    assert "LS7 4" in shown.text
    return await skips(talk, shown)


async def skips(talk: Talk, shown: Shown) -> Shown:
    unsure = {talk.t(each) for each in ("Skip", "Not sure", "None of these, or not sure")}
    while left := [each for each in shown.labels if each in unsure]:
        shown = await talk.presses(left[0])
    assert any(each.startswith("1. ") for each in shown.labels)
    return shown


async def says_what_came_of_it(talk: Talk) -> None:
    """A card, did it help, something is wrong, ask me in a week."""
    await talk.presses("1. ")
    await talk.presses("Did this help?")
    await talk.presses("No")
    await talk.presses("‹ Back")
    await talk.presses("Something is wrong")
    await talk.presses("The phone number")
    await talk.presses("‹ Back")
    await talk.presses("1. ")
    await talk.presses("Did this help?")
    await talk.presses("Yes")
    await talk.presses("Yes, ask me")


async def looks_for_a_doctor(talk: Talk) -> None:
    """Another way through the guide, with more places and a card."""
    await talk.says("/start")
    await talk.presses("Health or feelings")
    shown = await skips(talk, await talk.presses("A doctor, nurse or dentist"))
    if talk.t("More places") in shown.labels:
        await talk.presses("More places")
    await talk.presses(". ")


async def is_in_danger(talk: Talk) -> None:
    """By the buttons, once not now and once yes; then in words, in Latin letters."""
    await talk.says("/start")
    await talk.presses("In danger, or someone hurts me")
    await talk.presses("Not now")
    await talk.says("/start")
    await talk.presses("In danger, or someone hurts me")
    await talk.presses("Yes")
    await skips(talk, await talk.presses("At home or in my family"))
    await talk.presses("1. ")
    shown = await talk.says(CRISIS)
    assert "999" in shown.text


async def writes_and_sends(talk: Talk) -> None:
    """Places and needs in words, a location, a name, a voice note, a picture, a stop word."""
    assert AREA in (await talk.says(AREA)).text
    await talk.shares(*POINT)
    await talk.says(SEARCH[talk.language])
    await talk.says(STRANGE)
    file = {"file_id": FILE, "file_unique_id": FILE[-8:]}
    await talk.sends(voice=file | {"duration": 3})
    await talk.sends(photo=[file | {"width": 90, "height": 90}], caption=CAPTION)
    await talk.says("stop")


async def reads_and_chooses(talk: Talk) -> None:
    """Rights, help now, every command, another language and back, the digest."""
    await talk.says("/rights")
    await talk.presses("You can see a doctor")
    await talk.presses("Find help with this")
    await talk.presses("🆘 Help now")
    for command in (
        "help",
        "privacy",
        "mydata",
        "whoami",
        "cancel",
        "nonsense",
        "stop",
        "language",
    ):
        await talk.says(f"/{command}")
    other = "ar" if talk.language == "en" else "en"
    await talk.presses(locales.native_name(other))
    await talk.says("/language")
    await talk.presses(locales.native_name(talk.language))
    await talk.says("/subscribe")


async def tells(talk: Talk) -> None:
    """One message to the partnership, its answer, and reading that."""
    asked = await talk.says("/tell")
    await talk.says(TIP, kept=True, reply_to=prompt(asked.text))
    stage = talk.stage
    await stage.send_out()
    await stage.presses(ADA, "Read it")
    question = await stage.presses(ADA, "Answer")
    await stage.says(ADA, ANSWER, reply_to=prompt(question.text))
    await stage.send_out()
    assert ANSWER in (await talk.presses("Read it")).text


async def converse(house: House, language: str) -> Talk:
    """Play everything that a newcomer can do, with the jobs in between; nothing fails."""
    talk = Talk(house.stage, language)
    await arrives(talk)
    await finds_a_place(talk)
    await says_what_came_of_it(talk)
    await house.works()
    await looks_for_a_doctor(talk)
    await is_in_danger(talk)
    await writes_and_sends(talk)
    await reads_and_chooses(talk)
    await tells(talk)
    await house.works()
    assert APOLOGY not in house.stage.said()
    assert STALE not in house.stage.said()
    return talk


def unexpected(found: Places, talk: Talk) -> dict[str | float, list[str]]:
    """Return where anything that the person wrote, sent or pressed is found."""
    return {each: where for each in dict.fromkeys(talk.needles) if (where := found.holding(each))}


# --- what must be found, and what must not -------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "ar"])
async def test_nothing_that_was_written_sent_or_pressed_is_kept(house, language):
    before = house.places()
    assert [each for each in TYPED if before.holding(each)] == [], "else it would prove nothing"
    talk = await converse(house, language)
    assert len(talk.needles) > 40
    assert unexpected(house.places(), talk) == {}
    await house.checkpoint()
    assert unexpected(house.places(), talk) == {}
    await talk.presses("🆘 Help now")
    await talk.presses("Clear this chat")
    assert unexpected(house.places(), talk) == {}
    assert str(WHO) not in house.lines.getvalue(), "chats are hashes in the log"
    assert house.lines.getvalue(), "something was logged"


async def test_what_is_kept_of_a_conversation_is_what_the_page_says(house):
    await converse(house, "en")
    rows = await house.stage.rows(of_directory=True, of_chat=True)
    assert {name for name, held in rows.items() if str(WHO) in repr(held)} == OWN
    (person,) = [row for row in rows["people"] if row[0] == WHO]
    assert person[1:3] == ("en", "newcomer")
    assert {TIP in repr(held): name for name, held in rows.items()}[True] == "tips"
    house.stage.clock.advance(timedelta(hours=48, minutes=1))
    await house.works()
    assert "shown_messages" not in await house.stage.rows(of_chat=True)


@pytest.mark.parametrize("end", ["30 days later", "/forget"])
async def test_the_one_stored_text_goes_too(house, end):
    talk = await converse(house, "en")
    for words in (TIP, ANSWER):
        assert house.places().holding(words) == ["database"]
    if end == "/forget":
        await talk.says("/forget")
        await talk.presses("Yes, delete it")
    else:
        house.stage.clock.advance(TIPS_KEPT + timedelta(minutes=1))
        await house.works()
    for words in (TIP, ANSWER):
        assert house.places().holding(words) == []


@pytest.mark.parametrize("button", ["Yes, delete it", "Delete it and clear this chat"])
async def test_forgetting_leaves_nothing_of_the_chat_within_ten_seconds(house, button):
    talk = await converse(house, "en")
    await talk.says("/forget")
    assert "record" in house.places().naming(WHO)
    began = time.monotonic()
    await talk.presses(button)
    left = house.places().naming(WHO)
    rows = await house.stage.rows(of_directory=True, of_chat=True)
    assert time.monotonic() - began < 10
    assert left == []
    assert [name for name, held in rows.items() if str(WHO) in repr(held)] == []
    assert house.places().naming(ADA_LIKE) == [], "nor is everything found"


ADA_LIKE = WHO + 1


@asynccontextmanager
async def planted(house: House, where: str, mark: str) -> AsyncIterator[None]:
    """Let *mark* be in one of the places while the block runs."""
    if where == "database":
        async with house.stage.sessions.begin() as session:
            await session.execute(
                text("UPDATE people SET organisation = :mark WHERE person_id = :who"),
                {"mark": mark, "who": ADA},
            )
    elif where == "logs":
        logging.getLogger("handlers.planted").debug("planted", extra={"words": mark})
    else:
        house.scheduler.add_job(print, "date", args=(mark,), run_date="2030-01-01", id="planted")
    yield


@pytest.mark.parametrize("mark", ["khuzama planted", "خزامى", "1:g:L2d1h3", 53.80917])
@pytest.mark.parametrize("where", ["database", "logs", "jobs"])
async def test_what_is_planted_is_found(house, where, mark):
    assert house.places().holding(mark) == []
    async with planted(house, where, str(mark)):
        assert house.places().holding(mark) == [where]


async def test_a_number_is_found_however_sqlite_writes_it(house):
    async with house.stage.sessions.begin() as session:
        await session.execute(text("CREATE TABLE planted (key INTEGER PRIMARY KEY, value)"))
        await session.execute(
            text("INSERT INTO planted VALUES (:key, :value), (1, :text), (2, :real)"),
            {"key": WHO, "value": WHO, "text": str(WHO), "real": POINT[0]},
        )
    assert house.places().naming(WHO) == ["text", "record", "key"]
    assert house.places().holding(POINT[0]) == ["database"]
