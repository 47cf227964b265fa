"""Who may do what: a generated table over every command and every button, and invitations."""

import asyncio
import html
import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import db.drafts
import db.people
import db.services
from bot.pack import Pack
from directory.model import Audience
from handlers.callbacks import Route, encode
from handlers.table import COMMANDS, PRESSES
from people.model import Role
from tests.fakes import FakeClock
from tests.flows.conftest import staged
from tests.flows.stage import (
    ADA,
    APOLOGY,
    BEN,
    NEWCOMER,
    OTHER,
    PARTNER,
    REFUSAL,
    STAFF_ONLY,
    STALE,
    Stage,
)

EVERYBODY = frozenset(Role)
REFUSALS = frozenset({REFUSAL, STAFF_ONLY, "Only the people who run this service can answer this."})
STAFF = frozenset({Role.PARTNER, Role.COORDINATOR})
COORDINATORS = frozenset({Role.COORDINATOR})
WHO = {Role.NEWCOMER: NEWCOMER, Role.PARTNER: PARTNER, Role.COORDINATOR: ADA}

COMMAND_ROLES = {
    "start": EVERYBODY,
    "help": EVERYBODY,
    "language": EVERYBODY,
    "subscribe": EVERYBODY,
    "unsubscribe": EVERYBODY,
    "privacy": EVERYBODY,
    "mydata": EVERYBODY,
    "forget": EVERYBODY,
    "whoami": EVERYBODY,
    "cancel": EVERYBODY,
    "digest": COORDINATORS,
    "held": COORDINATORS,
    "feeds": COORDINATORS,
    "broadcast": COORDINATORS,
    "invite": COORDINATORS,
    "partners": COORDINATORS,
    "health": COORDINATORS,
    "clear": EVERYBODY,
    "tell": EVERYBODY,
    "stop": EVERYBODY,
    "needs": COORDINATORS,
    "messages": COORDINATORS,
    "rights": EVERYBODY,
    "email": EVERYBODY,
    "alerts": EVERYBODY,
    "services": STAFF,
    "post": STAFF,
    "find": EVERYBODY,
}

# what a button carries, and who may press it
PRESS_ROLES = {
    Route.GUIDE: (("L1",), EVERYBODY),
    Route.RESULTS: (("L1", 0), EVERYBODY),
    Route.CARD: (("L1", "nothing"), EVERYBODY),
    Route.HELP_NOW: (("",), EVERYBODY),
    Route.HELP_BELOW: ((), EVERYBODY),
    Route.LANGUAGES: (("", 0), EVERYBODY),
    Route.LANGUAGE: (("en", ""), EVERYBODY),
    Route.TOPIC: (("housing", 1), EVERYBODY),
    Route.TOPICS: ((0,), EVERYBODY),
    Route.SUBSCRIBED: ((1,), EVERYBODY),
    Route.WHEN: ((), EVERYBODY),
    Route.READ: (("2026-W01", "", 0), EVERYBODY),
    Route.FORGET: (("yes",), EVERYBODY),
    Route.EDITION: (("now", 0), COORDINATORS),
    Route.EDITION_ACT: (("2026-W47", "hold", "00000000"), COORDINATORS),
    Route.DRAFT: (("pick", 0), COORDINATORS),
    Route.ITEM: ((1, "e", 0), COORDINATORS),
    Route.ITEM_ACT: ((1, "reject", "e", 0), COORDINATORS),
    Route.QUEUE: (("review", 0), COORDINATORS),
    Route.SOURCE: ((1, "muted", 1, "review", 0), COORDINATORS),
    Route.FEED: (("list", 0), COORDINATORS),
    Route.CORRECTION: ((1, "no", "0000000000"), COORDINATORS),
    Route.BROADCAST: ((1,), COORDINATORS),
    Route.BROADCAST_ACT: ((1, "reject"), COORDINATORS),
    Route.LIFE: ((1, "repeat"), COORDINATORS),
    Route.CAMPAIGN: (("d", "2026-W47", "look"), COORDINATORS),
    Route.COMPOSE: (("ffffff", "drop"), COORDINATORS),
    Route.TEMPLATE: (("list", 0), COORDINATORS),
    Route.ALERT: (("off",), EVERYBODY),
    Route.ANSWER: ((1, "list", 0), COORDINATORS),
    Route.RECALL: (("recall", 1), COORDINATORS),
    Route.RESTORED: (("yes",), COORDINATORS),
    Route.INVITE: ((1,), COORDINATORS),
    Route.PARTNER: ((PARTNER, "end"), COORDINATORS),
    Route.CONFIRM: (("leeds-womens-aid-refuge", "L1"), COORDINATORS),
    Route.ASK_HELPED: (("", ""), EVERYBODY),
    Route.HELPED: (("", ""), EVERYBODY),
    Route.NOT_HELPED: (("", ""), EVERYBODY),
    Route.WRONG: (("", "leeds-womens-aid-refuge"), EVERYBODY),
    Route.IS_WRONG: (("leeds-womens-aid-refuge", "closed"), EVERYBODY),
    Route.CHECK_IN: (("ask",), EVERYBODY),
    Route.TELL: (("",), EVERYBODY),
    Route.TIP: ((1,), COORDINATORS),
    Route.TIP_ANSWER: ((1,), EVERYBODY),
    Route.CLEAR: ((), EVERYBODY),
    Route.RIGHTS: ((0,), EVERYBODY),
    Route.MAIL: (("no",), EVERYBODY),
    Route.RIGHT: (("gp", 0), EVERYBODY),
    Route.POST: (("drop",), STAFF),
    Route.RIGHT_ACT: (("gp", "ask", 0), COORDINATORS),
    Route.VENUE: (("L1", "nothing"), EVERYBODY),
    Route.FRESH: (("leeds-womens-aid-refuge",), COORDINATORS),
    Route.FRESH_LIST: (("m", 0), STAFF),
    Route.OWNER: (("leeds-womens-aid-refuge",), COORDINATORS),
    Route.EDIT: (("leeds-womens-aid-refuge",), COORDINATORS),
    Route.EDITING: (("drop",), STAFF),
    Route.PROPOSAL: ((1,), STAFF),
    Route.HISTORY: (("leeds-womens-aid-refuge",), COORDINATORS),
    Route.UNDO: ((1,), COORDINATORS),
    Route.SERVICES: ((0,), STAFF),
}


@dataclass(frozen=True, slots=True)
class Furnished:
    """A database with one of each role and a few services; *before*: what `test_*` compare with."""

    file: Path
    before: dict[str, list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def furnished(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, pack: Pack
) -> Furnished:
    """Furnish a database once; each test has a copy of it."""
    file = tmp_path_factory.mktemp("roles") / "furnished.db"
    shutil.copy(sqlite_template, file)

    async def furnish() -> Furnished:
        async with staged(file, pack, FakeClock()) as stage:
            await stage.knows(NEWCOMER)
            await stage.knows(PARTNER, Role.PARTNER)
            await stage.knows(ADA, Role.COORDINATOR)
            async with stage.sessions.begin() as session:
                one = [s for s in pack.services if s.id == "leeds-womens-aid-refuge"]
                await db.services.import_pack(session, one, pack.helplines[:3], stage.clock())
            return Furnished(file, await stage.rows(of_directory=True))

    return asyncio.run(furnish())


@pytest.fixture
async def cast(
    furnished: Furnished, tmp_path: Path, pack: Pack, clock: FakeClock
) -> AsyncIterator[Stage]:
    """The application with one of each role."""
    shutil.copy(furnished.file, tmp_path / "cast.db")
    async with staged(tmp_path / "cast.db", pack, clock) as made:
        yield made


def test_every_command_and_every_button_has_an_entry():
    assert set(COMMAND_ROLES) == set(COMMANDS)
    assert set(PRESS_ROLES) == set(PRESSES) == set(Route)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("command", COMMANDS)
async def test_commands(cast, furnished, command, role):
    text = f"/{command} Example" if command == "invite" else f"/{command}"
    shown = await cast.says(WHO[role], text)
    allowed = role in COMMAND_ROLES[command]
    assert any(each in shown.text for each in REFUSALS) != allowed
    assert APOLOGY not in shown.text
    if not allowed:
        assert await cast.rows(of_directory=True) == furnished.before


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("route", Route)
async def test_buttons(cast, furnished, route, role):
    args, roles = PRESS_ROLES[route]
    await cast.forges(WHO[role], encode(route, *args))
    assert REFUSALS.isdisjoint(cast.alerts) == (role in roles)
    assert APOLOGY not in cast.said()
    if role not in roles:
        assert await cast.rows(of_directory=True) == furnished.before
        assert not cast.screens(WHO[role]), "nothing but the refusal"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param("1:i:999999999999999999:e:0", id="a post with a huge number"),
        pytest.param("1:j:999999999999999999:accept:e:0", id="accepting a huge number"),
        pytest.param("1:b:999999999999999999", id="an update with a huge number"),
        pytest.param("1:c:999999999999999999:approve", id="approving a huge number"),
        pytest.param("1:v:999999999999999999", id="an invitation with a huge number"),
        pytest.param("1:k:999999999999999999:end", id="a person with a huge number"),
        pytest.param("1:p:999999999999999999", id="a message with a huge number"),
        pytest.param("1:A:999999999999999999", id="an answer with a huge number"),
        pytest.param("1:3:see:999999999999999999", id="a partner's post with a huge number"),
    ],
)
async def test_a_number_that_no_row_can_have_breaks_nothing(staff, caplog, data):
    await breaks_nothing(staff, caplog, data)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param("1:q:nonsense:0", id="an unknown queue"),
        pytest.param("1:q", id="a queue without a name"),
        pytest.param("1:e:2026-W99:0", id="a week that is none"),
        pytest.param("1:d:nonsense:approve:x", id="approving a week that is none"),
        pytest.param("1:d:2026-W47:eat:x", id="an unknown act on the digest"),
        pytest.param("1:i:1:nonsense:0", id="a post from nowhere"),
        pytest.param("1:i:x:e:0", id="a post that is no number"),
        pytest.param("1:j:1:eat:e:0", id="an unknown decision"),
        pytest.param("1:c:7:approve", id="approving what is not there"),
        pytest.param("1:c:7:eat", id="an unknown act on an update"),
        pytest.param("1:v:x", id="an invitation that is no number"),
        pytest.param("1:k:-5:end", id="a person below zero"),
        pytest.param("1:y:nothing:L1", id="confirming what is not there"),
        pytest.param("1:X:nothing:closed", id="a wrong service that is not there"),
        pytest.param("1:H::nothing", id="help by a service that is not there"),
        pytest.param("1:w:eat", id="an unknown step of asking again"),
        pytest.param("1:p:7:answer", id="answering a message that is not there"),
        pytest.param("1:A:7", id="reading an answer that is not there"),
        pytest.param("1:H:L999:x", id="helped with answers that are none"),
        pytest.param("1:o:eat", id="a step of a draft that is not there"),
        pytest.param("1:3:eat", id="a step of a post that is not there"),
        pytest.param("1:3:yes:7", id="taking a post that is not there"),
        pytest.param("1:3:no:x:eat", id="declining what is no number"),
    ],
)
async def test_a_coordinators_forged_button_breaks_nothing(crew, caplog, data):
    await breaks_nothing(crew, caplog, data)


async def breaks_nothing(stage, caplog, data):
    before = await stage.rows()
    await stage.forges(ADA, data)
    assert APOLOGY not in stage.said()
    assert "handler failed" not in caplog.text
    after = await stage.rows()
    after.pop("audit", None)
    assert after == before


async def test_a_coordinators_draft_is_not_broken_by_forged_steps(crew, caplog):
    await crew.says(ADA, "/broadcast")
    async with crew.sessions() as session:
        draft = await db.drafts.find(session, ADA)
    assert draft is not None
    before = await crew.rows()
    steps = ("eat", "submit", "audience:both", "audience:everyone", "language:ar", "language")
    for step in (*steps, "pick:t", "only:l:x:1", "card:x", "see:en", "machine:en:1", "pending:x"):
        await crew.forges(ADA, f"1:o:{draft.payload['key']}:{step}")
        assert STALE in crew.last(ADA).text, step
        assert await crew.rows() == before, step
    assert "handler failed" not in caplog.text


async def test_services_for_workers_are_for_workers(crew, pack):
    workers = {html.escape(s.name) for s in pack.services if s.audience is Audience.WORKERS}
    for who, sees in ((NEWCOMER, False), (PARTNER, True), (ADA, True)):
        listed = [await crew.forges(who, f"1:r:L2d3t1.-:{page}") for page in range(3)]
        found = {name for name in workers for screen in listed if name in screen.text}
        assert bool(found) == sees, who
        card = await crew.forges(who, "1:s:L2d3t1.-:courtyard-cafe-harehills")
        assert ("Courtyard" in card.text and "1. " not in card.text) == sees, who


async def invitation(stage: Stage, organisation: str = "Leeds Example Charity") -> str:
    shown = await stage.says(ADA, f"/invite {organisation}")
    found = re.search(r"https://t\.me/fingerpost_bot\?start=(i_[A-Za-z0-9_-]+)", shown.text)
    assert found
    return f"/start {found[1]}"


async def test_an_invitation_makes_one_partner_once(staff):
    link = await invitation(staff)
    shown = await staff.says(NEWCOMER, link)
    assert "You are now a partner" in shown.text
    assert "Leeds Example Charity" in shown.text
    shown = await staff.says(OTHER, link)
    assert "does not work any more" in shown.text
    person = await staff.person(NEWCOMER)
    assert person is not None
    assert (person.role, person.organisation) == (Role.PARTNER, "Leeds Example Charity")
    assert await staff.person(OTHER) is None
    token = link.rpartition("i_")[2]
    assert token not in repr(await staff.rows()), "only its hash is kept"


async def test_an_invitation_expires(crew, clock):
    link = await invitation(crew)
    clock.advance(timedelta(days=7))
    assert "does not work any more" in (await crew.says(NEWCOMER, link)).text
    assert await crew.person(NEWCOMER) is None


async def test_an_invitation_can_be_withdrawn(crew):
    link = await invitation(crew)
    await crew.says(BEN, "/partners")
    shown = await crew.presses(BEN, "Withdraw it")
    assert "Withdraw" not in repr(shown.labels)
    assert "does not work any more" in (await crew.says(NEWCOMER, link)).text


async def test_a_coordinator_who_opens_an_invitation_does_not_use_it_up(crew):
    link = await invitation(crew)
    shown = await crew.says(BEN, link)
    assert "Pass this link on" in shown.text
    assert (await crew.person(BEN)).role is Role.COORDINATOR
    assert "You are now a partner" in (await crew.says(NEWCOMER, link)).text


@pytest.mark.parametrize("name", ["", "x" * 81])
async def test_an_invitation_needs_the_name_of_an_organisation(crew, name):
    before = await crew.rows()
    shown = await crew.says(ADA, f"/invite {name}".strip())
    assert "Write the name of the organisation" in shown.text
    assert await crew.rows() == before


async def end_role(stage, who, whom):
    """Let *who* press the button that ends the role of *whom*."""
    shown = await stage.says(who, "/partners")
    number = re.search(rf"^(\d+)\..*<code>{whom}</code>", shown.text, re.MULTILINE)
    assert number
    return await stage.presses(who, f"{number[1]}. End this role")


async def test_a_partner_whose_role_ended_is_refused_at_the_next_press(crew):
    listed = await crew.forges(PARTNER, "1:s:L2d3t1.-:courtyard-cafe-harehills")
    assert "1. " not in listed.text
    shown = await end_role(crew, ADA, PARTNER)
    assert str(PARTNER) not in shown.text
    shown = await crew.forges(PARTNER, "1:s:L2d3t1.-:courtyard-cafe-harehills")
    assert "1. " in shown.text, "the list as it is for everybody"
    assert (await crew.person(PARTNER)).organisation is None


async def test_a_coordinator_whose_role_ended_is_refused_at_the_next_press(crew):
    shown = await crew.says(BEN, "/digest")
    await crew.knows(BEN, Role.PARTNER)
    before = await crew.rows()
    await crew.forges(BEN, shown.data("Approve and send"))
    assert crew.alerts[-1] == REFUSAL
    assert await crew.rows() == before


async def test_a_coordinator_ends_anothers_role_but_not_their_own(crew):
    shown = await crew.says(ADA, "/partners")
    assert f"<code>{ADA}</code>" not in shown.text
    await crew.forges(ADA, encode(Route.PARTNER, ADA, "end"))
    assert (await crew.person(ADA)).role is Role.COORDINATOR
    await end_role(crew, ADA, BEN)
    assert (await crew.person(BEN)).role is Role.NEWCOMER
    await crew.says(BEN, "/digest")
    assert crew.last(BEN).text == REFUSAL


async def test_of_two_coordinators_who_end_each_other_one_stays(crew):
    ada = await crew.says(ADA, "/partners")
    ben = await crew.says(BEN, "/partners")
    await crew.forges(ADA, ada.data("End this role"))
    await crew.forges(BEN, ben.data("End this role"))
    roles = [(await crew.person(who)).role for who in (ADA, BEN)]
    assert roles == [Role.COORDINATOR, Role.NEWCOMER]


async def test_a_role_that_was_ended_does_not_come_back_by_forgetting(crew):
    await end_role(crew, ADA, BEN)
    await crew.says(BEN, "/forget")
    await crew.presses(BEN, "Yes, delete it")
    async with crew.sessions.begin() as session:
        made = await db.people.seed_coordinators(session, [ADA, BEN], today=crew.app.today())
    assert made == []
    assert await crew.person(BEN) is None


async def test_everything_kept_about_a_busy_coordinator_fits_messages(crew):
    for number in range(40):
        await crew.says(ADA, f"/invite Organisation {number} with a rather long name")
    before = len(crew.screens(ADA))
    await crew.says(ADA, "/mydata")
    shown = crew.screens(ADA)[before:]
    assert len(shown) > 1
    assert all(len(each.text.encode("utf-16-le")) // 2 <= 4096 for each in shown)
    told = " ".join(each.text for each in shown)
    assert "people.role" in told
    assert "datetime" not in told
    assert "audit 40.subject" in told


async def test_only_a_yes_deletes(crew):
    await crew.forges(ADA, encode(Route.FORGET, "no"))
    assert await crew.person(ADA) is not None
