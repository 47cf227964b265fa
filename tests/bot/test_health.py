"""What is late or failing is said in plain words, and nothing is said when all is well."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.health import judge, late
from bot.jobs import Run
from db.health import Facts, FailingFeed

NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
WELL = Facts(NOW + timedelta(seconds=20), None, None, [], [])


def facts(**changed):
    return replace(WELL, **changed)


def failing(hours):
    return FailingFeed("https://example.org/feed", NOW - timedelta(hours=hours), "It says no.")


@pytest.mark.parametrize(
    ("found", "said"),
    [
        pytest.param(facts(), [], id="all is well"),
        pytest.param(facts(leader_until=None), ["no process runs the jobs"], id="never started"),
        pytest.param(
            facts(leader_until=NOW - timedelta(seconds=1)),
            ["no process runs the jobs"],
            id="stopped",
        ),
        pytest.param(facts(oldest_due=NOW - timedelta(minutes=5)), [], id="five minutes are fine"),
        pytest.param(
            facts(oldest_due=NOW - timedelta(minutes=7)), ["waited for 7 minutes"], id="stuck"
        ),
        pytest.param(
            facts(oldest_due=NOW - timedelta(minutes=7), last_settled=NOW - timedelta(minutes=4)),
            [],
            id="a long queue that moves is not stuck",
        ),
        pytest.param(
            facts(stopped=["broadcast:1", "digest:2026-W47"]),
            ["“broadcast:1” has stopped", "“digest:2026-W47” has stopped"],
            id="stopped campaigns",
        ),
        pytest.param(facts(failing=[failing(23)]), [], id="a feed may fail for a day"),
        pytest.param(
            facts(failing=[failing(24)]),
            ["https://example.org/feed has failed since 2026-11-15 09:00 UTC: It says no."],
            id="a feed that fails for a day",
        ),
        pytest.param(facts(oldest_tip=NOW - timedelta(days=2)), [], id="a message may wait"),
        pytest.param(
            facts(oldest_tip=NOW - timedelta(days=3)),
            ["has waited for 3 days"],
            id="a message waits for too long",
        ),
        pytest.param(
            facts(oldest_question=NOW - timedelta(days=6)), [], id="nobody is asked at Christmas"
        ),
        pytest.param(
            facts(oldest_question=NOW - timedelta(days=7)),
            ["Nobody was asked for 7 days if services are still right."],
            id="the freshness loop is late",
        ),
    ],
)
def test_what_the_database_says(found, said):
    told = [str(text) for text in judge(found, NOW)]
    assert len(told) == len(said)
    assert all(part in sentence for part, sentence in zip(said, told, strict=True))


MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("run", "said"),
    [
        pytest.param(Run(MINUTE), None, id="not run yet"),
        pytest.param(Run(MINUTE, done=NOW - 4 * MINUTE), None, id="in time"),
        pytest.param(Run(MINUTE, done=NOW - 5 * MINUTE), "has not run since", id="late"),
        pytest.param(
            Run(MINUTE, done=NOW - 9 * MINUTE, started=NOW - 9 * MINUTE), None, id="under way"
        ),
        pytest.param(
            Run(MINUTE, started=NOW - 11 * MINUTE), "under way since", id="under way for too long"
        ),
        pytest.param(
            Run(MINUTE, started=NOW - 60 * MINUTE, patience=None), None, id="sending may take long"
        ),
        pytest.param(
            Run(MINUTE, done=NOW, error="OSError", errors=2), "failed 2 times in a row", id="fails"
        ),
    ],
)
def test_what_the_jobs_say(run, said):
    told = [str(text) for text in late({"send": run}, NOW)]
    assert len(told) == (said is not None)
    assert said is None or said in told[0]
