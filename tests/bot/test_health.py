"""What is late or failing is said in plain words, and nothing is said when all is well."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot import health
from bot.health import Timetable, judge, late, missed
from bot.jobs import Run
from bot.signs import Signs
from bot.weektime import WeekTime
from db.engine import make_engine, make_sessions
from db.health import Draft, Facts, FailingFeed

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
        pytest.param(facts(oldest_due=NOW - timedelta(minutes=3)), [], id="three minutes are fine"),
        pytest.param(
            facts(oldest_due=NOW - timedelta(minutes=7)), ["waited for 7 minutes"], id="stuck"
        ),
        pytest.param(
            facts(oldest_due=NOW - timedelta(minutes=7), last_settled=NOW - timedelta(minutes=2)),
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
        pytest.param(
            facts(last_backup=NOW - timedelta(days=3, hours=7)), [], id="two nights may fail"
        ),
        pytest.param(
            facts(last_backup=NOW - timedelta(days=3, hours=8)),
            ["The last backup is 3 days old. Run “fingerpost backup”."],
            id="no backup for three nights",
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


def test_times_are_the_citys_as_everywhere_else():
    london, summer = ZoneInfo("Europe/London"), datetime(2026, 7, 6, 9, 0, tzinfo=UTC)
    (text,) = judge(facts(failing=[failing(24)]), NOW, london)
    assert "has failed since 2026-11-15 09:00: It says no." in str(text)
    (text,) = judge(facts(backup_of=summer), NOW, london)
    assert "from a backup of 2026-07-06 10:00." in str(text)


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
        pytest.param(
            Run(MINUTE, done=NOW, error="MailServerAway", errors=2),
            "The mail server is away",
            id="the mail server refuses",
        ),
    ],
)
def test_what_the_jobs_say(run, said):
    told = [str(text) for text in late({"send": run}, NOW)]
    assert len(told) == (said is not None)
    assert said is None or said in told[0]


# Monday 04:00 and 08:00 in London, which is on UTC in November
TIMES = Timetable(WeekTime(0, time(4)), WeekTime(0, time(8)), ZoneInfo("Europe/London"))
READY = NOW.replace(hour=4)
LEFT, SHOWN = "should have left at 2026-11-16 08:00.", "should have come to coordinators at"


@pytest.mark.parametrize(
    ("draft", "said", "urgent"),
    [
        pytest.param(None, None, None, id="decided"),
        pytest.param(Draft("2026-W47", READY, None, is_empty=True), None, None, id="no news"),
        pytest.param(Draft("2026-W47", READY, None, is_empty=False), LEFT, True, id="nobody knows"),
        pytest.param(
            Draft("2026-W47", READY, NOW, is_empty=False), LEFT, False, id="they were reminded"
        ),
        pytest.param(
            Draft("2026-W47", NOW, None, is_empty=False), None, None, id="they get time to look"
        ),
        pytest.param(Draft("2026-W47", None, None, is_empty=True), SHOWN, True, id="never shown"),
    ],
)
def test_what_is_said_of_the_draft(draft, said, urgent):
    found = missed([], draft, TIMES, NOW)
    assert [each.urgent for each in found] == ([] if said is None else [urgent])
    assert said is None or said in str(found[0])


@pytest.mark.parametrize(
    ("minutes", "weeks"), [(3, 0), (4, 1)], ids=["three minutes are fine", "four are not"]
)
def test_an_approved_digest_that_has_not_left_is_missed(minutes, weeks):
    found = missed(["2026-W47"], None, TIMES, TIMES.send_at("2026-W47") + minutes * MINUTE)
    assert len(found) == weeks
    assert all("is approved. It should have left" in str(each) for each in found)


async def test_a_full_disk_and_a_wrong_clock_are_said(sqlite_template, monkeypatch):
    engine = make_engine(f"sqlite:///{sqlite_template}")
    monkeypatch.setattr(health, "LEAST_FREE", 10**18)
    off = timedelta(seconds=-31)
    found = await health.problems(make_sessions(engine), NOW, signs=Signs(off))
    await engine.dispose()
    said = [str(each) for each in found][1:]
    assert said[0].startswith("The disk is nearly full: ")
    assert said[1] == "The clock of this machine is 31 seconds wrong. Please set it."


@pytest.mark.parametrize(("seconds", "said"), [(29, []), (31, ["2026"])], ids=["short", "long"])
async def test_telegrams_silence_is_said_within_a_minute(sqlite_template, seconds, said):
    engine = make_engine(f"sqlite:///{sqlite_template}")
    signs = Signs(silent=timedelta(seconds=seconds))
    found = await health.problems(make_sessions(engine), NOW, signs=signs)
    await engine.dispose()
    since = [str(each)[6:10] for each in found if "Telegram gives no answer" in str(each)]
    assert since == said
