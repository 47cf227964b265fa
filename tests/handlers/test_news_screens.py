"""News for newcomers: what fits in every language, what it tells nobody, small numbers."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import locales
from delivery.broadcast import Audience, Broadcast, Link, Narrowing, Shape, State
from delivery.model import Attachment, Media
from directory import alerting
from directory.places import District
from directory.telling import telling
from handlers import (
    broadcast_screens,
    compose_screens,
    composed,
    news_check,
    news_screens,
    recall_screens,
)
from handlers.broadcast_screens import MAX_BOTH, MAX_TEXT
from handlers.composed import PARTS, Composed, Part
from handlers.news_check import TellsTooMuch
from handlers.recall_screens import corrected
from tests.handlers.test_compose_screens import FULL

CODES = locales.supported()
T = locales.translator("en")
AREAS = (District("east", "East", ("LS9",)), District("centre-north", "Centre", ("LS1",)))
NEWS = Composed("abcdef", {"en": "Soup tonight."}, Audience.ALERTS)


def length(text):
    return len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize("code", CODES)
def test_the_longest_news_is_one_message_in_every_language(code):
    for letter in ("x", "ث", "x\n"):
        for danger in (False, True):
            fits(code, letter, danger=danger)


def fits(code, letter, *, danger):
    lines = letter == "x\n"  # each line needs a mark
    longest = (letter * MAX_TEXT)[: MAX_TEXT * 2 // 3 if lines else MAX_TEXT]
    both = (letter * MAX_TEXT)[: MAX_BOTH // 3 if lines else MAX_BOTH // 2]
    t, shape = locales.translator(code), replace(FULL, danger=danger)
    contents = [
        broadcast_screens.update(t, 2**31, {"en": longest}, shape, Audience.ALERTS),
        broadcast_screens.update(
            t,
            2**31,
            {"en": both, code: both},
            replace(shape, machine=(code,) if code != "en" else ()),
            Audience.ALERTS,
        ),
    ]
    for content in contents:
        (part,) = content.parts
        assert length(part) <= 4096
        assert len(content.buttons) <= 6
        assert [row[0].text for row in content.buttons[-2:]] == [
            t.gettext("Stop these messages"),
            t.gettext("🆘 Help now"),
        ]
        assert content.attachment == shape.attachment


@pytest.mark.parametrize("code", CODES)
def test_the_first_line_tells_nothing_in_any_language(code):
    t = locales.translator(code)
    first = news_screens.opening(t)
    assert not any(t.gettext(alerting.name(need)) in first for need in alerting.alertable())
    for text in (first, news_screens.why(t)):
        assert telling(text, code) == ()


def test_every_audience_can_be_narrowed_only_by_what_its_people_have():
    everything = Narrowing(("en",), ("Org",), ("esol",), ("food",), ("east",))
    kept = {
        audience: composed.for_audience(
            Composed("k", {"en": "x"}, None, Shape(only=everything)), audience
        ).shape.only
        for audience in Audience
    }
    assert kept[Audience.ALERTS] == Narrowing(("en",), (), (), ("food",), ("east",))
    assert kept[Audience.PARTNERS] == Narrowing(("en",), ("Org",))
    assert kept[Audience.SUBSCRIBERS] == Narrowing(("en",), (), ("esol",))
    assert kept[Audience.EVERYONE] == Narrowing(("en",), ("Org",), ("esol",))
    assert kept[Audience.COORDINATORS] == Narrowing(("en",))


@given(st.lists(st.tuples(st.sampled_from(Part), st.sampled_from("abc"), st.booleans())))
def test_a_value_is_in_its_part_or_not(steps):
    update = NEWS
    expected: dict[Part, set[str]] = {part: set() for part in Part}
    for part, value, wanted in steps:
        update = composed.narrowed(update, part, value, wanted=wanted)
        (expected[part].add if wanted else expected[part].discard)(value)
    for part in Part:
        assert composed.chosen(update.shape.only, part) == tuple(sorted(expected[part]))
    assert set(PARTS) == set(Audience)


@pytest.mark.parametrize("code", CODES)
def test_whom_it_is_for_is_said_in_the_coordinators_language(code):
    t = locales.translator(code)
    only = Narrowing(needs=("food", "esol"), districts=("east", "centre-n"))
    needs, areas = broadcast_screens.narrowing(t, only, (), AREAS)
    assert t.gettext(alerting.name("esol")) in needs
    assert "Centre" in areas
    assert "centre-n" not in areas


@given(
    st.dictionaries(st.sampled_from(CODES), st.integers(min_value=1, max_value=12)),
    st.sampled_from(Audience),
)
def test_no_small_number_of_newcomers_is_told(counts, audience):
    reach = compose_screens.Reach(counts, 1, (), None, AREAS)
    update = replace(NEWS, audience=audience)
    shown = compose_screens.check(T, update, reach)
    small = 0 < reach.total < 5
    assert ("fewer than 5 people" in shown.text) is (small and audience is Audience.ALERTS)
    if audience is Audience.ALERTS:
        told = [line for line in shown.text.split("\n") if line.startswith("•")]
        numbers = [int(line.rpartition(" ")[2].strip("\u2068\u2069")) for line in told]
        assert all(number >= 5 for number in numbers)
        hidden = reach.total - sum(numbers)
        assert hidden == 0 or hidden >= 5 or small, "nor the rest of a known total"
        assert len(shown.rows) <= 8


@pytest.mark.parametrize("audience", [each for each in Audience if each is not Audience.ALERTS])
def test_other_audiences_may_read_everything(audience):
    update = replace(NEWS, audience=audience, texts={"en": "Deportation and asylum."})
    assert news_check.found(update) == []
    news_check.refuse(audience, update.texts, update.shape)


def test_where_words_stand_is_named():
    shape = Shape(
        links=(Link("Visa help", "https://example.org"),),
        attachment=Attachment(Media.DOCUMENT, "f", name="NRPF-letter.pdf"),
    )
    update = replace(NEWS, texts={"en": "<b>Asylum</b> &amp; soup", "ar": "حساء"}, shape=shape)
    assert news_check.found(update) == [
        ("English", ("Asylum",)),
        ("Visa help", ("Visa",)),
        ("NRPF-letter.pdf", ("NRPF-letter",)),
    ]
    with pytest.raises(TellsTooMuch, match="cannot get this"):
        news_check.refuse(Audience.ALERTS, update.texts, shape)


def test_the_name_of_a_service_that_tells_is_not_on_its_button():
    links = (
        Link("Refugee Council", "https://t.me/x?start=s_a", "a"),
        Link("Food bank", "https://t.me/x?start=s_b", "b"),
    )
    content = broadcast_screens.update(T, 0, NEWS.texts, Shape(links=links), Audience.ALERTS)
    assert [row[0].text for row in content.buttons][:2] == ["Find out more", "Food bank"]
    assert news_check.found(replace(NEWS, shape=Shape(links=links))) == []
    partners = broadcast_screens.update(T, 0, NEWS.texts, Shape(links=links), Audience.PARTNERS)
    assert [row[0].text for row in partners.buttons] == ["Refugee Council", "Food bank"]


@pytest.mark.parametrize("code", CODES)
def test_the_longest_correction_is_one_message_too(code, now):
    for letter in ("x", "ث", "x\n"):
        most = recall_screens.MAX_TEXT * 2 // 3 if letter == "x\n" else recall_screens.MAX_TEXT
        texts = {"en": (letter * most)[:most]}
        update = Broadcast(2**31, 1, texts, Audience.ALERTS, State.APPROVED, now, shape=FULL)
        (part,) = corrected(locales.translator(code), update, now.date()).parts
        assert length(part) <= 4096


def test_a_correction_has_the_frame_of_news(now):
    update = Broadcast(7, 1, {"en": "Soup."}, Audience.ALERTS, State.APPROVED, now)
    content = corrected(T, update, now.date())
    assert content.parts[0].startswith("<b>News that you asked for</b>")
    assert [row[0].text for row in content.buttons] == ["Stop these messages", "🆘 Help now"]
