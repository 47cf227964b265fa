"""Screens for changing services: they fit in every language, with the longest values."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from zoneinfo import ZoneInfo

import pytest

import locales
from db.documents import SERVICE, dump
from directory import editing, history
from directory.editing import Part, Proposal, Refusal, State
from directory.history import Cause, Change, Deed, FieldChange
from directory.model import Address, CostOption, Phone
from directory.needs import NEEDS
from handlers import editing_screens, fact_words, proposal_screens
from handlers.editing_screens import Listed
from handlers.marks import mark
from handlers.proposal_screens import Review

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
ZONE = ZoneInfo("Europe/London")
LANGUAGES = pytest.mark.parametrize("language", locales.supported())
EN = locales.translator("en")


@pytest.fixture(scope="module")
def service(pack):
    """A service in which everything is as long as it may be."""
    return replace(
        pack.services[0],
        id="s" * 38,
        name="N" * 120,
        description="d&" * 300,
        needs=tuple(NEEDS)[:12],
        languages=locales.supported(),
        phones=tuple(Phone(f"+44113496000{n}", "l" * 50) for n in range(4)),
        email="e" * 68 + "@example.org",
        url="https://example.org/" + "u" * 480,
        address=Address(("a" * 50,) * 4, "LS9 8AA"),
        note="n<" * 450,
        hours_note="h" * 300,
        who_may_refer="w" * 300,
        cost_options=(CostOption(None, None, "c" * 50),),
        eligibility=("asylum_seeker", "refused_asylum_seeker", "refugee", "nrpf", "student"),
    )


@pytest.fixture(scope="module")
def changed(service):
    """Another one, as long."""
    return replace(
        service,
        name="M" * 120,
        description="e&" * 300,
        note="m<" * 450,
        url="https://example.org/" + "v" * 480,
        needs=tuple(NEEDS)[12:24],
    )


def length(text):
    """Return the length that Telegram counts: UTF-16 units, without the marks of HTML."""
    return len(unescape(re.sub(r"<[^>]*>", "", text)).encode("utf-16-le")) // 2


def check(shown):
    assert 0 < length(shown.text) <= 4_096
    for each in (each for row in shown.rows for each in row):
        assert 0 < len(each.text) <= 110
        assert len((each.data or "").encode()) <= 64


def proposed(fields, number=2**31 - 1):
    return Proposal(number, "s" * 38, fields, 7, NOW, State.PENDING)


@LANGUAGES
def test_every_question_and_every_read_back_fits(language, service, changed):
    t, old, new = locales.translator(language), dump(SERVICE, service), dump(SERVICE, changed)
    for part in Part:
        codes = editing.choices(service, part, locales.supported())
        for page in range(max(1, -(-len(codes) // editing_screens.PER_PAGE))):
            pairs = [(code, True) for code in codes]
            check(editing_screens.ask(t, service, part, old, pairs, page))
        fields = [each for each in history.diff(old, new) if each.field in editing.FIELDS[part]]
        check(editing_screens.read_back(t, service, fields, "f" * 8, typed=True))
        review = Review(service, proposed(tuple(fields)), fields, "f" * 8, again=True)
        check(proposal_screens.review(t, review))
        (text,) = proposal_screens.came(t, review).parts
        assert length(text) <= 4_096


@LANGUAGES
def test_menus_and_lists_fit(language, service, changed):
    t = locales.translator(language)
    fields = history.diff(dump(SERVICE, service), dump(SERVICE, changed))
    waiting = [proposed(fields) for _ in range(12)]
    for coordinator in (True, False):
        check(editing_screens.menu(t, service, waiting, me=7, coordinator=coordinator))
        listed = [Listed(service, 1, 2, is_due=True)] * 20
        check(editing_screens.services(t, listed, 5, coordinator=coordinator))
        check(editing_screens.services(t, [], 0, coordinator=coordinator))
        check(editing_screens.done(t, service, (), public=coordinator, coordinator=False))
    deeds = [Change(n, "s", Deed(Cause(cause), NOW, 7), fields) for n, cause in enumerate(Cause)]
    check(proposal_screens.history(t, service, [*deeds, *deeds][:10], ZONE))
    check(proposal_screens.why(t, 2**31 - 1))
    for reason in Refusal:
        assert proposal_screens.refused(t, service, waiting[0], reason).parts


@LANGUAGES
def test_every_choice_has_words(language, service):
    t = locales.translator(language)
    for part in Part:
        assert fact_words.label(t, part)
        for code in editing.choices(service, part, locales.supported()):
            assert fact_words.option(t, part, code)


def test_a_secret_place_has_no_address_to_change(service):
    secret = replace(service, confidential_location=True)
    shown = editing_screens.menu(EN, secret, [], me=7, coordinator=True)
    labels = [each.text for row in shown.rows for each in row]
    assert "Address" not in labels
    assert "Secret place" in labels


def test_a_partner_takes_back_only_what_they_proposed(service):
    mine = proposed((FieldChange("name", "A", "B"),), 1)
    other = replace(mine, id=2, by=8, fields=(FieldChange("note", None, "x"),))
    shown = editing_screens.menu(EN, service, [mine, other], me=7, coordinator=False)
    labels = [each.text for row in shown.rows for each in row]
    assert [label for label in labels if label.startswith("↩️")] == ["↩️ Name"]
    assert "Who sees it" not in labels, "only coordinators decide that"


def test_a_notice_holds_no_address(service):
    there = {"lines": ["17 Marker Lane"], "postcode": "LS1 1AA"}
    fields = (FieldChange("address", None, there),)
    content = proposal_screens.came(EN, Review(service, proposed(fields), fields, "f" * 8))
    assert "Marker" not in repr(content)
    change = Change(1, "s", Deed(Cause.OWNER, NOW, 7), fields)
    assert "Marker" not in repr(proposal_screens.changed(EN, service, change))


def test_the_history_names_nobody(service):
    fields = (FieldChange("name", "A", "B"), FieldChange("checks", [], [{"fact": "services"}]))
    entries = [Change(1, "s", Deed(Cause.OWNER, NOW, 4711, "why"), fields)]
    shown = proposal_screens.history(EN, service, entries, ZONE)
    assert "A partner of the service" in shown.text
    assert "4711" not in repr(shown)
    assert "checks" not in shown.text
    assert "16/11/2026" in shown.text


def test_values_are_escaped(service):
    fields = [FieldChange("name", "<b>old</b>", "a & b")]
    shown = editing_screens.read_back(EN, service, fields, "f" * 8, typed=True)
    assert "&lt;b&gt;old&lt;/b&gt;" in shown.text
    assert "a &amp; b" in shown.text


@pytest.mark.parametrize(
    ("field", "said", "words"),
    [
        ("opening_hours", "We 10:00-13:30", "Wednesday 10:00–13:30"),
        ("phones", [{"number": "+441134960000", "label": "desk"}], "0113 496 0000 (desk)"),
        ("address", {"lines": ["1 A Road"], "postcode": None}, "1 A Road"),
        ("hidden", "gone", "Hidden"),
        ("hidden", None, "Shown"),
        ("languages", ["ar", "fa-AF"], "Arabic, Persian (Afghanistan)"),
        ("min_age", 0, "0+"),
        (
            "access",
            {"walk_in": True, "cost": "free"},
            "You can go there without an appointment. It is free.",
        ),
        ("access", {"walk_in": None, "cost": None}, "Nothing is known"),
        ("email", None, "Nothing is known"),
        ("organization", "A Charity", "A Charity"),
        ("cost_options", [{"amount": "2.50"}], "2.50"),
    ],
)
def test_stored_values_in_words(field, said, words):
    assert fact_words.value(EN, field, said) == words


def test_a_mark_is_of_what_changes():
    cost = FieldChange("access", {"cost": None, "walk_in": None}, {"cost": "free", "walk_in": None})
    later = FieldChange(
        "access", {"cost": None, "walk_in": True}, {"cost": "free", "walk_in": True}
    )
    assert mark([cost]) == mark([later])
    assert mark([cost]) != mark([FieldChange("access", {"cost": "2"}, {"cost": "free"})])
    assert mark([FieldChange("name", "a", "b")]) != mark([FieldChange("name", "a", "c")])


def test_whoever_hides_a_place_reads_that_nobody_sees_it(service):
    hidden = (FieldChange("confidential_location", old=False, new=True),)
    read = editing_screens.read_back(EN, service, hidden, "m", typed=False)
    assert "The address is deleted for good." in read.text
    for coordinator in (True, False):
        said = editing_screens.done(EN, service, hidden, public=True, coordinator=coordinator)
        assert "Nobody sees the address any more." in said.text
        assert "public now" not in said.text
    shown = (FieldChange("confidential_location", old=True, new=False),)
    assert (
        "Nobody sees"
        not in editing_screens.done(EN, service, shown, public=True, coordinator=True).text
    )
