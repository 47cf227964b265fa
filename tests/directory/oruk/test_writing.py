"""What is published validates, keeps its ids, and tells nothing that is not public."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from directory.model import (
    Access,
    Address,
    Audience,
    Check,
    Checker,
    Confidence,
    Contact,
    CostOption,
    Fact,
    Origin,
    Phone,
    Point,
    Service,
    ServiceAtLocation,
    Source,
    Status,
    TaxonomyTerm,
)
from directory.needs import NEEDS, STAGES
from directory.oruk import package, vocabulary
from directory.oruk.choosing import Asked
from directory.oruk.entries import Moments
from directory.oruk.publication import Form, Publication
from tests.directory.oruk import schemas, strategies
from tests.directory.oruk.schemas import needs_schemas, wrong
from tests.directory.rows import a_city, a_service
from tests.packs import leeds_pack

EVERY = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],  # shrinking whole services takes minutes
    suppress_health_check=[HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def leeds():
    pack = leeds_pack()
    return Publication(pack.services, pack.directory.gazetteer)


def published(*services: Service, **moments: Moments) -> Publication:
    return Publication(services, a_city().gazetteer, moments)


def document(service: Service) -> dict:
    """The whole document of a service that is public."""
    publication = published(service)
    assert len(publication.entries) == 1
    return publication.service(0, Form.FULL)


def everything(publication: Publication) -> str:
    """Every text that leaves: the files, and each record in each form."""
    texts = [file.text() for file in package.files(publication)]
    for form in Form:
        texts += [publication.service_text(at, form) for at in publication.services()]
        texts += [publication.place_text(at, form) for at in publication.places()]
    return "\n".join(texts)


def mistakes(publication: Publication) -> list[str]:
    """Everything that the official schemas find wrong."""
    return [*wrong_records(publication), *wrong_lists(publication)]


def wrong_records(publication: Publication) -> list[str]:
    found: list[str] = []
    for at in publication.services():
        whole = publication.service(at, Form.FULL)
        found += wrong(schemas.validator("service.json"), whole)
        found += wrong(schemas.profile("service.json"), whole)
    for at in publication.places():
        place = publication.place(at, Form.FULL)
        found += wrong(schemas.validator("service_at_location.json"), place)
        found += wrong(schemas.profile("service_at_location.json"), place)
    for each in publication.organizations.values():
        found += wrong(schemas.validator("organization.json"), each)
        found += wrong(schemas.validator("organization_list.json"), each)  # of one, not of a list
    for each in publication.taxonomies.values():
        found += wrong(schemas.validator("taxonomy.json"), each)
    for each in publication.terms.values():
        found += wrong(schemas.profile("taxonomy_term.json"), each)
    return found


def wrong_lists(publication: Publication) -> list[str]:
    found: list[str] = []
    for form in Form:
        page = {"contents": [publication.service(at, form) for at in publication.services()]}
        found += wrong(schemas.validator("service_list.json"), page)
    pages = {
        "services": "service_list.json",
        "taxonomies": "taxonomy_list.json",
        "taxonomy_terms": "taxonomy_term_list.json",
        "service_at_locations": "service_at_location_list.json",
    }
    for file in package.files(publication):
        if file.kind in pages:
            found += wrong(schemas.validator(pages[file.kind]), json.loads(file.text()))
    return found


@needs_schemas
def test_every_document_of_leeds_validates(leeds):
    assert len(leeds.entries) > 100
    assert len(leeds.spots) > 30
    assert mistakes(leeds) == []


@needs_schemas
@EVERY
@given(strategies.directories())
def test_every_document_of_whatever_services_validates(services):
    assert mistakes(published(*services)) == []


@needs_schemas
@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param("id", "tea-room", id="an id that is no UUID"),
        pytest.param("status", "open", id="a status of ours"),
        pytest.param("url", "www.example.org/a b", id="an address with a space"),
        pytest.param("last_modified", "2026-11-22", id="a day for a moment"),
        pytest.param("email", "nobody", id="no e-mail address"),
        pytest.param("name", None, id="no name"),
    ],
)
def test_the_schemas_would_notice(field, value):
    assert wrong(schemas.validator("service.json"), document(a_service()) | {field: value})


def test_the_same_directory_gives_the_same_bytes(leeds):
    pack = leeds_pack()
    again = Publication(pack.services, pack.directory.gazetteer)
    assert everything(again) == everything(leeds)


def ids_in(value) -> list[str]:
    if isinstance(value, dict):
        own = [value["id"]] if "id" in value else []
        return own + [each for one in value.values() for each in ids_in(one)]
    return [each for one in value for each in ids_in(one)] if isinstance(value, list) else []


def test_every_id_is_a_uuid_and_no_two_records_share_one(leeds):
    whole = [leeds.service(at, Form.FULL) for at in leeds.services()]
    parts = [
        each
        for service in whole
        for name, value in service.items()
        if name not in {"organization", "attributes"}
        for each in (ids_in(value) if isinstance(value, list) else [])
    ]
    parts += [each["id"] for service in whole for each in service.get("attributes", [])]
    parts += [service["id"] for service in whole]
    assert [each for each in parts if str(UUID(each)) != each] == []
    assert len(set(parts)) == len(parts)


def test_a_uuid_of_the_source_is_kept():
    own = "AC148810-D857-441C-9679-408F346DE14B"
    imported = replace(a_service(), origin=Origin("council", own))
    assert document(imported)["id"] == own.lower()


def test_two_services_never_share_the_uuid_of_a_source():
    own = "ac148810-d857-441c-9679-408f346de14b"
    twins = [replace(a_service(each), origin=Origin(each, own)) for each in ("one", "two", "three")]
    found = [entry.id for entry in published(*twins).entries]
    assert own in found
    assert len(set(found)) == 3


def test_an_id_that_is_no_uuid_becomes_one_that_stays():
    before = document(replace(a_service(), origin=Origin("council", "4711")))
    changed = document(replace(a_service(name="New name"), origin=Origin("council", "4711")))
    assert before["id"] == changed["id"]
    assert before["organization"]["id"] == changed["organization"]["id"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        pytest.param({"status": "open"}, "active", id="open"),
        pytest.param({"status": "unknown"}, "active", id="not known"),
        pytest.param({"status": "full"}, "active", id="full"),
        pytest.param({"status": "paused"}, "temporarily closed", id="paused"),
        pytest.param({"status": "closed"}, "defunct", id="closed"),
    ],
)
def test_each_status_has_a_word_of_the_standard(change, status):
    found = document(a_service(**change))
    assert found["status"] == status
    assert found["fingerpost"]["status"] == change["status"]


def test_a_full_service_says_so_to_whoever_reads_only_the_standard():
    assert "full" in document(a_service(status="full"))["alert"]
    assert "alert" not in document(a_service())


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param({"confirmed_on": date(2026, 11, 1)}, "2026-11-01", id="a person of ours"),
        pytest.param({"assured_date": date(2025, 3, 1)}, "2025-03-01", id="the publisher"),
        pytest.param(
            {"confirmed_on": date(2026, 11, 1), "assured_date": date(2026, 11, 9)},
            "2026-11-01",
            id="a person of ours before the publisher",
        ),
        pytest.param(
            {
                "checks": tuple(
                    Check(fact, date(2026, 1, 1 + at), Checker.OWNER)
                    for at, fact in enumerate(Fact)
                )
            },
            "2026-01-01",
            id="every fact on a day of its own: the oldest",
        ),
        pytest.param(
            {"checks": (Check(Fact.HOURS, date(2026, 1, 1), Checker.OWNER),)},
            None,
            id="one fact alone assures nothing",
        ),
    ],
)
def test_assured_is_what_a_person_or_the_publisher_vouched_for(change, expected):
    assert document(replace(a_service(), **change)).get("assured_date") == expected


def test_a_check_is_shown_without_who_made_it():
    check = Check(Fact.HOURS, date(2026, 1, 1), Checker.OWNER)
    found = document(replace(a_service(), checks=(check,)))
    confirmed = {
        "url": "urn:fingerpost:confirmed",
        "stated_date": "2026-01-01",
        "facts": ["hours"],
    }
    assert found["fingerpost"]["sources"][0] == confirmed
    assert "owner" not in json.dumps(found)


EARLY, LATE = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "moments", "expected"),
    [
        pytest.param(None, None, None, id="nobody knows"),
        pytest.param(EARLY, None, EARLY, id="the publisher says"),
        pytest.param(EARLY, Moments(LATE), EARLY, id="it only came through an import"),
        pytest.param(EARLY, Moments(LATE, LATE), LATE, id="a person changed it since"),
        pytest.param(LATE, Moments(EARLY, EARLY), LATE, id="the publisher's is newer"),
        pytest.param(None, Moments(LATE), None, id="an import alone is no change of the record"),
    ],
)
def test_last_modified_is_the_newest_change_of_the_record(said, moments, expected):
    service = replace(a_service("x"), last_modified=said)
    found = published(service, **({"x": moments} if moments else {})).service(0, Form.SHORT)
    shown = None if expected is None else expected.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert found.get("last_modified") == shown


def test_a_reader_who_asks_for_changes_sees_what_an_import_brought():
    service = replace(a_service("x"), last_modified=EARLY)
    publication = published(service, x=Moments(LATE))
    assert list(publication.services(Asked(modified_after=LATE))) == [0]


def test_needs_and_stages_are_terms_of_our_taxonomies():
    found = document(a_service(needs=["food", "housing"], eligibility=["refugee"]))
    shown = [
        (each["link_type"], each["taxonomy_term"]["name"], each["taxonomy_term"]["taxonomy"])
        for each in found["attributes"]
    ]
    assert shown == [
        ("need", "Food", "Fingerpost needs"),
        ("need", "Housing", "Fingerpost needs"),
        ("eligibility", "Refugees", "Fingerpost stages"),
    ]


def test_every_need_and_stage_has_a_name_of_its_own():
    needs, stages = vocabulary.NEED_TAXONOMY.terms, vocabulary.STAGE_TAXONOMY.terms
    assert set(needs) == set(NEEDS)
    assert set(stages) == {*STAGES, "anyone"}
    terms = [*needs.values(), *stages.values()]
    assert len({term.name for term in terms}) == len({term.id for term in terms}) == len(terms)


def test_an_organisation_without_a_description_has_none_invented():
    found = document(a_service(organization="Tea for all"))["organization"]
    assert found["description"] == "Tea for all"


def test_what_one_service_tells_of_the_organisation_holds_for_all_of_them():
    told = replace(
        a_service("one", organization="A", organization_url="https://a.org"),
        organization_description="We make tea.",
    )
    publication = published(a_service("two", organization="A"), told)
    assert [each["organization"]["website"] for each in all_short(publication)] == (
        ["https://a.org"] * 2
    )
    assert next(iter(publication.organizations.values()))["description"] == "We make tea."


def all_short(publication):
    return [publication.service(at, Form.SHORT) for at in publication.services()]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("https://example.org/ä b", "https://example.org/%C3%A4%20b", id="encoded"),
        pytest.param("https://münchen.example/", "https://xn--mnchen-3ya.example/", id="a host"),
        pytest.param("https://example.org/100%", "https://example.org/100%25", id="a per cent"),
        pytest.param("https://example.org/%20", "https://example.org/%20", id="encoded before"),
        pytest.param("https://exa mple.org/", None, id="no host"),
        pytest.param("mailto:a@example.org", None, id="no web address"),
    ],
)
def test_web_addresses_become_what_the_standard_allows(written, expected):
    service = replace(a_service(), url=written)
    assert document(service).get("url") == expected


# --- what is not public

MARKS = (
    "Zzstreet",
    "Zzarea",
    "Zznote",
    "Zzplace",
    "Zzramp",
    "ZZ9",
    "53.98",
    "Zzhours",
    "Zzhall",
)


def hostile(**changed):
    """A service that breaks the model's promise: a confidential one with all its places."""
    place = ServiceAtLocation(
        id="ac148810-d857-441c-9679-408f346de14b",
        name="Zzplace",
        address=Address(("2 Zzstreet", "Leeds"), "ZZ9 9ZZ"),
        location=Point(53.98123, -1.98123),
        confidential_location=False,
        opening_hours='Mo 10:00-12:00 "Zzhall"',
        hours_note="Zzhours",
        phones=(Phone("+441134960999", "Zzplace"),),
        accessibility=("Zzramp",),
    )
    service = replace(
        a_service(),
        address=Address(("Zzhall", "1 Zzstreet", "Leeds"), "ZZ9 9ZZ"),
        location=Point(53.98123, -1.98123),
        confidential_location=True,
        other_places=(place,),
        opening_hours='Mo 10:00-12:00 "Zzhall"',
        hours_note="Come to Zzhours.",
        area="Zzarea",
        accessibility=("Zzramp",),
        note="Zznote",
        referrer_note="Zznote",
        description="Tea. We are at 1 Zzstreet, ZZ9 9ZZ. Ask for tea.",
        referral_route="Write to Zzhall, zz99zz.",
        sources=(Source("https://example.org/Zzstreet", "2025", ("address",)),),
    )
    return replace(service, **changed)


def leaked(publication: Publication) -> list[str]:
    text = everything(publication).casefold()
    return [mark for mark in MARKS if mark.casefold() in text]


@pytest.mark.parametrize("confidence", list(Confidence))
def test_a_confidential_location_is_in_nothing_that_leaves(confidence):
    publication = published(hostile(confidence=confidence), a_service("other"))
    assert len(publication.entries) == 2
    assert publication.spots == ()
    assert leaked(publication) == []


def test_a_street_without_a_postcode_is_told_in_no_text_of_a_confidential_service():
    told = "We help. Door of 12 Zzstreet Road, Harehills."
    service = hostile(
        address=None,
        eligibility_description=told,
        contacts=(Contact(told, None, (Phone("+441132224412", told),)),),
        phones=(Phone("+441132224412", told),),
        terms=(TaxonomyTerm("q", told),),
        cost_options=(CostOption(told, None, None),),
        access=Access(cost=told),
        description=told,
        referral_route=told,
    )
    assert "Zzstreet" not in everything(published(service))
    assert "+441132224412" in everything(published(service))


@pytest.mark.parametrize(
    "told", ["12 Zzoak Street, Harehills", "Mon-Fri 9-5", "0113.244.5678", "0113/244/5678"]
)
def test_of_a_record_that_nobody_checked_no_text_tells_a_way_to_it(told):
    service = doubtful(description=f"Tea. {told}. Cake.", referral_route=told)
    found = document(service)
    assert found["description"] == "Tea. Cake."
    assert told not in everything(published(service))


def test_nor_is_it_found_by_searching_or_by_distance():
    publication = published(hostile())
    words = ("Zzstreet", "Zzarea", "ZZ9", "Zzhall", "Zzplace")
    assert [word for word in words if publication.services(Asked(search=word))] == []
    assert list(publication.places(Asked(near=Point(53.98123, -1.98123)))) == []
    assert list(publication.services(Asked(search="tea"))) == [0]


def test_a_single_confidential_place_is_left_out():
    service = hostile(
        confidential_location=False,
        address=Address(("1 High Street", "Leeds"), "LS9 8AA"),
        location=None,
        area="Leeds",
        note=None,
        description="Tea.",
        referral_route=None,
        sources=(),
        accessibility=(),
        opening_hours=None,
        hours_note=None,
    )
    (place,) = service.other_places
    hidden = replace(service, other_places=(replace(place, confidential_location=True),))
    assert "Zzstreet" in everything(published(service))
    assert leaked(published(hidden)) == []
    assert len(published(hidden).spots) == 1


SECRETS = ("Zznote", "+441134960123", "zz@example.org", "Zzstreet", "LS9 8AA", "53.7", "Mo 10:00")


def doubtful(**changed):
    service = replace(
        a_service(),
        confidence=Confidence.LOW,
        phones=(Phone("+441134960123"),),
        email="zz@example.org",
        url="https://example.org",
        contacts=(Contact("Desk", "zz@example.org", (Phone("+441134960123"),)),),
        address=Address(("1 Zzstreet", "Leeds"), "LS9 8AA"),
        location=Point(53.7, -1.5),
        opening_hours="Mo 10:00-12:00",
        hours_note="Zznote",
        note="Zznote",
        referrer_note="Zznote",
        description="Tea. Ring +441134960123, 0113 496 0123 or zz@example.org; LS9 8AA.",
        eligibility_description="Ask 07700 900123x@example.org",
    )
    return replace(service, **changed)


def test_of_a_record_that_nobody_checked_only_what_it_is_and_its_website_are_told():
    publication = published(doubtful())
    text = everything(publication)
    assert [secret for secret in SECRETS if secret in text] == []
    assert "0113 496" not in text
    assert "900123" not in text
    found = document(doubtful())
    assert found["url"] == "https://example.org"
    assert "alert" in found
    assert not {"phones", "email", "schedules", "contacts", "service_at_locations"} & set(found)


def test_the_same_record_is_told_whole_once_it_is_trusted():
    text = everything(published(doubtful(confidence=Confidence.MEDIUM)))
    assert [secret for secret in SECRETS if secret not in text] == []
    found = document(doubtful(confidence=Confidence.MEDIUM))
    assert {"phones", "email", "schedules", "contacts", "service_at_locations"} <= set(found)


def test_what_is_for_workers_is_not_there_at_all():
    hidden = replace(a_service("two", name="Zzname", needs=["fgm"]), audience=Audience.WORKERS)
    publication = published(a_service("one"), hidden)
    assert len(publication.entries) == 1
    assert "Zzname" not in everything(publication)
    assert "Friends of two" not in everything(publication)


@EVERY
@given(strategies.directories(note=st.just("Zznote"), referrer_note=st.just("Zznote")))
def test_no_note_for_workers_ever_leaves(services):
    assert "Zznote" not in everything(published(*services))


# --- lists


def test_the_files_continue_where_one_would_be_too_large():
    publication = published(*(a_service(f"room-{n}") for n in range(5)))
    files = {file.name: file for file in package.files(publication, per_file=2)}
    pages = [json.loads(files[f"services-{n}.json"].text()) for n in (1, 2, 3)]
    assert [len(page["contents"]) for page in pages] == [2, 2, 1]
    assert [page["total_pages"] for page in pages] == [3, 3, 3]
    assert [page["last_page"] for page in pages] == [False, False, True]
    index = json.loads(files["index.json"].text())
    assert {each["path"] for each in index["resources"]} == set(files) - {"index.json"}


@pytest.mark.parametrize(
    ("status", "shown"),
    [pytest.param(Status.CLOSED, "defunct", id="a closed service is told as such")],
)
def test_others_learn_that_a_service_has_closed(status, shown):
    assert document(replace(a_service(), status=status))["status"] == shown
