"""Records of each dialect to services: what is taken over, what is left out, what is refused."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from directory.fields import CardId
from directory.model import (
    Access,
    Address,
    Channel,
    Confidence,
    Contact,
    CostOption,
    Gender,
    Origin,
    Phone,
    Point,
    Referral,
    Source,
    Status,
)
from directory.oruk import dialects, ids, mapping, reading
from directory.oruk.dialects import Dialect
from directory.oruk.notes import Left, Reason
from directory.oruk.reading import DataSet, Refused, Taken

ROOT = Path(__file__).parents[3]
FILES = ROOT / "tests" / "data" / "oruk"
CORPUS = ROOT.parent / "shared" / "data" / "oruk"
TODAY = date(2026, 11, 22)
HERE = DataSet("harbour", None, "Leeds")


@cache
def terms():
    return mapping.read_mapping((ROOT / "packs" / "terms.toml").read_text("utf-8"))


def read(record, data_set=HERE):
    return reading.read(record, data_set, terms(), TODAY)


def taken(record, data_set=HERE) -> Taken:
    found = read(record, data_set)
    assert isinstance(found, Taken), found
    return found


def records(name):
    return dialects.read_page((FILES / name).read_bytes()).records


def a_record(**changed):
    return {
        "id": "1",
        "name": "Foodbank",
        "description": "Food parcels.",
        "status": "active",
        "organization": {"id": "2", "name": "Harbour"},
        **changed,
    }


def at(*locations):
    rows = [{"id": f"l{n}", "location": each} for n, each in enumerate(locations)]
    return a_record(service_at_locations=rows)


def a_location(**changed):
    address = {"address_1": "1 Main Street", "city": "Leeds", "postal_code": "LS9 8AA"}
    return {
        "id": "o",
        "location_type": "physical",
        "latitude": 53.8,
        "longitude": -1.55,
        "addresses": [address],
        **changed,
    }


def test_an_outpost_service_is_read_whole():
    found = taken(records("outpost_page.json")[0])
    service = found.service
    assert service.name == "Harbour Foodbank & Café"
    assert service.description == "Food parcels for anybody who needs one.\nTea and coffee"
    assert service.url == "https://www.example.org/food"
    assert (service.organization, service.organization_id) == ("Harbour Association", "4373")
    assert service.needs == ("food", "older_people")
    assert service.address == Address(
        ("Friends Meeting House", "9 Rickfords Hill", "Aylesbury"), "HP20 2RT"
    )
    assert service.location == Point(51.815856, -0.814775)
    assert service.opening_hours == "Mo,Fr 09:30-12:00"
    assert service.accessibility == ("Car parking",)
    assert service.access == Access(referral=Referral.AGENCY, cost="free")
    assert service.cost_options == (CostOption("Adults", Decimal("4.00"), "per session"),)
    assert service.phones == (Phone("+441296395000"),)
    assert service.email == "info@example.org"
    assert service.contacts == ()  # a person's name, mobile number and mailbox stay out
    assert service.channels == (Channel.IN_PERSON, Channel.PHONE, Channel.EMAIL)
    assert service.origin == Origin("harbour", "101")
    assert service.assured_date is None
    assert service.last_modified == datetime(2026, 9, 14, 13, 5, 10, 22000, tzinfo=UTC)
    assert service.confidence is Confidence.LOW
    assert found.left == (Left.PERSON,)
    assert found.unmapped == ("Zebra crossings",)


def test_nothing_of_a_person_comes_along():
    service = taken(records("outpost_page.json")[0]).service
    for each in ("Persona", "123456", "7911"):
        assert each not in repr(service)


def test_a_masked_address_stays_masked():
    found = taken(records("outpost_page.json")[1])
    service = found.service
    assert service.confidential_location
    assert (service.address, service.location, service.area) == (None, None, "HP7")
    assert Left.MASKED in found.left
    for each in ("Hidden", "Forge", "51.66", "Amersham"):
        assert each not in repr(service)


def test_a_placecube_list_item_is_read():
    refused, women, shelter = [read(each) for each in records("placecube_page.json")]
    assert refused == Refused("def5ccd4-f121-df4d-60d2-4dc0d69ff555", Reason.NO_NAME)
    assert isinstance(women, Taken) and isinstance(shelter, Taken)
    assert women.service.description == "Overview\nWe give free advice on benefits."
    assert women.service.needs == ("women", "advice_general")
    assert women.service.gender is Gender.WOMEN
    assert women.service.access == Access(walk_in=True)
    assert women.service.channels == (Channel.IN_PERSON, Channel.EMAIL)
    assert women.service.assured_date == date(2026, 3, 1)
    assert women.service.confidence is Confidence.MEDIUM
    assert women.service.sources == (Source("http://example.org/", "2026-03-01"),)
    assert women.service.area == "Leeds"
    assert women.unmapped == ("Left-handed",)
    assert shelter.service.organization == "Night shelter"
    assert shelter.left == (Left.ORGANIZATION,)
    assert shelter.service.assured_date is None


def test_a_service_of_version_3_is_read_whole():
    found = taken(records("v3_page.json")[0], DataSet("x", "https://a.b/services", "Leeds"))
    service = found.service
    assert service.needs == ("esol",)
    assert service.opening_hours == "Tu,Th 10:00-12:30"
    assert service.address == Address(("1 Main Street", "Leeds"), "LS9 8AA")
    assert service.location == Point(53.8, -1.55)
    assert service.phones == (Phone("+441132224412", "reception"),)
    assert service.languages == ("ar", "pl")
    assert (service.min_age, service.max_age) == (18, 100)
    assert service.area == "North Leeds"
    assert Channel.ONLINE in service.channels
    assert service.access.cost == "Free"
    assert service.cost_options == (CostOption("Exam", Decimal("35.00"), "each"),)
    assert [term.name for term in service.terms] == ["ESOL"]
    [library] = service.other_places
    assert (library.id, library.name) == ("l2", "Library")
    assert library.location == Point(53.81, -1.5)
    assert library.address == Address(("2 Main Street", "Leeds"), None)
    assert library.opening_hours == "Sa 09:00-11:00"
    [source] = service.sources
    assert source.url == "https://a.b/services/ac148810-d857-441c-9679-408f346de14b"
    assert source.stated_date == "2026-06-01"
    assert set(found.left) == {Left.PERSON, Left.LANGUAGE, Left.TURNED, Left.POSTCODE}


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("active", Status.OPEN),
        ("temporarily closed", Status.PAUSED),
        ("Temporarily_Closed", Status.PAUSED),
        ("inactive", Status.CLOSED),
        ("defunct", Status.CLOSED),
        ("", Status.UNKNOWN),
        (None, Status.UNKNOWN),
    ],
)
def test_the_status_is_ours(written, status):
    assert taken(a_record(status=written)).service.status is status


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        pytest.param(None, Reason.NOT_A_SERVICE, id="null"),
        pytest.param([1], Reason.NOT_A_SERVICE, id="a list"),
        pytest.param({"id": "1", "name": "Food"}, Reason.NOT_A_SERVICE, id="a taxonomy term"),
        pytest.param(a_record(id=""), Reason.NO_ID, id="no id"),
        pytest.param(a_record(id="x" * 300), Reason.NO_ID, id="an id without end"),
        pytest.param(a_record(id="a\nb"), Reason.NO_ID, id="an id with a line break"),
        pytest.param(a_record(name=None), Reason.NO_NAME, id="null as name"),
        pytest.param(a_record(name=" - "), Reason.NO_NAME, id="a dash as name"),
        pytest.param(
            a_record(description="<p><br></p>&nbsp;"),
            Reason.NO_DESCRIPTION,
            id="an empty paragraph",
        ),
        pytest.param(
            a_record(name="Carpets", description="Cleaning."), Reason.NO_NEED, id="no need of ours"
        ),
    ],
)
def test_refusals_say_why(record, reason):
    found = read(record)
    assert isinstance(found, Refused)
    assert found.reason is reason


@pytest.mark.parametrize(
    ("assured", "confidence"),
    [
        pytest.param("2026-11-22", Confidence.MEDIUM, id="today"),
        pytest.param("2025-11-21", Confidence.MEDIUM, id="a year ago"),
        pytest.param("2025-11-20", Confidence.LOW, id="longer ago"),
        pytest.param("2026-11-23", Confidence.LOW, id="tomorrow is not believed"),
        pytest.param("", Confidence.LOW, id="never"),
        pytest.param("soon", Confidence.LOW, id="no date"),
    ],
)
def test_trust_is_a_matter_of_the_publishers_own_check(assured, confidence):
    assert taken(a_record(assured_date=assured)).service.confidence is confidence


def test_a_stranger_cannot_call_its_own_record_confirmed():
    given_ = {"confidence": "high", "confirmed_on": "2026-11-22", "checks": [{"fact": "phone"}]}
    service = taken(a_record(fingerpost=given_)).service
    assert service.confidence is Confidence.LOW
    assert service.confirmed_on is None and service.checks == ()


@pytest.mark.parametrize(
    "name", ["Women's Refuge", "Harbour Safe House for women", "Food at the refuge"]
)
def test_a_refuge_is_never_placed(name):
    record = at(a_location(), a_location(latitude=53.9)) | {
        "name": name,
        "description": "Food bank for women. Our refuge is at 12 Secret Street, LS8 4AA. Call us.",
        "hours_note": "x",
        "schedules": [{"freq": "WEEKLY", "description": "Ring the bell at 12 Secret Street."}],
        "service_areas": [{"name": "12 Secret Street LS8 4AA"}],
        "organization": {
            "id": "1",
            "name": "Harbour",
            "description": "We are at LS8 4AA. A charity.",
        },
    }
    found = taken(record)
    service = found.service
    assert service.confidential_location
    assert (service.address, service.location, service.other_places) == (None, None, ())
    for each in ("Secret", "LS8", "LS9", "Main Street", "53.8", "53.9"):
        assert each not in repr(service)
    assert "Food bank for women." in service.description
    assert Left.CONFIDENTIAL in found.left


def test_refugees_and_swans_have_no_secret_places():
    for words in ("Food for refugees.", "A wildlife refuge with a food bank."):
        assert not taken(at(a_location()) | {"description": words}).service.confidential_location


@pytest.mark.parametrize(
    ("lat", "lon", "point", "left"),
    [
        pytest.param(53.8, -1.55, Point(53.8, -1.55), None, id="Leeds"),
        pytest.param("53.8", "-1.55", Point(53.8, -1.55), None, id="as text"),
        pytest.param(-1.55, 53.8, Point(53.8, -1.55), Left.TURNED, id="turned round"),
        pytest.param(100, 101, None, Left.NO_POINT, id="nowhere on earth"),
        pytest.param(0, 0, None, Left.NO_POINT, id="in the Atlantic"),
        pytest.param(48.85, 2.35, None, Left.NO_POINT, id="Paris"),
        pytest.param(float("nan"), 1, None, None, id="not a number"),
        pytest.param(53.8, None, None, None, id="half a point"),
    ],
)
def test_only_british_points_are_kept(lat, lon, point, left):
    found = taken(at(a_location(latitude=lat, longitude=lon)))
    assert found.service.location == point
    assert [each for each in found.left if each in (Left.TURNED, Left.NO_POINT)] == (
        [left] if left else []
    )


@pytest.mark.parametrize(
    ("written", "postcode", "noted"),
    [
        ("LS9 8AA", "LS9 8AA", False),
        (" ls98aa ", "LS9 8AA", False),
        ("LS9", None, False),
        ("ABC 1234", None, True),
        ("LU7 ONY", None, True),
        ("", None, False),
        (None, None, False),
    ],
)
def test_postcodes_are_written_one_way_or_left_out(written, postcode, noted):
    address = {"address_1": "1 Main Street", "city": "Leeds", "postal_code": written}
    found = taken(at(a_location(addresses=[address])))
    assert found.service.address == Address(("1 Main Street", "Leeds"), postcode)
    assert (Left.POSTCODE in found.left) is noted


@pytest.mark.parametrize(
    ("contact", "expected", "is_person"),
    [
        pytest.param(
            {"name": "Ann Persona", "phone": "07911 123456", "email": "ann@x.org"},
            (),
            True,
            id="a person: nothing",
        ),
        pytest.param(
            {"name": "Ann Persona", "title": "Organiser", "phone": "0113 2224412"},
            (Contact("Organiser", None, (Phone("+441132224412"),)),),
            True,
            id="a person's landline is the office's",
        ),
        pytest.param(
            {"name": "Reception", "phone": "07911 123456", "email": "info@x.org"},
            (Contact("Reception", "info@x.org", (Phone("+447911123456"),)),),
            False,
            id="a desk",
        ),
        pytest.param(
            {"name": "Ann Persona", "title": "Chair", "email": "harbour@x.org"},
            (Contact("Chair", "harbour@x.org"),),
            True,
            id="the organisation's mailbox",
        ),
    ],
)
def test_contacts_are_desks_and_never_people(contact, expected, is_person):
    found = taken(a_record(contacts=[contact]))
    assert found.service.contacts == expected
    assert (Left.PERSON in found.left) is is_person
    assert "Ann" not in repr(found.service)


@pytest.mark.parametrize(
    ("description", "kept"),
    [
        ("Food. Ring Ann on 07911 123456. Open daily.", "Food. Open daily."),
        ("Food. Write to ann.persona@example.org. Open daily.", "Food. Open daily."),
        ("Food. Write to info@example.org.", "Food. Write to info@example.org."),
        ("Food. Ring 0113 222 4412.", "Food. Ring 0113 222 4412."),
    ],
)
def test_no_persons_number_stays_in_a_text(description, kept):
    assert taken(a_record(description=description)).service.description == kept


MOBILE = "07911 123456"


@pytest.mark.parametrize(
    ("contact", "title"),
    [
        pytest.param({"name": "Sarah Church"}, None, id="a surname that is a word"),
        pytest.param({"name": "Peter Main"}, None, id="another one"),
        pytest.param({"name": "Jane Smith (Secretary)"}, "Secretary", id="a role in brackets"),
        pytest.param({"name": "Fatima Khan - Centre Manager"}, "Centre Manager", id="a role after"),
        pytest.param({"title": "Jane Smith"}, None, id="a title alone"),
        pytest.param({"name": "Reception", "title": "Jane Smith"}, "Reception", id="beside a desk"),
    ],
)
def test_of_a_person_only_the_role_stays(contact, title):
    mailboxes = ("jane.smith@gmail.com", "sarah.church@x.org", "janesmith1972@gmail.com")
    for email in mailboxes:
        row = {**contact, "email": email, "phones": [{"number": MOBILE}]}
        service = taken(a_record(contacts=[row])).service
        assert service.contacts == () and service.phones == () and service.email is None
    service = taken(a_record(contacts=[{**contact, "phone": "0113 222 4412"}])).service
    assert [each.title for each in service.contacts] == ([title] if title else [])


@pytest.mark.parametrize(
    ("label", "numbers", "kept"),
    [
        ("Mobile of Jane Smith", 0, None),
        ("Ask for Jane", 0, None),
        ("Office", 1, "Office"),
        ("Harbour helpline (2020)", 1, "Harbour helpline (2020)"),
        ("something else", 1, None),
    ],
)
def test_labels_name_desks(label, numbers, kept):
    phone = {"number": MOBILE, "description": label}
    found = taken(a_record(phones=[phone])).service.phones
    assert len(found) == numbers
    assert [each.label for each in found] == [kept] * numbers


@pytest.mark.parametrize(
    "number",
    [
        "0044 7911 123456",
        "07911.123.456",
        "07911/123456",
        "(07911) 123456",
        "+44 (0) 7911 123456",
        "+447911-123-456",
    ],
)
def test_a_mobile_number_stays_in_no_text_however_it_is_written(number):
    told = f"Ring Ann on {number}"
    place = {"name": told, "accessibility": [{"description": told}]}
    service = taken(
        at(a_location(**place), a_location(**place))
        | {
            "application_process": told,
            "fees": told,
            "cost_options": [{"option": told, "amount_description": told}],
            "schedules": [{"description": told}],
            "fingerpost": {"who_may_refer": told, "accessibility": [told]},
        }
    ).service
    assert "Ann" not in repr(service)


def test_a_mailbox_with_the_organisations_word_is_its_own():
    for email in ("leeds.sos@x.org", "admin.leeds@x.org", "harbourfood@gmail.com"):
        assert taken(a_record(email=email, name="Foodbank (SOS)")).service.email == email


def test_the_texts_of_the_extension_are_those_of_strangers():
    given_ = {
        "opening_hours": "Mo 09:00-17:00",
        "hours_note": "Ring \u202e<b>first</b>. " * 40,
        "accessibility": ["<i>Ramp</i>\x07", "x" * 500],
        "who_may_refer": "Doctors <script>x</script>",
        "contact_withheld": False,
        "sources": [{"url": "urn:fingerpost:confirmed", "stated_date": "2026-11-20"}],
    }
    record = a_record(fingerpost=given_, email="jane.smith@gmail.com")
    service = taken(record, DataSet("x", "https://x.example.org/services", "Leeds")).service
    assert service.hours_note is not None and service.hours_note.startswith("Ring first.")
    assert len(service.hours_note) <= 300
    assert service.accessibility[0] == "Ramp" and len(service.accessibility[1]) <= 160
    assert service.who_may_refer == "Doctors"
    assert service.email is None
    assert [each.url for each in service.sources] == ["https://x.example.org/services/1"]


def test_nor_do_they_tell_a_secret_place():
    told = "Ring at 12 Secret Street, LS8 4AA"
    given_ = {
        "confidential_location": True,
        "opening_hours": f'Mo 09:00-17:00 "{told}"',
        "hours_note": told,
        "accessibility": [told],
        "who_may_refer": told,
    }
    assert "Secret" not in repr(taken(at(a_location()) | {"fingerpost": given_}).service)


@pytest.mark.parametrize(
    "words",
    [
        "A crisis house for women who flee violence.",
        "Emergency accommodation for survivors of domestic violence.",
        "A shelter for victims of trafficking.",
        "A hostel for survivors.",
    ],
)
def test_a_home_of_people_in_danger_is_hidden_until_a_person_says_otherwise(words):
    record = at(a_location()) | {"description": f"Food bank. {words}"}
    service = taken(record).service
    assert service.confidential_location and service.address is None
    known = taken(record | {"fingerpost": {"confidential_location": False}}).service
    assert not known.confidential_location and known.address is not None


def test_a_title_with_the_persons_name_goes():
    contact = {"name": "Ann Persona", "title": "Ann, organiser", "phone": "0113 2224412"}
    service = taken(a_record(contacts=[contact])).service
    assert service.contacts == (Contact("organiser", None, (Phone("+441132224412"),)),)


@pytest.mark.parametrize(
    ("written", "numbers", "noted"),
    [
        ("0113 222 4412", ["+441132224412"], False),
        ("+44 (0)113 222 4412", ["+441132224412"], False),
        ("0117 123 4567 / 0113 222 4412 ext 3", ["+441171234567", "+441132224412"], False),
        ("999", ["999"], False),
        ("via website", [], True),
        ("01632 960001", [], True),
        ("", [], False),
    ],
)
def test_phones_are_valid_numbers(written, numbers, noted):
    found = taken(a_record(phones=[{"number": written}]))
    assert [phone.number for phone in found.service.phones] == numbers
    assert (Left.PHONE in found.left) is noted


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("info@example.org", "info@example.org"),
        ("Info@EXAMPLE.org", "Info@example.org"),
        ("mailto:office@example.org", "office@example.org"),
        ("jane.doe@example.org", None),
        ("via website", None),
        ("", None),
    ],
)
def test_mailboxes_are_those_of_services(written, kept):
    assert taken(a_record(email=written)).service.email == kept


@pytest.mark.parametrize(
    ("ages", "expected"),
    [
        ({"minimum_age": 18}, (18, None)),
        ({"min_age": "5", "max_age": 11.0}, (5, 11)),
        ({"minimum_age": 65, "maximum_age": 18}, (None, None)),
        ({"minimum_age": -1}, (None, None)),
        ({"maximum_age": 999}, (None, None)),
        ({"eligibilitys": [{"minimum_age": 16, "maximum_age": 25}]}, (16, 25)),
    ],
)
def test_ages_are_possible_or_left_out(ages, expected):
    service = taken(a_record(**ages)).service
    assert (service.min_age, service.max_age) == expected


def test_long_texts_end_with_a_sentence():
    service = taken(
        a_record(description="One food parcel a week. " * 60, name="Foodbank " * 40)
    ).service
    assert len(service.description) <= 600 and service.description.endswith("week.")
    assert len(service.name) <= 120 and service.name.endswith("…")


@given(st.text(min_size=1), st.text(min_size=1))
def test_our_ids_fit_a_button(key, source_id):
    found = reading.our_id(key, source_id)
    TypeAdapter(CardId).validate_python(found)
    assert found == reading.our_id(key, source_id)


def test_two_sources_may_use_the_same_id():
    assert reading.our_id("one", "1") != reading.our_id("two", "1")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
_FIELDS = (
    *("name", "description", "status", "email", "url", "fees", "assured_date", "last_modified"),
    *("minimum_age", "schedules", "service_at_locations", "locations", "languages", "contacts"),
    *("phones", "attributes", "taxonomies", "cost_options", "organization", "service_areas"),
    *("pc_targetAudience", "fingerpost", "attending_access", "regular_schedules", "free"),
)


@given(st.dictionaries(st.sampled_from(_FIELDS), _JSON, max_size=6))
def test_no_record_of_a_stranger_breaks_the_reading(changed):
    found = read(a_record(**changed))
    assert isinstance(found, Taken | Refused)


@given(_JSON)
def test_nested_rubbish_breaks_nothing(rubbish):
    for name in ("service_at_locations", "contacts", "attributes", "schedules", "languages"):
        assert isinstance(read(a_record(**{name: [rubbish]})), Taken | Refused)
    location = {"addresses": [rubbish], "geometry": rubbish, "accessibility": rubbish}
    assert isinstance(read(at(location)), Taken | Refused)


@pytest.mark.parametrize("mark", ["\\ud800", "\\udfff", "\\u0000", "\\uD83D"])
def test_what_no_text_may_hold_is_taken_out_of_every_string(mark):
    record = a_record(organization={"id": "o@", "name": "Har@bour"}, **{"x@": [{"y": "@"}]})
    body = json.dumps({"contents": [record]}).replace("@", mark).encode()
    (found,) = dialects.read_page(body).records
    assert isinstance(found, dict)
    assert found["organization"] == {"id": "o", "name": "Harbour"}
    assert found["x"] == [{"y": ""}]
    assert dialects.read_record(json.dumps(record).replace("@", mark).encode()) == found


def test_a_whole_surrogate_pair_is_a_character():
    assert dialects.read_record(b'{"name": "\\ud83d\\ude00"}') == {"name": "\U0001f600"}


@given(st.text(st.characters(codec=None)), st.text(st.characters(codec=None)))
def test_every_text_has_an_identifier(kind, key):
    found = ids.of(kind, key)
    assert ids.own(found) == found and ids.own(key) in (None, key.lower())
    assert ids.within(found, key) == ids.within(found, key)


@pytest.mark.parametrize(
    ("name", "dialect", "count"),
    [
        ("feeds/bristol_services_v1.json", Dialect.V1, 530),
        ("feeds/buckinghamshire_services_page_1.json", Dialect.OUTPOST, 49),
        ("uk-profile/examples/service_full.json", Dialect.V3, 1),
        ("uk-profile/examples/service_list.json", Dialect.V3, 1),
        ("validator_mocks/default/service_list.json", Dialect.V3, 1),
    ],
)
def test_real_feeds_are_read(name, dialect, count):
    if not (path := CORPUS / name).exists():
        pytest.skip("the corpus of real feeds is not here")
    page = dialects.read_page(path.read_bytes())
    found = [read(each) for each in page.records]
    services = [each.service for each in found if isinstance(each, Taken)]
    assert page.dialect is dialect
    assert len(services) >= count
    for service in services:
        text = json.dumps([service.description, service.name])
        assert "<p" not in text and "&amp;" not in text and "&nbsp;" not in text
        assert service.confidence is not Confidence.HIGH
        assert not (service.confidential_location and (service.address or service.location))
