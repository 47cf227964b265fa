"""What is exported, imported and exported again is the same, whatever the services."""

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import Phase, given, settings

from directory.model import Confidence, Status
from directory.oruk import extension, mapping, package, reading
from directory.oruk.publication import Form, Publication
from directory.oruk.reading import DataSet, Taken
from tests.directory.oruk import strategies
from tests.directory.rows import a_city, a_service
from tests.packs import leeds_pack

TODAY = date(2026, 11, 22)
SOURCE = DataSet("elsewhere", "https://elsewhere.example.org/services", "Elsewhere")


def texts(publication):
    return {file.name: file.text() for file in package.files(publication)}


def imported(publication):
    """The services that somebody gets who reads what is published, through JSON."""
    found = []
    for at in publication.services():
        record = json.loads(publication.service_text(at, Form.FULL))
        taken = reading.read(record, SOURCE, mapping.EMPTY, TODAY)
        assert isinstance(taken, Taken), taken
        found.append(taken.service)
    return found


def test_all_of_leeds_comes_back_byte_for_byte():
    pack = leeds_pack()
    gazetteer = pack.directory.gazetteer
    first = Publication(pack.services, gazetteer)
    second = Publication(imported(first), gazetteer)
    assert texts(second) == texts(first)
    assert len(first.entries) > 100


def publishable(service):
    """Leave what no importer keeps: a person's word, and a place without a main one."""
    service = replace(service, checks=(), confirmed_on=None)
    if service.address is None and service.location is None:
        return replace(service, other_places=())
    return service


@settings(max_examples=15, deadline=None, derandomize=True, phases=[Phase.generate])
@given(strategies.directories())
def test_whatever_services_come_back_byte_for_byte(services):
    gazetteer = a_city().gazetteer
    first = Publication(map(publishable, services), gazetteer)
    second = Publication(imported(first), gazetteer)
    assert texts(second) == texts(first)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param({"contact_withheld": True}, Confidence.LOW, id="withheld stays withheld"),
        pytest.param({"contact_withheld": False}, Confidence.MEDIUM, id="given: to be checked"),
        pytest.param({"contact_withheld": "no"}, Confidence.LOW, id="nonsense changes nothing"),
        pytest.param({"confidence": "high"}, Confidence.LOW, id="nobody calls itself certain"),
    ],
)
def test_how_far_a_record_may_speak_for_itself(given, expected):
    service = a_service(confidence="low")
    assert extension.restored(service, {"fingerpost": given}).confidence is expected


@pytest.mark.parametrize(
    "document",
    [
        pytest.param({}, id="another's document"),
        pytest.param({"fingerpost": None}, id="null"),
        pytest.param({"fingerpost": []}, id="a list"),
        pytest.param(
            {
                "fingerpost": {
                    "status": 7,
                    "gender": ["women"],
                    "walk_in": "yes",
                    "status_date": "soon",
                    "sources": "x",
                    "opening_hours": "whenever",
                    "valid_until": {},
                },
                "attributes": [None, {"taxonomy_term": 1}, {"taxonomy_term": {"id": 3}}],
            },
            id="nonsense in every field",
        ),
    ],
)
def test_what_cannot_be_used_changes_nothing(document):
    service = a_service(status="open")
    assert extension.restored(service, document) == service


def test_a_source_is_a_web_address_and_nobody_elses_word_is_that_of_our_people():
    rows = [
        {"url": "javascript:alert(1)"},
        {"url": "https://example.org", "stated_date": "2024"},
        {"url": "urn:fingerpost:confirmed", "stated_date": "2026-01-01", "facts": ["hours"]},
    ]
    found = extension.restored(a_service(), {"fingerpost": {"sources": rows}}).sources
    own = [each.url for each in a_service().sources]
    assert [each.url for each in found] == [*own, "https://example.org"]


def test_a_closed_service_comes_back_closed():
    first = Publication([replace(a_service(), status=Status.CLOSED)], a_city().gazetteer)
    assert [each.status for each in imported(first)] == [Status.CLOSED]
