"""When a rights card is public, to whom it is offered, and what the Leeds cards must be like."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from directory import rights
from directory.model import Source
from directory.needs import STAGES
from directory.rights import CardText, RightsCard, Standing
from directory.rights_source import read_rights
from directory.source import BrokenSource
from tests.directory.cards import a_card_row

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SOON = timedelta(seconds=1)
CORPUS = Path(__file__).parents[2].parent / "shared" / "data" / "leeds" / "rights.md"


def a_card(card_id="gp", **given):
    return RightsCard(
        **{
            "id": card_id,
            "words": CardText("You can see a doctor", "Everyone can.", "Everybody.", True),
            "needs": ("health_gp",),
            "stages": (),
            "volatile": False,
            "checked_on": date(2026, 11, 21),
            "sources": (Source("https://example.org", "2025"),),
        }
        | given
    )


def reworded(card, **words):
    return replace(card, words=replace(card.words, **words))


STEADY, VOLATILE = a_card(), a_card(volatile=True)


@pytest.mark.parametrize(
    ("card", "after", "is_now"),
    [
        pytest.param(STEADY, timedelta(), Standing.PUBLIC, id="public at once"),
        pytest.param(STEADY, 180 * DAY - SOON, Standing.PUBLIC, id="public for 180 days"),
        pytest.param(STEADY, 180 * DAY, Standing.EXPIRED, id="and then no more"),
        pytest.param(VOLATILE, 30 * DAY - SOON, Standing.PUBLIC, id="volatile: for 30 days"),
        pytest.param(VOLATILE, 30 * DAY, Standing.EXPIRED, id="volatile: and then no more"),
        pytest.param(reworded(STEADY, text="No."), DAY, Standing.CHANGED, id="another text"),
        pytest.param(reworded(STEADY, title="No"), DAY, Standing.CHANGED, id="another title"),
        pytest.param(
            reworded(STEADY, applies_to="Nobody."), DAY, Standing.CHANGED, id="for other people"
        ),
        pytest.param(
            replace(STEADY, stages=("refugee",)), DAY, Standing.CHANGED, id="for another stage"
        ),
        pytest.param(
            replace(STEADY, needs=("debt",)), DAY, Standing.CHANGED, id="for another need"
        ),
        pytest.param(
            replace(STEADY, translations=(("ar", STEADY.words),)),
            DAY,
            Standing.PUBLIC,
            id="a translation was added",
        ),
        pytest.param(replace(STEADY, weak=True), DAY, Standing.WEAK, id="weak since"),
        pytest.param(
            replace(STEADY, volatile=True), 31 * DAY, Standing.EXPIRED, id="volatile since"
        ),
    ],
)
def test_a_confirmation_is_of_one_text_and_for_a_time(card, after, is_now):
    given = rights.confirmed(VOLATILE if card is VOLATILE else STEADY, 7, NOW)
    assert rights.standing(card, given, NOW + after) is is_now
    assert (card in rights.public([card], {"gp": given}, NOW + after)) == (
        is_now is Standing.PUBLIC
    )


def test_what_nobody_confirmed_is_not_public():
    assert rights.standing(STEADY, None, NOW) is Standing.UNCONFIRMED
    assert rights.public([STEADY], {}, NOW) == ()


def test_nobody_can_confirm_a_weak_card():
    with pytest.raises(ValueError, match="weak"):
        rights.confirmed(replace(STEADY, weak=True), 7, NOW)


@pytest.mark.parametrize(
    ("after", "asked", "due"),
    [
        pytest.param(27 * DAY - SOON, None, False, id="long before the end"),
        pytest.param(27 * DAY, None, True, id="three days before the end"),
        pytest.param(40 * DAY, None, True, id="after the end"),
        pytest.param(40 * DAY, 27 * DAY, False, id="asked a short time ago"),
        pytest.param(57 * DAY - SOON, 27 * DAY, False, id="asked nearly 30 days ago"),
        pytest.param(57 * DAY, 27 * DAY, True, id="asked 30 days ago"),
    ],
)
def test_coordinators_are_asked_in_time_and_not_too_often(after, asked, due):
    given = rights.confirmed(VOLATILE, 7, NOW)
    given = replace(given, asked_at=None if asked is None else NOW + asked)
    assert (rights.to_ask([VOLATILE], {"gp": given}, NOW + after) == (VOLATILE,)) == due


def test_a_changed_card_is_asked_for_at_once_and_an_unconfirmed_or_weak_one_never():
    given = {"gp": rights.confirmed(STEADY, 7, NOW)}
    changed = reworded(STEADY, text="Another text.")
    assert rights.to_ask([changed], given, NOW) == (changed,)
    assert rights.to_ask([STEADY], {}, NOW + 999 * DAY) == ()
    assert rights.to_ask([replace(changed, weak=True)], given, NOW) == ()


GP, RENT, MOVE, CUT = (
    a_card("gp"),
    a_card("rent", needs=("housing",), stages=("refugee", "student")),
    a_card("move", needs=("homelessness", "housing"), stages=("refugee",)),
    a_card("girls", needs=("fgm", "health_gp")),
)


@pytest.mark.parametrize(
    ("needs", "stages", "found"),
    [
        pytest.param(["health_gp"], [], ["gp"], id="what fits the need, nothing about danger"),
        pytest.param(["fgm", "health_gp"], [], ["girls", "gp"], id="danger, once it was asked for"),
        pytest.param(["housing"], ["asylum_seeker"], [], id="nothing for other stages"),
        pytest.param(["housing"], ["student"], ["rent"], id="what is for the stage"),
        pytest.param(["housing"], ["refugee"], ["rent", "move"], id="the main need first"),
        pytest.param(["homelessness", "housing"], ["refugee"], ["move", "rent"], id="asked first"),
        pytest.param(["housing"], [], ["rent", "move"], id="no stage known: all may fit"),
        pytest.param(["esol"], [], [], id="nothing about it"),
    ],
)
def test_a_card_is_offered_to_whom_it_says_something(needs, stages, found):
    assert [c.id for c in rights.rights_for([GP, RENT, MOVE, CUT], needs, stages)] == found


def test_cards_for_everybody_come_first_where_the_stage_is_not_known():
    some = a_card("some", stages=("refugee",))
    assert rights.rights_for([some, GP], ["health_gp"], []) == (GP, some)
    assert rights.rights_for([GP, some], ["health_gp"], ["refugee"]) == (some, GP)


def test_a_whole_row_becomes_a_card():
    words = {"title": "طبيب", "text": "نعم.", "applies_to": "الكل", "approved": True}
    (card,) = read_rights([a_card_row(translations={"ar": words}, to_check="Look again.")])
    assert card.words.title == "You can see a doctor"
    assert card.in_language("ar") == CardText("طبيب", "نعم.", "الكل", True)
    assert card.in_language("fa") is None
    assert (card.to_check, card.weak, card.danger) == ("Look again.", False, False)
    assert card.sources == (Source("https://example.org/gp", "2025-03"),)


@pytest.mark.parametrize(
    ("given", "field", "problem"),
    [
        pytest.param({"needs": ["doctor"]}, "needs", "is not a need", id="no need"),
        pytest.param({"needs": []}, "needs", "must not be empty", id="no needs at all"),
        pytest.param({"stages": ["anyone"]}, "stages", "is not known", id="no stage"),
        pytest.param({"sources": []}, "sources", "must not be empty", id="no source"),
        pytest.param(
            {"sources": [{"url": "example.org"}]}, "sources.0.url", "right form", id="no address"
        ),
        pytest.param({"text": "a" * 901}, "text", "at most 900", id="too long"),
        pytest.param({"title": "a" * 41}, "title", "at most 40", id="too long for a button"),
        pytest.param({"id": "a" * 21}, "id", "at most 20", id="an id too long for a button"),
        pytest.param({"checked_on": "soon"}, "checked_on", "is not a date", id="no date"),
        pytest.param({"volatile": "yes"}, "volatile", "true or false", id="no truth"),
        pytest.param({"explains": ["HC2"]}, "record", "“HC2”", id="explains what is not there"),
        pytest.param({"state": 1}, "state", "not known", id="a field that there is not"),
    ],
)
def test_what_is_wrong_with_a_card_is_named_by_its_field(given, field, problem):
    with pytest.raises(BrokenSource) as caught:
        read_rights([a_card_row(**given)])
    (found,) = caught.value.problems
    assert (found.file, found.field) == ("rights.toml", field)
    assert problem in str(found.problem)


def test_a_missing_field_and_an_id_twice_are_problems():
    row = a_card_row()
    del row["volatile"]
    with pytest.raises(BrokenSource, match="volatile: This field is missing"):
        read_rights([row])
    with pytest.raises(BrokenSource, match="“gp” is there twice"):
        read_rights([a_card_row(), a_card_row()])


# --- the cards of Leeds -----------------------------------------------------------------

SENTENCE = re.compile(r"(?<=[.?!])[)”]?\s+")
JARGON = re.compile(r"\b[A-Z]{2,}\d?\b")
EVERYDAY = {"ID", "UK", "EU", "GOV", "EEA"}  # and what a title explains itself
# guided-questions.md, rules 2 and 10: what must not be read over a shoulder
LOUD = re.compile(
    r"abus|rape|violen|traffick|slave|FGM|\bcut|hate|force|victim|hurt", re.IGNORECASE
)


@pytest.fixture(scope="module")
def leeds(pack):
    return {card.id: card for card in pack.rights}


def sentences(text):
    return [each for each in SENTENCE.split(text) if each]


def test_leeds_has_the_cards(leeds):
    assert len(leeds) >= 23
    assert {i for i, card in leeds.items() if card.weak} == {"after-refusal", "work-while-waiting"}
    assert sum(card.volatile for card in leeds.values()) >= 8
    assert {stage for card in leeds.values() for stage in card.stages} == set(STAGES)


def test_cards_are_written_in_plain_words(leeds):
    for card in leeds.values():
        words = [len(each.split()) for each in sentences(card.words.text)]
        assert sum(words) / len(words) <= 15, card.id
        assert max(words) <= 25, card.id


def test_cards_explain_their_jargon(leeds):
    for card in leeds.values():
        used = set(JARGON.findall(card.words.text)) - EVERYDAY
        told = " ".join(card.explains)
        assert {word for word in used if word not in told} <= {"NHS"}, card.id


def test_titles_about_danger_are_neutral(leeds):
    dangers = {i for i, card in leeds.items() if card.danger}
    assert dangers == {"partner-visa", "controlled-work", "attacked", "girls-safe"}
    loud = [card.words.title for card in leeds.values() if LOUD.search(card.words.title)]
    assert loud == []


@pytest.mark.skipif(not CORPUS.exists(), reason="the fact base is not part of the repository")
def test_no_sentence_is_copied_from_the_fact_base(leeds):
    def bare(text):
        return " ".join(re.findall(r"\w+", text.lower()))

    facts = bare(CORPUS.read_text(encoding="utf-8"))
    copied = [
        each
        for card in leeds.values()
        for each in sentences(card.words.text)
        if len(each.split()) >= 5 and bare(each) in facts
    ]
    assert copied == []
