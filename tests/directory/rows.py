"""Rows, services and a small city for tests: pass what matters, the rest is ordinary."""

import cProfile
from datetime import datetime
from zoneinfo import ZoneInfo

from directory.index import Directory
from directory.model import Point, Query
from directory.places import District, Gazetteer, Outcode, Sector
from directory.source import read_helplines, read_services

LONDON = ZoneInfo("Europe/London")
MONDAY_11 = datetime(2026, 11, 23, 11, 0, tzinfo=LONDON)


def a_row(service_id="tea-room", **given):
    """A complete row of services.json."""
    return {
        "id": service_id,
        "name": "Tea room",
        "organization": f"Friends of {service_id}",
        "organization_url": None,
        "description": "Tea and a chat.",
        "needs": ["food"],
        "eligibility": [],
        "gender": "any",
        "min_age": None,
        "max_age": None,
        "languages": [],
        "access": {"walk_in": None, "referral": None, "appointment": None, "cost": None},
        "channels": ["in_person"],
        "phone": [],
        "email": None,
        "url": None,
        "address": None,
        "lat": None,
        "lon": None,
        "opening_hours": None,
        "hours_note": None,
        "area": "Smallville-wide",
        "sources": [{"url": "https://example.org", "stated_date": "2025", "facts": ["name"]}],
        "confidence": "medium",
        "verified": None,
        "note": None,
        "audience": "public",
        "status": "open",
        "referrer_note": None,
        "confidential_location": False,
    } | given


def a_line_row(line_id="night-line", **given):
    """A complete row of helplines.json."""
    return {
        "id": line_id,
        "name": "Night line",
        "organization": "Somebody",
        "needs": ["asylum_support"],
        "number": "+441132224412",
        "text_number": None,
        "text_keyword": None,
        "url": None,
        "hours": None,
        "languages_note": None,
        "free": None,
        "description": "Somebody answers.",
        "area": "UK",
        "check_note": None,
        "sources": [{"url": "https://example.org", "stated_date": None}],
        "confidence": "high",
        "unverified_number": None,
        "unverified_url": None,
    } | given


def a_service(service_id="tea-room", **given):
    return read_services([a_row(service_id, **given)])[0]


def a_city(services=(), lines=None, general=("night-line",)):
    """A directory of Smallville: SM1 to SM3 a few kilometres apart; Othertown is far away."""
    rows = [a_line_row()] if lines is None else lines
    return Directory(
        read_services([row if isinstance(row, dict) else a_row(row) for row in services]),
        read_helplines(rows),
        a_gazetteer(),
        general,
    )


def a_gazetteer():
    return Gazetteer(
        home="Smallville",
        outcodes=[
            Outcode("SM1", Point(53.80, -1.50), 500, ("Smallville",)),
            Outcode("SM2", Point(53.83, -1.50), 500, ("Northend",)),
            Outcode("SM3", Point(53.77, -1.50), 500, ("Southend",)),
            Outcode("OT1", Point(52.00, -1.00), 500, ("Othertown",)),
        ],
        sectors=[
            Sector("SM1 1", Point(53.801, -1.501), 80, True),
            Sector("SM2 1", Point(53.831, -1.501), 80, True),
            Sector("SM3 1", Point(53.771, -1.501), 80, True),
        ],
        districts=[District("north", "North", ("SM2",)), District("south", "South", ("SM3",))],
        neighbourhoods={"Riverside": "SM1 1"},
    )


def a_query(*needs, **given):
    return Query(needs=needs or ("food",), **({"at": MONDAY_11} | given))


def calls(act):
    """How many functions are called: what costs time, on any machine."""
    profile = cProfile.Profile()
    profile.runcall(act)
    return sum(each.callcount for each in profile.getstats())
