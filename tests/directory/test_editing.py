from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory import disclosure, editing, facts, hours, wording
from directory.editing import Part
from directory.history import FieldChange
from directory.model import Address, Checker, Confidence, Fact, Phone, Service, Status
from locales.errors import Text
from tests.packs import leeds_pack

MONDAY = date(2026, 11, 16)
MARKERS = [
    "4 Marker Court",
    "12, Marker Hill",
    "17 Marker Lane, Leeds",
    "we meet at ls9 8aa",
    "Marker Street, second door",
    "flat 2, 4a marker terrace",
    "53.79648, -1.54785",
    "https://maps.example.org/?q=us",
    "///filled.count.soap",
]


@pytest.fixture(scope="module")
def known() -> Service:
    return next(s for s in leeds_pack().services if s.id == "leeds-housing-options")


def no_hours(_text: str) -> str | Text:
    return Text("When?")


def read(service: Service, part: Part, text: str, reader=no_hours) -> Service | Text:
    return editing.read(service, part, text, leeds_pack().directory.gazetteer, reader)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        pytest.param("0113 496 0000", [("+441134960000", None)], id="a number"),
        pytest.param("+44 (0)113 496 0000", [("+441134960000", None)], id="from abroad"),
        pytest.param("(0113) 4960000 - front desk", [("+441134960000", "front desk")], id="label"),
        pytest.param("Advice: 0113 496 0000", [("+441134960000", "Advice")], id="label before"),
        pytest.param(
            "0113 496 0000 or 0113 496 0001",
            [("+441134960000", None), ("+441134960001", None)],
            id="one or another",
        ),
        pytest.param(
            "0113 496 0000 office, 116 123",
            [("+441134960000", "office"), ("116123", None)],
            id="a short code",
        ),
        pytest.param("0113 496 0000\n0113 496 0000", [("+441134960000", None)], id="twice"),
    ],
)
def test_numbers_are_read_with_what_they_are_for(known, text, numbers):
    found = read(known, Part.PHONES, text)
    assert isinstance(found, Service)
    assert [(p.number, p.label) for p in found.phones] == numbers


@pytest.mark.parametrize(
    "text",
    ["", "ring us", "0113 24", "12345", "0113 496 0000 ext 5", "0113 496 0000 0113 496 0001"],
)
def test_a_number_that_is_unclear_is_asked_back(known, text):
    assert isinstance(read(known, Part.PHONES, text), Text)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("example.org", "https://example.org"),
        (
            "https://www.example.org/help?utm_source=x&id=5#top",
            "https://www.example.org/help?id=5#top",
        ),
        ("HTTPS://Example.ORG/Path", "https://example.org/Path"),
    ],
)
def test_web_addresses_are_cleaned(known, text, kept):
    found = read(known, Part.URL, text)
    assert isinstance(found, Service)
    assert found.url == kept


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("http://example.org", id="not https"),
        pytest.param("javascript:alert(1)", id="a script"),
        pytest.param("https://user:secret@example.org", id="a password"),
        pytest.param("https://example.org:8443", id="a port"),
        pytest.param("https://127.0.0.1/x", id="an address of a machine"),
        pytest.param("https://localhost", id="this machine"),
        pytest.param("https://[::1]/", id="this machine again"),
        pytest.param("https://[broken", id="broken"),
        pytest.param("our page on facebook", id="words"),
        pytest.param(f"https://example.org/{'x' * 600}", id="too long"),
    ],
)
def test_what_is_no_safe_web_address_is_asked_back(known, text):
    assert isinstance(read(known, Part.URL, text), Text)


@pytest.mark.parametrize("text", ["info@example.org", " mailto:info@example.org "])
def test_an_e_mail_address_is_read(known, text):
    found = read(known, Part.EMAIL, text)
    assert isinstance(found, Service)
    assert found.email == "info@example.org"


@pytest.mark.parametrize(
    "text", ["info@", "a b@example.org", "info@example", "x@y.z@q.org", "é@é.org"]
)
def test_what_is_no_e_mail_address_is_asked_back(known, text):
    assert isinstance(read(known, Part.EMAIL, text), Text)


def test_an_address_is_read_with_its_postcode_and_has_no_invented_point(known):
    found = read(known, Part.ADDRESS, "The Hall, 17 Marker Lane\nLeeds, ls98aa")
    assert isinstance(found, Service)
    assert found.address == Address(("The Hall", "17 Marker Lane", "Leeds"), "LS9 8AA")
    assert found.location is None
    pack = leeds_pack()
    point = pack.directory.gazetteer.find("LS9 8AA")
    again = pack.directory_of([found], [])
    candidate = again.candidate(found.id)
    assert candidate is not None and point is not None
    assert candidate.point == point.point, "the distance goes by the postcode"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("17 Marker Lane, Leeds", id="no postcode"),
        pytest.param("LS9 8AA", id="only a postcode"),
        pytest.param("1 A Road LS9 8AA, or 2 B Road LS1 1AA", id="two"),
        pytest.param("1 A Road ZZ99 9ZZ", id="a postcode of nowhere"),
        pytest.param("a,b,c,d,e,LS9 8AA", id="too many lines"),
        pytest.param(f"{'x' * 51}, LS9 8AA", id="a line too long"),
    ],
)
def test_an_address_that_is_unclear_is_asked_back(known, text):
    assert isinstance(read(known, Part.ADDRESS, text), Text)


@pytest.mark.parametrize("part", sorted(editing.TYPED))
@pytest.mark.parametrize("text", MARKERS)
def test_a_secret_place_is_told_in_no_part(known, part, text):
    secret = replace(known, confidential_location=True)
    assert read(secret, part, text, lambda it: it) == wording.SECRET_PLACE


def test_a_secret_place_in_one_of_several_counts_too(known):
    place = replace(known.places[0], id="x", confidential_location=True)
    several = replace(known, other_places=(place,))
    assert read(several, Part.NOTE, MARKERS[0]) == wording.SECRET_PLACE


def test_the_main_address_can_be_corrected_beside_a_secret_place(known):
    place = replace(known.places[0], id="x", confidential_location=True)
    several = replace(known, other_places=(place,))
    found = read(several, Part.ADDRESS, "17 Marker Lane, Leeds LS9 8AA")
    assert isinstance(found, Service)
    assert found.address == Address(("17 Marker Lane", "Leeds"), "LS9 8AA")
    assert not editing.tells_place(several, [FieldChange("address", None, {"lines": []})])
    assert editing.tells_place(several, [FieldChange("other_places", None, [])])


@pytest.mark.parametrize(
    "text",
    [
        "Ask for the manager.",
        "We help 20 people a week.",
        "Ring 116 123",
        "We open at 9 and close at 5",
        "Up to 10 women find a place in our house",
        "We have 12 beds on the way to a home of your own",
    ],
)
def test_ordinary_words_are_no_address(text):
    assert not disclosure.tells_place(text)


@pytest.mark.parametrize(
    "part", [Part.NAME, Part.DESCRIPTION, Part.NOTE, Part.REFERRERS, Part.COST]
)
def test_words_have_a_length_that_a_card_holds(known, part):
    assert isinstance(read(known, part, "x " * 700), Text)
    assert isinstance(read(known, part, " \n\t "), Text)
    assert isinstance(read(known, part, "A few words"), Service)


@given(st.text(max_size=200))
def test_whatever_is_written_is_clean(text):
    cleaned = wording.clean(text)
    assert wording.clean(cleaned) == cleaned or "<" in text or "&" in text
    assert not any(c in cleaned for c in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\x00")


@settings(deadline=None)
@given(st.sampled_from(sorted(editing.TYPED)), st.text(max_size=300))
def test_whatever_is_written_is_read_or_asked_back(part, text):
    service = leeds_pack().services[0]
    assert isinstance(read(service, Part(part), text), Service | Text)


@pytest.mark.parametrize(
    ("text", "ages"),
    [("16-25", (16, 25)), ("16 to 25", (16, 25)), ("18+", (18, None)), ("over 55", (55, None))],
)
def test_ages_are_read(known, text, ages):
    found = read(known, Part.AGES, text)
    assert isinstance(found, Service)
    assert (found.min_age, found.max_age) == ages


@pytest.mark.parametrize("text", ["young people", "25-16", "1-200", ""])
def test_ages_that_are_unclear_are_asked_back(known, text):
    assert isinstance(read(known, Part.AGES, text), Text)


def test_new_hours_keep_closed_days_and_the_words_about_hours(known):
    closed = editing.chosen(known, Part.STATUS, editing.THIS_WEEK, MONDAY)
    found = read(closed, Part.HOURS, "x", lambda _: "We 10:00-13:30")
    assert isinstance(found, Service)
    assert found.opening_hours is not None and found.opening_hours.startswith(
        "We 10:00-13:30; 2026"
    )
    assert found.hours_note == known.hours_note is not None
    wednesday = datetime(2026, 11, 18, 11, tzinfo=UTC)
    assert hours.opening(found.opening_hours, wednesday).now == "closed"
    assert hours.opening(found.opening_hours, wednesday.replace(day=25)).now == "open"


def test_hours_that_are_unclear_are_asked_back(known):
    assert read(known, Part.HOURS, "sometimes") == Text("When?")
    assert isinstance(read(known, Part.HOURS, "x", lambda _: "Mo 09:00-10:00; " * 30), Text)


@pytest.mark.parametrize(
    ("code", "closed_on", "open_on"),
    [
        pytest.param(editing.TODAY, 16, 17, id="today"),
        pytest.param(editing.THIS_WEEK, 20, 23, id="this week"),
    ],
)
def test_closed_days_end_by_themselves(known, code, closed_on, open_on):
    closed = editing.chosen(known, Part.STATUS, code, MONDAY)
    noon = datetime(2026, 11, closed_on, 12, tzinfo=UTC)
    assert hours.opening(closed.opening_hours, noon).now == "closed"
    assert hours.opening(closed.opening_hours, noon.replace(day=open_on)).now == "open"
    again = editing.chosen(closed, Part.STATUS, code, MONDAY)
    assert again == closed
    later = editing.chosen(closed, Part.STATUS, editing.TODAY, date(2026, 12, 7))
    assert "Nov" not in (later.opening_hours or ""), "what is over goes"


def test_a_service_without_hours_cannot_be_closed_for_a_day(known):
    without = replace(known, opening_hours=None)
    with pytest.raises(ValueError, match="today"):
        editing.chosen(without, Part.STATUS, editing.TODAY, MONDAY)


@pytest.mark.parametrize("part", [p for p in Part if p not in editing.SEVERAL])
def test_every_choice_can_be_chosen_and_no_other(known, part):
    for code in editing.choices(known, part):
        changed = editing.chosen(known, part, code, MONDAY)
        fields = {n for n in known.__slots__ if getattr(changed, n) != getattr(known, n)}
        assert fields <= set(editing.FIELDS[part])
    with pytest.raises(ValueError, match="forged"):
        editing.chosen(known, part, "forged", MONDAY)


@pytest.mark.parametrize("part", Part)
def test_only_what_may_be_empty_is_emptied(known, part):
    full = replace(known, note="x", who_may_refer="x", url="https://example.org", hours_note="x")
    if part not in editing.EMPTIED:
        with pytest.raises(ValueError, match=part):
            editing.emptied(full, part)
        return
    assert editing.emptied(full, part) != full or part is Part.COST


@pytest.mark.parametrize("part", sorted(editing.SEVERAL))
def test_of_several_choices_each_is_added_once_and_taken_out(known, part):
    code = editing.choices(known, part, ["ar", "pl"])[-1]
    more = editing.marked(known, part, code, wanted=True)
    assert editing.picked(more, part)[-1] == code
    assert editing.marked(more, part, code, wanted=True) == more
    assert editing.choices(more, part, ["ar", "pl"]).count(code) == 1


def test_one_need_is_left_and_anyone_stands_alone(known):
    one = replace(known, needs=("food",))
    assert editing.marked(one, Part.NEEDS, "food", wanted=False) == one
    stages = editing.marked(known, Part.STAGES, "refugee", wanted=True)
    stages = editing.marked(stages, Part.STAGES, "anyone", wanted=True)
    assert stages.eligibility == ("anyone",)
    assert editing.marked(stages, Part.STAGES, "nrpf", wanted=True).eligibility == ("nrpf",)


@pytest.mark.parametrize(
    ("part", "code", "at_once"),
    [
        pytest.param(Part.STATUS, "full", True, id="full"),
        pytest.param(Part.STATUS, "paused", True, id="paused"),
        pytest.param(Part.STATUS, "today", True, id="closed today"),
        pytest.param(Part.SECRET, "1", True, id="secret from now on"),
        pytest.param(Part.GENDER, "women", False, id="anything else"),
    ],
)
def test_what_an_owner_says_at_once(known, part, code, at_once):
    after = editing.chosen(known, part, code, MONDAY)
    assert editing.is_at_once(part, known, after) == at_once


def test_open_again_and_no_secret_any_more_wait(known):
    full = replace(known, status=Status.FULL)
    assert not editing.is_at_once(Part.STATUS, full, known)
    secret = editing.chosen(known, Part.SECRET, "1", MONDAY)
    assert (secret.address, secret.location) == (None, None)
    assert not editing.is_at_once(Part.SECRET, secret, known)


def test_a_word_is_for_the_facts_that_changed(known):
    fields = [FieldChange("opening_hours", None, "Mo 09:00-10:00"), FieldChange("phones", [], [])]
    said = editing.vouched(known, fields, by=Checker.OWNER, on=MONDAY)
    assert {(c.fact, c.by, c.on) for c in said.checks} == {
        (Fact.HOURS, Checker.OWNER, MONDAY),
        (Fact.PHONE, Checker.OWNER, MONDAY),
    }
    assert said.confidence is Confidence.HIGH


def test_every_part_has_fields_that_a_word_can_be_for():
    for part in Part:
        assert facts.fact_of(editing.FIELDS[part][0]) is not None, part


def test_parts_of_how_to_come_are_told_apart():
    def change(**parts):
        return FieldChange("access", {"walk_in": None, "cost": None}, parts)

    assert editing.touched([change(walk_in=None, cost="free")]) == {"access.cost"}
    assert editing.touched([FieldChange("name", "a", "b")]) == {"name"}


def test_the_label_of_a_number_is_no_second_number(known):
    assert isinstance(read(known, Part.PHONES, "0113 496 0000 room 7"), Text)
    assert read(known, Part.PHONES, "116 123") == replace(known, phones=(Phone("116123", None),))


def test_hours_beyond_rules_are_closed_as_they_are(known):
    seasonal = replace(known, opening_hours="Mar-Oct: Mo-Fr 09:00-17:00")
    closed = editing.chosen(seasonal, Part.STATUS, editing.TODAY, MONDAY)
    assert (closed.opening_hours or "").startswith("Mar-Oct: Mo-Fr 09:00-17:00; 2026 Nov 16")
    long = replace(known, opening_hours="Mo-Fr 09:00-17:00; Sa 10:00-11:00; Su 10:00-11:00; " * 3)
    with pytest.raises(ValueError, match="2026 Nov 16"):
        editing.chosen(long, Part.STATUS, editing.TODAY, MONDAY)


def test_what_is_chosen_is_not_typed(known):
    with pytest.raises(ValueError, match="gender"):
        read(known, Part.GENDER, "women")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param(FieldChange("address", None, {"lines": []}), True, id="the address"),
        pytest.param(FieldChange("note", None, "17 Marker Lane"), True, id="in other words"),
        pytest.param(FieldChange("note", None, "Ring first."), False, id="ordinary words"),
    ],
)
def test_a_proposal_may_tell_a_secret_place(known, change, told):
    secret = replace(known, confidential_location=True)
    assert editing.tells_place(secret, [change]) == told
    assert not editing.tells_place(known, [change])
