"""Changing a service in the chat: asked, read back, proposed, approved, taken back."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

import db.changes
import db.freshness
import db.people
import db.proposals
import db.services
from db.changes import Hidden
from directory.history import Cause, Deed
from directory.model import Fact
from people.model import Role
from tests.flows.stage import (
    ADA,
    APOLOGY,
    BEN,
    NEWCOMER,
    OTHER,
    PARTNER,
    REFUSAL,
    STAFF_ONLY,
    Stage,
)

SERVICE = "leeds-housing-options"
NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)  # of the day on which these stories happen


async def opened(stage: Stage, pack, *, language: str = "en") -> Stage:
    """Give *stage* the pack's services, a partner who runs one of them, two coordinators."""
    async with stage.sessions.begin() as session:
        some = [each for each in pack.services if each.id == SERVICE]
        some += [each for each in pack.services if each.id != SERVICE][:12]
        await db.services.import_pack(session, some, pack.helplines[:3], stage.clock())
        organisation = some[0].organization.upper()
        await db.people.make_partner(session, PARTNER, organisation, today=stage.app.today())
        await db.people.choose_language(session, PARTNER, language, today=stage.app.today())
    await stage.knows(ADA, Role.COORDINATOR)
    await stage.knows(BEN, Role.COORDINATOR)
    return stage


@pytest.fixture
async def city(stage: Stage, pack) -> Stage:
    return await opened(stage, pack)


async def service(stage: Stage, service_id: str = SERVICE):
    async with stage.sessions() as session:
        found = await db.services.find(session, service_id)
    assert found is not None
    return found


async def proposes(stage: Stage, part: str, text: str, who: int = PARTNER):
    await stage.forges(who, f"1:E:{SERVICE}:{part}")
    await stage.says(who, text)
    return await stage.presses(who, "Yes")


async def test_hours_in_plain_words_are_read_back_approved_and_public(city):
    await city.forges(PARTNER, f"1:s::{SERVICE}")
    await city.presses(PARTNER, "Change it")
    await city.presses(PARTNER, "Opening times")
    shown = await city.says(PARTNER, "Wednesdays 10 to 1:30")
    assert "Wednesday 10:00–13:30" in shown.text
    assert "Is this right?" in shown.text
    before = await service(city)
    assert before.hours_note is not None
    assert before.hours_note in shown.text, "does it still fit?"
    shown = await city.presses(PARTNER, "Yes")
    assert "A coordinator looks at it first" in shown.text
    assert await service(city) == before, "nothing is public yet"
    await city.send_out()
    for who in (ADA, BEN):
        assert "Wednesday 10:00–13:30" in city.last(who).text
    shown = await city.presses(ADA, "Approve")
    assert "It is public now" in shown.text
    after = await service(city)
    assert after.opening_hours == "We 10:00-13:30"
    assert [(c.fact, c.by, c.on) for c in after.checks] == [(Fact.HOURS, "owner", city.app.today())]
    card = await city.forges(NEWCOMER, f"1:s::{SERVICE}")
    assert "Wednesday 10:00–13:30" in card.text
    assert "Change it" not in card.labels
    await city.send_out()
    assert "Your change is public now" in city.last(PARTNER).text


async def test_a_coordinators_own_change_is_public_at_once_and_can_be_taken_back(city):
    await proposes(city, "phone", "0113 496 0000 front desk\n116 123", ADA)
    assert "It is public now" in city.last(ADA).text
    after = await service(city)
    assert [(p.number, p.label) for p in after.phones] == [
        ("+441134960000", "front desk"),
        ("116123", None),
    ]
    shown = await city.forges(ADA, f"1:I:{SERVICE}")
    assert "A coordinator" in shown.text
    assert "0113 496 0000" in shown.text
    shown = await city.presses(ADA, "Take back 1")
    assert "Taken back by a coordinator" in shown.text
    before = await service(city)
    assert before.phones[0].number == "+441132224412"
    assert before.checks == ()
    await city.presses(ADA, "Take back 1")
    assert (await service(city)).phones == after.phones, "taking back can be taken back"


@pytest.mark.parametrize(
    ("press", "told"),
    [
        pytest.param("It is full", "full", id="full"),
        pytest.param("They stopped for a while", "paused", id="paused"),
        pytest.param("Closed today", "open", id="closed today"),
        pytest.param("Closed until Sunday", "open", id="closed this week"),
    ],
)
async def test_what_keeps_people_from_a_wasted_way_is_public_at_once(small, pack, press, told):
    city = await opened(small, pack)
    await city.forges(PARTNER, f"1:E:{SERVICE}:status")
    await city.presses(PARTNER, press)
    shown = await city.presses(PARTNER, "Yes")
    assert "coordinators are told" in shown.text
    after = await service(city)
    assert after.status == told
    found = (await city.app.directory()).opening(after.opening_hours, NOON)
    assert found.now == ("closed" if "Closed" in press else "open")
    await city.send_out()
    assert "It is public already" in city.last(BEN).text
    await city.presses(BEN, "Take it back")
    back = await service(city)
    assert (back.status, back.opening_hours) == ("open", "Mo-Fr 09:30-17:00")
    await city.send_out()
    assert "took your change back" in city.last(PARTNER).text


async def test_that_it_is_open_again_waits_for_a_coordinator(small, pack):
    city = await opened(small, pack)
    await city.forges(ADA, f"1:E:{SERVICE}:status")
    await city.presses(ADA, "It is full")
    await city.presses(ADA, "Yes")
    await city.forges(PARTNER, f"1:E:{SERVICE}:status")
    await city.presses(PARTNER, "They take new people")
    shown = await city.presses(PARTNER, "Yes")
    assert "A coordinator looks at it first" in shown.text
    assert (await service(city)).status == "full"


async def test_a_refusal_reaches_the_partner_with_its_reason(small, pack):
    city = await opened(small, pack)
    await proposes(city, "name", "Housing Help")
    await city.send_out()
    await city.presses(ADA, "Reject")
    shown = await city.presses(ADA, "We could not check it.")
    assert "I tell the partner" in shown.text
    await city.send_out()
    assert "We could not check it." in city.last(PARTNER).text
    assert (await service(city)).name == "Leeds Housing Options"
    await city.presses(BEN, "Approve")
    assert "decided already" in city.alerts[-1]
    assert (await service(city)).name == "Leeds Housing Options"


async def test_a_newer_proposal_takes_the_place_of_an_older_one(small, pack):
    city = await opened(small, pack)
    await proposes(city, "name", "First Name")
    await proposes(city, "about", "They find homes.")
    await proposes(city, "name", "Second Name")
    await city.send_out()
    first = next(each for each in city.screens(ADA) if "First Name" in each.text)
    second = next(each for each in city.screens(ADA) if "Second Name" in each.text)
    await city.forges(ADA, first.data("Approve"))
    assert "decided already" in city.alerts[-1]
    await city.forges(ADA, second.data("Approve"))
    assert (await service(city)).name == "Second Name"
    states = [row[5] for row in (await city.rows())["service_proposals"]]
    assert sorted(states) == ["approved", "pending", "withdrawn"]


async def test_what_was_changed_since_is_shown_again_before_it_is_approved(small, pack):
    city = await opened(small, pack)
    await proposes(city, "name", "Wanted Name")
    await city.send_out()
    await proposes(city, "name", "Between Name", ADA)
    await city.forges(BEN, city.button(BEN, "Approve"))
    shown = city.last(BEN)
    assert "changed again since" in shown.text
    assert "Between Name" in shown.text
    assert (await service(city)).name == "Between Name"
    await city.presses(BEN, "Approve")
    assert (await service(city)).name == "Wanted Name"


async def test_changes_of_different_parts_are_approved_in_any_order(small, pack):
    city = await opened(small, pack)
    await city.forges(PARTNER, f"1:E:{SERVICE}:cost")
    await city.presses(PARTNER, "It is free.")
    await city.presses(PARTNER, "Yes")
    await city.forges(PARTNER, f"1:E:{SERVICE}:how")
    await city.presses(PARTNER, "You need an appointment")
    await city.presses(PARTNER, "Yes")
    await city.send_out()
    cost = next(each for each in city.screens(ADA) if "It is free" in each.text)
    how = next(each for each in city.screens(ADA) if "You need an app" in each.text)
    await city.forges(ADA, how.data("Approve"))
    await city.forges(ADA, cost.data("Approve"))
    access = (await service(city)).access
    assert (access.cost, access.appointment, access.walk_in) == ("free", True, False)


async def test_a_partner_takes_a_proposal_back(small, pack):
    city = await opened(small, pack)
    await proposes(city, "name", "Other Name")
    shown = await city.forges(PARTNER, f"1:E:{SERVICE}")
    assert "This waits for a coordinator" in shown.text
    shown = await city.presses(PARTNER, "↩️ Name")
    assert "You took your change back" in shown.text
    await city.send_out()
    await city.presses(ADA, "Approve")
    assert (await service(city)).name == "Leeds Housing Options"


async def test_pressing_yes_twice_proposes_once(city):
    await proposes(city, "name", "Other Name")
    await city.presses(PARTNER, "Yes")
    assert "not open any more" in city.alerts[-1]
    assert len((await city.rows())["service_proposals"]) == 1


async def test_an_old_yes_confirms_only_what_was_shown_with_it(small, pack):
    city = await opened(small, pack)
    await city.forges(PARTNER, f"1:E:{SERVICE}:name")
    old = (await city.says(PARTNER, "First Name")).data("Yes")
    await city.says(PARTNER, "Second Name")
    await city.forges(PARTNER, old)
    assert "not open any more" in city.alerts[-1]
    assert "service_proposals" not in await city.rows()


async def test_what_is_unclear_is_asked_back_and_nothing_is_kept(small, pack):
    city = await opened(small, pack)
    await city.forges(PARTNER, f"1:E:{SERVICE}:hours")
    shown = await city.says(PARTNER, "sometimes in the morning")
    assert "Yes" not in shown.labels
    shown = await city.says(PARTNER, "Wednesdays 10 to 1:30")
    assert "Is this right?" in shown.text


async def test_a_text_that_is_too_long_is_not_taken(small, pack):
    city = await opened(small, pack)
    await city.forges(PARTNER, f"1:E:{SERVICE}:about")
    shown = await city.says(PARTNER, "word " * 200)
    assert "This text is too long" in shown.text
    assert "word word" not in repr((await city.rows())["drafts"])


async def test_html_is_words_or_nothing(small, pack):
    city = await opened(small, pack)
    await proposes(city, "about", "<b>Big</b> <a href='https://evil.example'>x</a> & 1 < 2")
    await city.send_out()
    await city.presses(ADA, "Approve")
    assert (await service(city)).description == "Big x & 1 < 2"
    card = await city.forges(NEWCOMER, f"1:s::{SERVICE}")
    assert "Big x &amp; 1 &lt; 2" in card.text
    assert "evil.example" not in city.said().replace("<a href='https://evil.example'>", "")


async def test_needs_are_picked_one_by_one_and_their_order_counts(small, pack):
    city = await opened(small, pack)
    await city.forges(PARTNER, f"1:E:{SERVICE}:needs")
    await city.presses(PARTNER, "They can help with housing.")
    await city.presses(PARTNER, "They give food.")
    await city.presses(PARTNER, "They give food.")
    await city.presses(PARTNER, "They give food.")
    await city.presses(PARTNER, "I am done")
    await city.presses(PARTNER, "Yes")
    await city.send_out()
    await city.presses(ADA, "Approve")
    assert (await service(city)).needs == ("homelessness", "advice_general", "food")


STRANGERS = [
    pytest.param(NEWCOMER, None, id="a newcomer"),
    pytest.param(OTHER, "Some Other Charity", id="a partner of another organisation"),
]


@pytest.mark.parametrize(("who", "organisation"), STRANGERS)
async def test_strangers_change_nothing(small, pack, who, organisation):
    city = await opened(small, pack)
    if organisation:
        async with city.sessions.begin() as session:
            await db.people.make_partner(session, who, organisation, today=city.app.today())
    await proposes(city, "name", "Other Name")
    await city.send_out()
    approve = city.button(ADA, "Approve")
    before = await city.rows(of_directory=True)
    number = approve.split(":")[2]
    for data in (
        f"1:E:{SERVICE}",
        f"1:E:{SERVICE}:name",
        approve,
        f"1:B:{number}:withdraw",
        f"1:I:{SERVICE}",
        "1:U:1",
    ):
        await city.forges(who, data)
        assert city.alerts[-1] in {REFUSAL, STAFF_ONLY}, data
    await city.forges(who, "1:D:yes:00000000")
    assert await city.rows(of_directory=True) == before
    card = await city.forges(who, f"1:s::{SERVICE}")
    assert "Change it" not in card.labels


async def test_a_role_that_ended_meanwhile_ends_the_change_too(small, pack):
    city = await opened(small, pack)
    await city.forges(PARTNER, f"1:E:{SERVICE}:name")
    await city.says(PARTNER, "Other Name")
    async with city.sessions.begin() as session:
        await db.people.end_role(session, PARTNER, today=city.app.today())
    await city.presses(PARTNER, "Yes")
    assert city.alerts[-1] == STAFF_ONLY
    assert "service_proposals" not in await city.rows()


async def test_a_service_that_is_hidden_meanwhile_is_not_changed(small, pack):
    city = await opened(small, pack)
    await proposes(city, "name", "Other Name")
    await city.send_out()
    await city.forges(PARTNER, f"1:E:{SERVICE}:url")
    async with city.sessions.begin() as session:
        deed = Deed(Cause.FRESHNESS, city.clock())
        await db.changes.hide(session, SERVICE, Hidden.UNCONFIRMED, deed)
    await city.says(PARTNER, "example.org")
    await city.presses(ADA, "Approve")
    assert "decided already" in city.alerts[-1]
    assert APOLOGY not in city.said()
    async with city.sessions() as session:
        found = await db.proposals.stored(session, SERVICE)
    assert found is not None and found.name == "Leeds Housing Options"


async def test_forgetting_in_the_middle_leaves_the_change_without_its_author(city):
    await proposes(city, "name", "Other Name")
    await city.forges(PARTNER, f"1:E:{SERVICE}:url")
    await city.says(PARTNER, "/forget")
    await city.presses(PARTNER, "Yes, delete it")
    rows = await city.rows()
    assert "drafts" not in rows
    assert [row[3] for row in rows["service_proposals"]] == [None], "who proposed it"
    await city.send_out()
    await city.presses(ADA, "Approve")
    assert (await service(city)).name == "Other Name"
    await city.send_out()
    assert "Your change is public" not in city.said()


async def test_a_partner_sees_their_services_and_coordinators_what_waits(small, pack):
    city = await opened(small, pack)
    await proposes(city, "name", "Other Name")
    shown = await city.says(PARTNER, "/services")
    assert any("Leeds Housing Options" in label for label in shown.labels)
    theirs = (await service(city)).organization
    others = [s for s in (await city.app.directory()).services if s.organization != theirs]
    assert others
    assert not [each for each in others if any(each.name in label for label in shown.labels)]
    shown = await city.says(ADA, "/services")
    assert len(shown.labels) == 1
    shown = await city.presses(ADA, "Leeds Housing Options")
    shown = await city.presses(ADA, "🔎 Name")
    await city.presses(ADA, "Approve")
    assert "No change waits" in (await city.says(ADA, "/services")).text


async def test_an_urgent_update_is_not_thrown_away_silently(small, pack):
    city = await opened(small, pack)
    await city.says(ADA, "/broadcast")
    await city.says(ADA, "Snow: everything is closed.")
    await city.forges(ADA, f"1:E:{SERVICE}:name")
    assert "urgent update" in city.alerts[-1]
    assert "Snow" in repr((await city.rows())["drafts"])


async def test_a_right_to_left_reader_gets_whole_values(small, pack):
    city = await opened(small, pack, language="ar")
    await city.forges(PARTNER, f"1:E:{SERVICE}:phone")
    shown = await city.says(PARTNER, "0113 496 0000")
    assert "\u20680113 496 0000\u2069" in shown.text
    await city.forges(PARTNER, f"1:E:{SERVICE}:name")
    shown = await city.says(PARTNER, "Housing \u202eHelp")
    assert "\u2068Housing Help\u2069" in shown.text
    assert "\u202e" not in shown.text


MARKER = "17 Zweibruecken Lane, Leeds, LS9 8AA"


async def test_a_secret_place_takes_no_address_in_any_field(small, pack, caplog, tmp_path):
    city = await opened(small, pack)
    listen(caplog)
    await city.forges(ADA, f"1:E:{SERVICE}:secret")
    await city.presses(ADA, "Nobody may see the address")
    await city.presses(ADA, "Yes")
    await city.forges(PARTNER, f"1:E:{SERVICE}:place")
    assert "This place is secret" in city.alerts[-1]
    for part in (
        "about",
        "name",
        "times",
        "note",
        "refer",
        "hours",
        "phone",
        "url",
        "cost",
        "email",
    ):
        await city.forges(PARTNER, f"1:E:{SERVICE}:{part}")
        shown = await city.says(PARTNER, f"We are at {MARKER}")
        assert "This place is secret" in shown.text, part
    await gone(city, caplog, tmp_path)


async def test_an_address_that_becomes_secret_is_gone_everywhere(city, caplog, tmp_path):
    listen(caplog)
    await proposes(city, "place", MARKER)
    await city.send_out()
    assert "Zweibruecken" not in repr(city.screens(ADA)), "only behind the button"
    shown = await city.presses(ADA, "Look at it")
    assert "17 Zweibruecken Lane, Leeds, LS9 8AA" in shown.text
    await city.presses(ADA, "Approve")
    assert (await service(city)).address is not None
    await proposes(city, "place", MARKER.replace("17", "19"))
    await city.forges(PARTNER, f"1:E:{SERVICE}:place")
    await city.says(PARTNER, MARKER.replace("17", "21"))
    await city.forges(BEN, f"1:E:{SERVICE}:place")
    await city.says(BEN, MARKER.replace("17", "23"))
    await city.forges(PARTNER, f"1:E:{SERVICE}:secret")
    await city.presses(PARTNER, "Nobody may see the address")
    shown = await city.presses(PARTNER, "Yes")
    assert "Nobody sees the address any more" in shown.text, "safety first: at once"
    await city.presses(BEN, "Yes")
    await city.send_out()
    await city.forges(ADA, f"1:I:{SERVICE}")
    assert (await service(city)).address is None
    assert "Zweibruecken" not in city.last(ADA).text
    assert "Zweibruecken" not in city.last(BEN).text
    await gone(city, caplog, tmp_path)


def listen(caplog):
    for name in ("bot", "db", "handlers", "delivery", "directory"):
        caplog.set_level("DEBUG", logger=name)


async def gone(city: Stage, caplog, folder: Path):
    """Check that the marker is in no table, no file of the database and no line of the log."""
    assert "Zweibruecken" not in repr(await city.rows(of_directory=True, of_chat=True))
    assert "Zweibruecken" not in caplog.text
    assert APOLOGY not in city.said()
    if city.sessions.kw["bind"].dialect.name == "sqlite":
        assert held_in_files(folder) == {False}


def held_in_files(folder: Path) -> set[bool]:
    """Return of each file of a database whether the marker is in it."""
    return {b"Zweibruecken" in each.read_bytes() for each in folder.iterdir() if ".db" in each.name}


FORGED = [
    "1:E:nothing",  # a service that is not there
    f"1:E:{SERVICE}:nothing",  # a part that is not there
    "1:D:yes:00000000",  # yes to nothing
    "1:D:set:full",  # a choice of another part
    "1:D:set:ar:1:x",  # a choice among several that are not open
    "1:D:none",  # a name that should be empty
    "1:D:eat",  # a step that is not there
    "1:D:page:999999999",  # a page that is not there
    "1:D:page:x",  # a page that is no number
    "1:B:999999999999999999:approve:0",  # a huge proposal
    "1:B:7:approve:0",  # a proposal that is not there
    "1:B:x",  # a proposal that is no number
    "1:U:999999999999999999",  # a huge change
    "1:U:777777",  # a change that is not there
    "1:I:nothing",  # the history of nothing
    "1:S:999999999",  # a page of services that is not there
]


@pytest.mark.parametrize("who", [PARTNER, ADA], ids=["partner", "coordinator"])
async def test_forged_buttons_break_nothing(small, pack, caplog, who):
    city = await opened(small, pack)
    await city.forges(who, f"1:E:{SERVICE}:name")
    before = await city.rows(of_directory=True)
    for data in FORGED:
        await city.forges(who, data)
        assert APOLOGY not in city.last(who).text, data
        assert "handler failed" not in caplog.text, data
        assert await city.rows(of_directory=True) == before, data


async def test_forged_decisions_break_nothing(small, pack, caplog):
    city = await opened(small, pack)
    await proposes(city, "name", "Other Name")
    before = await city.rows(of_directory=True)
    for data in ("1:B:1:refuse:eat", "1:B:1:refuse", "1:B:1:approve:eat", "1:B:1:withdraw"):
        await city.forges(ADA, data)
    assert "handler failed" not in caplog.text
    assert await city.rows(of_directory=True) == before


async def test_a_named_owner_changes_the_service_of_another_organisation(small, pack):
    city = await opened(small, pack)
    async with city.sessions.begin() as session:
        await db.people.make_partner(session, OTHER, "Elsewhere", today=city.app.today())
        await db.freshness.name_owner(session, SERVICE, OTHER, city.clock())
    card = await city.forges(OTHER, f"1:s::{SERVICE}")
    assert "Change it" in card.labels
    shown = await city.says(OTHER, "/services")
    assert shown.labels == ["Leeds Housing Options"]
    await proposes(city, "name", "Other Name", OTHER)
    assert "A coordinator looks at it first" in city.last(OTHER).text


async def test_a_change_that_changes_nothing_is_over(small, pack):
    city = await opened(small, pack)
    await city.forges(PARTNER, f"1:E:{SERVICE}:name")
    shown = await city.says(PARTNER, "Leeds Housing Options")
    assert "Nothing was changed" in shown.text
    assert "drafts" not in await city.rows()


async def test_stopping_throws_the_change_away(small, pack):
    city = await opened(small, pack)
    await city.forges(PARTNER, f"1:E:{SERVICE}:name")
    await city.says(PARTNER, "Other Name")
    await city.presses(PARTNER, "Stop")
    assert "drafts" not in await city.rows()
    shown = await city.says(PARTNER, "food")
    assert "Is this right?" not in shown.text, "words are words again"


async def test_words_beside_choices_are_no_answer(small, pack):
    city = await opened(small, pack)
    await city.forges(PARTNER, f"1:E:{SERVICE}:gender")
    shown = await city.says(PARTNER, "food")
    assert "Is this right?" not in shown.text
    await city.presses(PARTNER, "For women.")
    assert "Is this right?" in city.last(PARTNER).text


async def test_what_is_optional_can_be_taken_out(small, pack):
    city = await opened(small, pack)
    await city.forges(ADA, f"1:E:{SERVICE}:email")
    await city.presses(ADA, "Take it out")
    await city.presses(ADA, "Yes")
    assert (await service(city)).email is None


async def test_only_coordinators_decide_who_sees_a_service(small, pack):
    city = await opened(small, pack)
    await city.forges(PARTNER, f"1:E:{SERVICE}:seen")
    assert city.alerts[-1] == REFUSAL
    await city.forges(ADA, f"1:E:{SERVICE}:seen")
    await city.presses(ADA, "Only staff see it")
    await city.presses(ADA, "Yes")
    card = await city.forges(NEWCOMER, f"1:s::{SERVICE}")
    assert "Leeds Housing Options" not in card.text, "at once"


async def test_an_import_leaves_an_approved_change_alone(small, pack):
    city = await opened(small, pack)
    await proposes(city, "name", "Approved Name")
    await city.send_out()
    await city.presses(ADA, "Approve")
    async with city.sessions.begin() as session:
        await db.services.import_pack(session, pack.services, pack.helplines, city.clock())
    assert (await service(city)).name == "Approved Name"


async def test_languages_are_picked_over_pages(small, pack):
    city = await opened(small, pack)
    await city.forges(ADA, f"1:E:{SERVICE}:lang")
    await city.presses(ADA, "Arabic")
    await city.presses(ADA, "…")
    await city.forges(ADA, "1:D:set:ti:1:1")
    await city.presses(ADA, "I am done")
    await city.presses(ADA, "Yes")
    assert (await service(city)).languages == ("ar", "ti")
