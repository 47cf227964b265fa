"""A text to needs, place and services: the pack of the city, read as it is published."""

from datetime import UTC, datetime

import pytest

from directory.lexicon import Category, lexicon
from directory.model import Audience, Query
from directory.search import called, search

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def found(directory, text, language=None, limit=5, audience=Audience.PUBLIC):
    query = Query(needs=(), at=NOON, language=language, audience=audience)
    return search(directory, lexicon(), text, query, limit)


@pytest.mark.parametrize(
    ("text", "language", "need"),
    [
        pytest.param("food LS9", "en", "food", id="English"),
        pytest.param("I need a dentst", "en", "health_gp", id="misspelt"),
        pytest.param("necesito un abogado", "es", "legal_immigration", id="Spanish"),
        pytest.param("necesito un abogado", "en", "legal_immigration", id="not the bot's language"),
        pytest.param("potrzebuję mieszkania", "pl", "housing", id="Polish, inflected"),
    ],
)
def test_a_need_in_the_text_leads_to_services_that_meet_it(leeds, text, language, need):
    searched = found(leeds, text, language)
    assert searched.needs[0] == need
    assert need in searched.matches[0].service.needs
    assert searched.crisis is None


def test_a_place_in_the_same_sentence_counts(leeds):
    near = found(leeds, "food in Harehills", "en")
    assert near.place is not None and near.place.name == "Harehills"
    assert near.matches != found(leeds, "food in Otley", "en").matches


def test_danger_comes_with_the_need_that_goes_with_it(leeds):
    searched = found(leeds, "my husband beats me, I need food", "en")
    assert searched.crisis is Category.VIOLENCE
    assert searched.needs[:2] == ("domestic_abuse", "food")


def test_a_service_that_is_named_comes_first(leeds):
    for service in leeds.services[::7]:
        if service.audience is Audience.WORKERS or service.status == "closed":
            continue
        searched = found(leeds, f"{service.name} {service.organization}", "en", limit=20)
        assert service.id in [each.service.id for each in searched.matches], service.id


def test_services_for_workers_are_for_workers_only(leeds):
    secret = next(s for s in leeds.services if s.audience is Audience.WORKERS)
    text = f"{secret.name} {secret.organization}"
    ids = {each.service.id for each in found(leeds, text, limit=100).matches}
    assert secret.id not in ids
    shown = found(leeds, text, limit=100, audience=Audience.WORKERS).matches
    assert secret.id in {each.service.id for each in shown}


def test_scores_fall_and_the_limit_holds(leeds):
    searched = found(leeds, "food and a place to sleep", "en", limit=4)
    scores = [each.score for each in searched.matches]
    assert len(scores) == 4
    assert scores == sorted(scores, reverse=True)


def test_what_says_nothing_finds_nothing(leeds):
    searched = found(leeds, "qwertz", "en")
    assert (searched.needs, searched.place, searched.crisis, searched.matches) == (
        (),
        None,
        None,
        (),
    )


def test_the_name_of_a_service_finds_it(leeds):
    open_ones = [s for s in leeds.services if s.status != "closed"]
    missed = [
        s.name for s in open_ones if s not in called(leeds, s.name.lower(), Audience.WORKERS)[:3]
    ]
    assert len(missed) <= 0.05 * len(open_ones), missed


@pytest.mark.parametrize("text", ["food", "mental health", "women", "Harehills", "i need food"])
def test_a_need_or_place_is_no_name(leeds, text):
    assert called(leeds, text, Audience.PUBLIC) == ()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("food harehils", "Harehills"),
        ("dentist chapeltwn", "Chapeltown"),
        ("food and shelter", None),
    ],
)
def test_a_misspelt_place_is_seen_in_a_sentence_too(leeds, text, place):
    seen = found(leeds, text, "en").place
    assert (None if seen is None else seen.name) == place


@pytest.mark.parametrize(
    ("text", "wide", "narrow"),
    [
        ("doctor", "bevan-york-street", "urgent-dentist-nhs-111"),
        ("doktor", "bevan-york-street", "forward-leeds"),
        ("winter coat", "meeting-point-armley-drop-in", "leeds-school-uniform-exchange"),
        ("ملابس", "meeting-point-armley-drop-in", "leeds-school-uniform-exchange"),
    ],
)
def test_what_does_one_thing_only_comes_after_what_does_all(leeds, text, wide, narrow):
    first = [each.service.id for each in found(leeds, text).matches[:2]]
    assert first[0] == wide
    assert narrow not in first


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("dentist", "urgent-dentist-nhs-111"),
        ("zęby", "urgent-dentist-nhs-111"),
        ("school uniform", "leeds-school-uniform-exchange"),
    ],
)
def test_what_does_one_thing_only_comes_where_that_is_asked_for(leeds, text, service):
    assert service in [each.service.id for each in found(leeds, text).matches[:2]]


@pytest.mark.parametrize(
    ("text", "need"), [("foo", "food"), ("sol", "legal_immigration"), ("den", "health_gp")]
)
def test_three_letters_of_a_need_are_enough(leeds, text, need):
    assert need in found(leeds, text, "en").needs


@pytest.mark.parametrize(
    "text", ["are you a robot", "test", "testing 123", "'; DROP TABLE services; --", "the"]
)
def test_what_asks_for_nothing_finds_nothing(leeds, text):
    searched = found(leeds, text, "en")
    assert (searched.needs, searched.matches) == ((), ())
