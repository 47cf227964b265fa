"""`fingerpost directory due`: who is asked when, and never who they are."""

import asyncio
import json
from datetime import UTC, date, datetime, timedelta

import pytest
from typer.testing import CliRunner

import db.freshness
import db.people
import db.schema
import db.services
from bot.__main__ import app
from db.engine import make_engine, make_sessions
from directory.freshness import Step
from tests.db.test_services import a_service

NOW = datetime.now(UTC)  # the command line asks the real clock
PARTNER = 7_316_482_951


@pytest.fixture(autouse=True)
def url(alone):
    return alone


def run(*args):
    result = CliRunner().invoke(app, ["directory", "due", *args])
    assert result.exit_code == 0, f"{result.output}\n{result.exception!r}"
    return result.stdout


def test_before_the_bot_runs_it_says_how_it_would_begin(tmp_path):
    rows = json.loads(run("--json"))
    assert len(rows) == 165
    assert {(row["who"], row["state"]) for row in rows} == {("coordinators", "planned")}
    days = [date.fromisoformat(row["day"]) for row in rows]
    assert days == sorted(days)
    assert all(day.weekday() < 5 for day in days)
    busiest = max(days.count(day) for day in days)
    assert busiest <= 15, "Monday has what is due at the weekend; nobody gets 165 in one day"
    assert {row["days"] for row in rows} == {30, 60, 90}
    until = (NOW.date() + timedelta(days=20)).isoformat()
    few = json.loads(run("--until", until, "--json"))
    assert few == [row for row in rows if row["day"] <= until]
    assert "more: --until DAY, or --json for all" in run()
    assert list(tmp_path.iterdir()) == [], "it makes no database"


def test_it_reads_where_each_service_is(url):
    async def fill():
        await db.schema.upgrade(url)
        engine = make_engine(url)
        async with make_sessions(engine).begin() as session:
            services = [a_service(each, organization="A Charity") for each in ("a", "b")]
            services.append(a_service("c", organization="Another"))
            await db.services.import_pack(session, services, [], NOW)
            await db.people.make_partner(session, PARTNER, "a charity", today=NOW.date())
            await db.people.make_partner(session, 2, "a charity", today=NOW.date())
            await db.freshness.name_owner(session, "b", PARTNER, NOW)
            await db.freshness.begin(session, dict.fromkeys("ab", NOW))
            await db.freshness.note(session, Step.ASK, ["a"], NOW)
            await db.freshness.note(session, Step.REMIND, ["a"], NOW)
        await engine.dispose()

    asyncio.run(fill())
    told = run("--json")
    rows = {row["service"]: row for row in json.loads(told)}
    found = {key: (row["who"], row["people"], row["state"]) for key, row in rows.items()}
    assert found == {
        "a": ("partners", 2, "reminded"),
        "b": ("owner", 1, "planned"),
        "c": ("coordinators", 0, "planned"),
    }
    assert str(PARTNER) not in told
