"""Newcomers ask for news by need and area, see it, and stop it with one tap."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import select

import db.alerts
import db.erasures
import locales
from db.models import AlertRow
from directory import alerting, flow
from directory.alerting import ANYWHERE, MOST, Alert
from directory.flow import given
from directory.needs import NEEDS
from directory.questions import SEARCHED
from handlers import alert_screens, guide_state, screens
from handlers.callbacks import Route, encode
from people.model import Role
from tests.flows.stage import APOLOGY, NEWCOMER, OTHER, STALE, Shown, Stage

OFFER = "Tell me when there is news about this"
FOOD = flow.pack(given(need="2", detail="1", place="LS9"))
STOPPED = "The news that you asked for has stopped."
GROUP = -1001
EAST = ("food", "east")


async def kept(stage: Stage, who: int = NEWCOMER) -> list[tuple[str, str]]:
    async with stage.sessions() as session:
        return [(each.need, each.district) for each in await db.alerts.of(session, who)]


async def asks(stage: Stage, *needs: str, who: int = NEWCOMER, district: str = "east") -> None:
    async with stage.sessions.begin() as session:
        for need in needs:
            wanted = Alert(need, district, stage.app.today())
            assert await db.alerts.ask(session, who, wanted, "en", now=stage.clock())


async def to_offer(stage: Stage, packed: str = FOOD) -> Shown:
    """Show results, and open the offer under them, a button or a link."""
    shown = await stage.forges(NEWCOMER, encode(Route.RESULTS, packed, 0))
    assert OFFER in shown.text + " ".join(shown.labels)
    assert len(shown.buttons) <= 8
    if OFFER in shown.text:
        link = re.search(rf'start=({screens.ALERT_PREFIX}\w+)">🔔 {OFFER}', shown.text)
        assert link is not None
        return await stage.says(NEWCOMER, f"/start {link[1]}")
    return await stage.presses(NEWCOMER, OFFER)


async def test_from_results_to_news_about_the_own_area(small):
    await small.knows(NEWCOMER)
    asked = await to_offer(small)
    assert "Do you want news about this: Food?" in asked.text
    for told in ("anyone who holds your phone", "I keep", "6 months", "/alerts", "/stop"):
        assert told in asked.text
    assert await kept(small) == [], "nothing is kept before a yes"
    done = await small.presses(NEWCOMER, "Yes, for this area: East")
    assert "Done. I write to you when there is news." in done.text
    assert "Food (East), until 15 May 2027" in done.text
    assert await kept(small) == [EAST]
    back = await small.presses(NEWCOMER, "‹ Back")
    assert "These can help you:" in back.text


async def test_where_there_is_room_the_offer_is_a_button(small):
    await small.knows(NEWCOMER)
    shown = await small.forges(
        NEWCOMER, encode(Route.RESULTS, flow.pack(flow.searched("interpreting")), 0)
    )
    assert f"🔔 {OFFER}" in shown.labels
    asked = await small.presses(NEWCOMER, OFFER)
    assert "Do you want news about this: Interpreters?" in asked.text
    await small.presses(NEWCOMER, "Yes, for one area only")
    await small.presses(NEWCOMER, "‹ Back")
    await small.presses(NEWCOMER, "Yes, for one area only")
    await small.presses(NEWCOMER, "Centre and north")
    assert await kept(small) == [("interpreting", "centre-n")]


async def test_no_leads_back_to_the_places_and_keeps_nothing(small):
    await small.knows(NEWCOMER)
    await to_offer(small)
    shown = await small.presses(NEWCOMER, "No")
    assert "These can help you:" in shown.text
    assert await kept(small) == []


NOT_OFFERED = [
    pytest.param(given(need="5", safe="1", detail="1", more="1"), id="violence"),
    pytest.param(given(need="4", detail="2"), id="asylum"),
    pytest.param(given(need="3", detail="2"), id="mental health"),
    pytest.param(given(need="2", detail="1", person="2"), id="food, for somebody LGBTQ+"),
]


@pytest.mark.parametrize("answers", NOT_OFFERED)
async def test_nothing_is_offered_where_the_answers_are_sensitive(small, answers):
    await small.knows(NEWCOMER)
    packed = flow.pack(answers)
    shown = await small.forges(NEWCOMER, encode(Route.RESULTS, packed, 0))
    assert "1. " in " ".join(shown.labels)
    assert OFFER not in shown.text + " ".join(shown.labels)
    linked = await small.says(
        NEWCOMER, f"/start {guide_state.payload(screens.ALERT_PREFIX, packed)}"
    )
    assert STALE in linked.text


async def test_no_need_about_danger_can_be_asked_for_by_any_button(small):
    never = [*alerting.refused(), *(need for need in NEEDS if NEEDS[need].danger), "nonsense", ""]
    for need in never:
        packed = flow.pack(flow.searched(need)) if need in SEARCHED else ""
        for step in (
            ("on", need, "east", packed),
            ("on", need, ANYWHERE, packed),
            ("new", need, packed),
            ("part", need, packed),
        ):
            shown = await small.forges(NEWCOMER, encode(Route.ALERT, *step))
            assert STALE in shown.text, (need, step)
    assert await kept(small) == []
    assert APOLOGY not in small.said()


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(("on", "food", "nowhere", ""), id="no such district"),
        pytest.param(("on",), id="nothing"),
        pytest.param(("list", "x"), id="no page"),
        pytest.param(("add", "99999999999999999999"), id="a page too far"),
        pytest.param(("what",), id="no such step"),
        pytest.param((), id="no step"),
    ],
)
async def test_a_forged_or_old_button_gets_a_fresh_start(small, step):
    await asks(small, "esol")
    shown = await small.forges(NEWCOMER, encode(Route.ALERT, *step))
    assert STALE in shown.text
    assert await kept(small) == [("esol", "east")]


async def test_answers_of_an_older_version_take_no_choice_away(small):
    await small.knows(NEWCOMER)
    asked = await small.forges(NEWCOMER, encode(Route.ALERT, "new", "food", "A2d1"))
    assert "Do you want news about this: Food?" in asked.text
    for step, left in (
        (("on", "food", "east", "A2d1"), [EAST]),
        (("on", "esol", "east", "A2d1"), [("esol", "east"), EAST]),
        (("drop", "esol", "east", "A2d1"), [EAST]),
        (("none", "A2d1"), []),
    ):
        shown = await small.forges(NEWCOMER, encode(Route.ALERT, *step))
        assert await kept(small) == left
        assert "‹ Back" not in shown.labels


async def test_the_list_and_taking_one_away_twice(small):
    await small.knows(NEWCOMER)
    assert "You have not asked for any news." in (await small.says(NEWCOMER, "/alerts")).text
    await asks(small, "food", "esol")
    shown = await small.says(NEWCOMER, "/alerts")
    assert [each for each in shown.labels if "✖️" in each] == [
        "✖️ Learn English (East)",
        "✖️ Food (East)",
    ]
    gone = shown.data("✖️ Food")
    for _ in range(2):
        shown = await small.forges(NEWCOMER, gone)
        assert "Food" not in shown.text
        assert "Learn English (East), until 15 May 2027" in shown.text
    assert await kept(small) == [("esol", "east")]


async def test_to_choose_anew_from_the_list(small):
    await small.knows(NEWCOMER)
    await small.says(NEWCOMER, "/alerts")
    seen, shown = set(), await small.presses(NEWCOMER, "Ask for news")
    for _ in range(5):
        seen |= {b.text for b in shown.buttons if b.data and ":new:" in b.data}
        assert len(shown.buttons) <= 8
        shown = await small.presses(NEWCOMER, "/5 ›")
    assert len(seen) == len(alerting.alertable()), "each need once"
    await small.presses(NEWCOMER, "Food")
    yes = small.button(NEWCOMER, "Yes, for all of Leeds")
    for _ in range(2):
        shown = await small.forges(NEWCOMER, yes)
    assert "Food (all of Leeds), until 15 May 2027" in shown.text
    assert await kept(small) == [("food", ANYWHERE)]


async def test_long_lists_have_pages_and_an_end(small):
    await small.knows(NEWCOMER)
    every = alerting.alertable()
    await asks(small, *every[:MOST])
    shown = await small.says(NEWCOMER, "/alerts")
    names = set()
    for _ in range(4):
        names |= {each for each in shown.labels if "✖️" in each}
        assert len(shown.buttons) <= 8
        shown = await small.presses(NEWCOMER, "/4 ›")
    assert len(names) == MOST
    full = await small.forges(NEWCOMER, encode(Route.ALERT, "on", every[MOST], "east", ""))
    assert "at most. Please remove one first." in full.text
    assert len(await kept(small)) == MOST


def pushed(language: str = "en") -> dict[str, object]:
    """Return the keyboard of a message that was pushed: a link, and the stop."""
    stop = alert_screens.stop_button(locales.translator(language))
    rows = [
        [{"text": "A link", "url": "https://example.org"}],
        [{"text": stop.text, "callback_data": stop.data}],
    ]
    return {"reply_markup": {"inline_keyboard": rows}}


@pytest.mark.parametrize("needs", [("food", "esol"), ()], ids=["two", "none any more"])
async def test_one_tap_under_a_message_stops_all_and_keeps_its_words(small, needs):
    await asks(small, *needs)
    await asks(small, "food", who=OTHER)
    sent = len(small.api.of("sendMessage"))
    for _ in range(2):
        await small.forges(NEWCOMER, encode(Route.ALERT, "off"), **pushed())
    assert await kept(small) == []
    assert await kept(small, OTHER) == [EAST]
    assert [each for each in small.alerts if STOPPED in each] == small.alerts != []
    assert len(small.api.of("sendMessage")) == sent and not small.api.of("editMessageText")
    (link,), (again,) = small.api.of("editMessageReplyMarkup")[-1]["reply_markup"][
        "inline_keyboard"
    ]
    assert (link["text"], again["text"]) == ("A link", "Choose again")
    shown = await small.forges(NEWCOMER, again["callback_data"])
    assert "You have not asked for any news." in shown.text
    assert not small.api.of("editMessageText"), "the message stays here too"


async def test_a_stop_under_a_message_that_cannot_be_changed_is_said_below(small):
    await asks(small, "food")
    shown = await small.forges(NEWCOMER, encode(Route.ALERT, "off"))
    assert STOPPED in shown.text
    assert await kept(small) == []


async def test_a_stop_is_noted_for_backups_once(small):
    noted = []

    async def erased(mark, at):
        noted.append((mark, at))

    small.application.bot_data["app"] = replace(small.app, erased=erased)
    await asks(small, "food", "esol")
    for _ in range(2):
        await small.forges(NEWCOMER, encode(Route.ALERT, "off"), **pushed())
    assert noted == [(db.erasures.alerts_mark(NEWCOMER), small.clock())]


async def test_all_is_stopped_from_the_list(small):
    await small.knows(NEWCOMER)
    await asks(small, "food", "esol")
    await small.says(NEWCOMER, "/alerts")
    shown = await small.presses(NEWCOMER, "Stop these messages")
    assert STOPPED in shown.text
    assert await kept(small) == []


@pytest.mark.parametrize("word", ["/stop", "stop"])
async def test_stop_ends_the_news_too_and_says_so_once(small, word):
    await small.knows(NEWCOMER)
    await asks(small, "food")
    assert STOPPED in (await small.says(NEWCOMER, word)).text
    assert await kept(small) == []
    shown = await small.says(NEWCOMER, word)
    assert STOPPED not in shown.text
    assert "You can come back at any time." in shown.text


async def test_what_is_kept_can_be_seen_and_deleted(small):
    await asks(small, "food")
    shown = await small.says(NEWCOMER, "/mydata")
    for told in ("alerts.need</code>: food", "alerts.district</code>: east", "alerts.created_on"):
        assert told in shown.text
    await small.says(NEWCOMER, "/forget")
    await small.presses(NEWCOMER, "Yes, delete it")
    assert await kept(small) == []


async def test_who_blocks_the_bot_is_paused_until_they_write(small):
    await asks(small, "food")

    async def paused():
        async with small.sessions() as session:
            return await session.scalar(select(AlertRow.paused_at)) is not None

    await small.blocks(NEWCOMER)
    assert await paused()
    await small.says(NEWCOMER, "/privacy")
    assert not await paused()


async def test_in_arabic_the_words_run_from_the_right_and_follow_the_language(small):
    await small.knows(NEWCOMER, language="ar")
    small_t = locales.translator("ar")
    await small.forges(NEWCOMER, encode(Route.ALERT, "new", "esol", FOOD))
    east = next(each for each in small.last(NEWCOMER).buttons if ":on:esol:east" in str(each.data))
    assert "\u2068الشرق\u2069" in east.text
    shown = await small.forges(NEWCOMER, str(east.data))
    line = next(each for each in shown.text.split("\n") if "•" in each)
    assert line.startswith("\u200f•") and "مايو 2027" in line
    assert small_t.gettext(alerting.name("esol")) in line

    async def languages():
        async with small.sessions() as session:
            return set(await session.scalars(select(AlertRow.language)))

    assert await languages() == {"ar"}
    await small.forges(NEWCOMER, encode(Route.LANGUAGE, "fa", ""))
    assert await languages() == {"fa"}


async def test_in_a_group_nobody_asks_for_news(small):
    await small.says(NEWCOMER, "/alerts", chat_id=GROUP)
    for step in (("on", "food", "east", ""), ("list", 0), ("off",)):
        await small.forges(NEWCOMER, encode(Route.ALERT, *step), chat_id=GROUP)
    assert await kept(small) == [] and await kept(small, GROUP) == []
    assert not small.api.of("sendMessage")


async def test_partners_may_ask_as_well(small):
    await small.knows(NEWCOMER, Role.PARTNER)
    await small.forges(NEWCOMER, encode(Route.ALERT, "on", "food", ANYWHERE, ""))
    assert await kept(small) == [("food", ANYWHERE)]


async def test_nothing_is_offered_while_it_cannot_be_kept(small, pack):
    view = guide_state.View(
        locales.translator("en"), pack.directory, small.clock(), str, copy_of=small.clock()
    )
    answers = flow.unpack(FOOD, pack.directory.gazetteer)
    shown = guide_state.screen(view, answers, page=0)
    assert OFFER not in shown.text


async def test_nobody_and_nothing_of_it_is_in_the_log(small, caplog):
    caplog.set_level("DEBUG", "handlers")
    await asks(small, "food")
    await small.says(NEWCOMER, "/alerts")
    await small.presses(NEWCOMER, "✖️ Food")
    await small.forges(NEWCOMER, encode(Route.ALERT, "on", "esol", "east", ""))
    await small.forges(NEWCOMER, encode(Route.ALERT, "off"), **pushed())
    told = [f"{each.getMessage()} {each.__dict__}" for each in caplog.records]
    assert [
        each for each in told if "esol" in each or "food" in each or str(NEWCOMER) in each
    ] == []
