"""Screens of the rights cards: they fit, keep Help now, and say how sure we are."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html import escape
from zoneinfo import ZoneInfo

import pytest

import locales
from directory import flow, rights
from directory.model import Source
from directory.rights import CardText, Standing
from handlers import guide_state, rights_screens, screens
from handlers.callbacks import Route, decode
from handlers.guide_state import View
from handlers.rights_screens import PER_PAGE, Known, Reader

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/London")
MOST_BUTTONS, MOST_TEXT, MOST_LABEL = 8, 4_096, 64
LONGEST = "L51111.4centre-north"  # packed answers
EN = locales.translator("en")


def check(shown):
    """Assert what every screen must keep."""
    buttons = [each for row in shown.rows for each in row]
    assert 0 < len(shown.text.encode("utf-16-le")) // 2 <= MOST_TEXT
    assert len(buttons) <= MOST_BUTTONS
    assert max(len(each.text) for each in buttons) <= MOST_LABEL
    assert max(len(each.data or "") for each in buttons) <= 64
    assert Route.HELP_NOW in {decode(each.data).route for each in buttons}


def known(card, standing=Standing.PUBLIC):
    if standing is Standing.UNCONFIRMED:
        return Known(card, None, standing)
    return Known(card, rights.confirmed(replace(card, weak=False), 7, NOW), standing)


@pytest.fixture(scope="module")
def longest(pack):
    """A card with all that the pack may hold, and a translation that nobody has read."""
    words = CardText("T" * 40, "w " * 449 + "ww", "f" * 300)
    return replace(
        pack.rights[0],
        id="c" * 20,
        words=replace(words, approved=True),
        needs=("domestic_abuse",),
        to_check="k" * 300,
        sources=tuple(Source(f"https://{'s' * 40}.example/{n}", "2026-11-21") for n in range(6)),
        translations=tuple((code, words) for code in locales.supported()),
    )


@pytest.mark.parametrize("language", locales.supported())
def test_every_screen_fits(language, pack, longest):
    t = locales.translator(language)
    every = [known(card) for card in pack.rights]
    for staff in (False, True):
        for page in range(len(every) // PER_PAGE + 1):
            check(rights_screens.listing(t, every, page, staff=staff))
    check(rights_screens.nothing(t, pack.helplines[:3]))
    check(rights_screens.nothing(t, pack.helplines[:3], outage=True))
    for origin in ("99", LONGEST):
        for role in ({}, {"staff": True}, {"staff": True, "confirms": True}):
            reader = Reader(ZONE, origin, **role)
            check(rights_screens.safe_first(t, longest, reader))
            for standing in Standing:
                check(rights_screens.card(t, known(longest, standing), reader))
                for card in pack.rights:
                    check(rights_screens.card(t, known(card, standing), reader))
            check(rights_screens.ask(t, longest, reader, date(2026, 12, 23)))
    check(rights_screens.not_now(t))


@pytest.mark.parametrize("language", locales.supported())
def test_the_reminder_fits_with_every_card(language, pack):
    shown = rights_screens.reminder(
        locales.translator(language), [known(card) for card in pack.rights], ZONE
    )
    (text,) = shown.parts
    assert len(text.encode("utf-16-le")) // 2 <= MOST_TEXT
    assert sum(map(len, shown.buttons)) <= MOST_BUTTONS
    assert all(escape(card.words.title) in text for card in pack.rights)


def test_buttons_under_the_list_lead_to_each_card_once(pack):
    every = [known(card) for card in pack.rights]
    pages = -(-len(every) // PER_PAGE)
    found = [
        decode(each.data).arg(0)
        for page in range(pages)
        for row in rights_screens.listing(EN, every, page, staff=True).rows
        for each in row
        if decode(each.data).route is Route.RIGHT
    ]
    assert found == [card.id for card in pack.rights]


def test_a_card_says_its_sources_with_their_dates_and_that_rules_change(pack):
    card = next(each for each in pack.rights if each.id == "emergency-care")
    text = rights_screens.card(EN, known(card), Reader(ZONE)).text
    assert ">gloucestershire.gov.uk</a> (no date)" in text
    assert ">norwoodmc.co.uk</a> (14 August 2024)" in text
    assert ">hpa.org.uk</a> (2011)" in text
    assert "Rules change and your case may be different. Ask a qualified adviser." in text
    assert "A person checked this on Monday, 23 November 2026." in text
    assert "migrant health guide" not in text, "what to check is for staff"


@pytest.mark.parametrize(
    ("standing", "said"),
    [
        pytest.param(Standing.UNCONFIRMED, "Not confirmed yet: do not pass on.", id="never"),
        pytest.param(Standing.EXPIRED, "too old: do not pass on.", id="too long ago"),
        pytest.param(Standing.CHANGED, "Changed since", id="another text"),
        pytest.param(Standing.WEAK, "never pass it on.", id="weak"),
    ],
)
def test_staff_are_told_not_to_pass_on_what_is_not_public(pack, standing, said):
    text = rights_screens.card(EN, known(pack.rights[0], standing), Reader(ZONE, staff=True)).text
    assert said in text.splitlines()[0]
    assert "A person checked this" not in text


@pytest.mark.parametrize(
    ("reader", "standing", "acts"),
    [
        pytest.param(Reader(ZONE), Standing.PUBLIC, [], id="a newcomer"),
        pytest.param(Reader(ZONE, staff=True), Standing.UNCONFIRMED, [], id="a partner"),
        pytest.param(
            Reader(ZONE, staff=True, confirms=True), Standing.UNCONFIRMED, ["ask"], id="not public"
        ),
        pytest.param(
            Reader(ZONE, staff=True, confirms=True),
            Standing.PUBLIC,
            ["ask", "back"],
            id="public: again, or take it back",
        ),
        pytest.param(Reader(ZONE, staff=True, confirms=True), Standing.WEAK, [], id="weak: nobody"),
    ],
)
def test_who_can_confirm_a_card(pack, reader, standing, acts):
    shown = rights_screens.card(EN, known(pack.rights[0], standing), reader)
    presses = [decode(each.data) for row in shown.rows for each in row]
    assert [press.arg(1) for press in presses if press.route is Route.RIGHT_ACT] == acts


@pytest.mark.parametrize(
    ("words", "said", "unsaid"),
    [
        pytest.param(None, ["This text is in English.", "A GP is"], [], id="no translation"),
        pytest.param(
            CardText("عنوان", "نص", "من"),
            ["عنوان", "نص", "No native speaker has checked this text. In English:", "A GP is"],
            [],
            id="a draft: the English stands below",
        ),
        pytest.param(
            CardText("عنوان", "نص", "من", approved=True), ["نص"], ["A GP is"], id="approved"
        ),
    ],
)
def test_other_languages_get_their_words_or_marked_english(pack, words, said, unsaid):
    arabic = locales.translator("ar")
    card = pack.rights[0]
    if words is not None:
        card = replace(card, translations=(("ar", words),))
    text = rights_screens.card(arabic, known(card), Reader(ZONE)).text
    assert [each for each in said if arabic.gettext(each) not in text and each not in text] == []
    assert [each for each in unsaid if each in text] == []
    if words is None or not words.approved:
        assert "\u200eA GP is" in text, "English runs from the left"


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_offer_fits_every_screen_of_results(pack, language):
    def link(payload):
        assert len(payload) <= 64  # Bot API, deep linking
        return f"https://t.me/fingerpost_bot?start={payload}"

    t = locales.translator(language)
    longest_card = max(pack.rights, key=lambda card: len(card.id + card.words.title))
    view = View(t, pack.directory, NOW, link, right=longest_card)
    ways, seen = [flow.START], set()
    button_shown = link_shown = 0
    while ways:
        answers = ways.pop()
        shown = guide_state.screen(view, answers)
        asked = flow.next_question(answers, pack.directory)
        words = rights_screens.offer(t, longest_card)
        offered = [each for row in shown.rows for each in row if each.text == words]
        if asked is None and not flow.is_put_off(answers):
            check(shown)
            linked = f"{screens.RIGHT_PREFIX}{longest_card.id}_" in shown.text
            assert bool(offered) != linked, "a button, or a link where there is no room"
            button_shown, link_shown = button_shown + bool(offered), link_shown + linked
            continue
        assert not offered
        if asked is None:
            continue
        for option in flow.options(asked, pack.directory.gazetteer):
            after = flow.answer(answers, asked, option.code)
            if after not in seen:
                seen.add(after)
                ways.append(after)
    assert button_shown + link_shown > 50


def test_the_time_of_a_confirmation_is_a_day_in_the_city(pack):
    late = NOW.replace(month=6, hour=23, minute=30)  # after midnight in London
    given = rights.confirmed(pack.rights[0], 7, late)
    shown = Known(pack.rights[0], given, Standing.PUBLIC)
    text = rights_screens.card(EN, shown, Reader(ZONE, staff=True)).text
    assert "on Wednesday, 24 June 2026" in text
    until = (late + timedelta(days=180)).astimezone(ZONE).date()
    assert f"until {until:%A}, {until.day} {until:%B %Y}" in text
