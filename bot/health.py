"""What is late or failing, in plain words. Pure, but for the one query that gathers it."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import db.health
from bot.jobs import Run
from db.engine import Sessions
from db.health import Facts
from locales.errors import N_, Text

STUCK_AFTER = timedelta(minutes=5)
FEED_AFTER = timedelta(days=1)
TIP_AFTER = timedelta(days=3)
QUESTION_AFTER = timedelta(days=7)  # nobody is asked at Christmas
_SLACK = timedelta(minutes=2)


async def problems(
    sessions: Sessions, now: datetime, runs: Mapping[str, Run] | None = None
) -> list[Text]:
    """Return what is wrong at *now*, empty when all is well.

    *runs*: the jobs of this process, None when it has none.
    """
    async with sessions() as session:
        found = await db.health.facts(session, now)
    return [*judge(found, now), *late(runs or {}, now)]


def judge(found: Facts, now: datetime) -> list[Text]:
    """Return what the database says is wrong."""
    said: list[Text] = []
    if found.leader_until is None or found.leader_until < now:
        said.append(
            Text(N_("Nobody sends or polls: no process runs the jobs. Start “fingerpost run”."))
        )
    if found.oldest_due is not None and _stuck(found, found.oldest_due, now):
        minutes = int((now - found.oldest_due).total_seconds() // 60)
        said.append(Text(N_("Messages have waited for {minutes} minutes."), {"minutes": minutes}))
    said += [
        Text(N_("“{campaign}” has stopped and waits for a coordinator."), {"campaign": each})
        for each in found.stopped
    ]
    said += [
        Text(
            N_("The feed {url} has failed since {since}: {error}"),
            {"url": each.url, "since": f"{each.since:%Y-%m-%d %H:%M} UTC", "error": each.error},
        )
        for each in found.failing
        if now - each.since >= FEED_AFTER
    ]
    if found.oldest_tip is not None and now - found.oldest_tip >= TIP_AFTER:
        sentence = N_("A message to the partnership has waited for {n} days. Send /messages.")
        said.append(Text(sentence, {"n": (now - found.oldest_tip).days}))
    if found.oldest_question is not None and now - found.oldest_question >= QUESTION_AFTER:
        sentence = N_("Nobody was asked for {n} days if services are still right.")
        said.append(Text(sentence, {"n": (now - found.oldest_question).days}))
    return said


def _stuck(found: Facts, oldest_due: datetime, now: datetime) -> bool:
    """Say whether copies wait and none has been settled for a while: a long queue is not stuck."""
    moved = max(filter(None, (oldest_due, found.last_settled)))
    return now - moved > STUCK_AFTER


def late(runs: Mapping[str, Run], now: datetime) -> list[Text]:
    """Return the jobs of this process that keep failing or have not run for too long."""
    said = []
    for name, run in runs.items():
        if run.errors:
            fields: dict[str, str | int] = {"job": name, "n": run.errors, "error": run.error or ""}
            said.append(Text(N_("The job “{job}” failed {n} times in a row: {error}"), fields))
        elif run.started is not None:
            if run.patience is not None and now - run.started > run.patience:
                sentence = N_("The job “{job}” has been under way since {since}.")
                said.append(_since(sentence, name, run.started))
        elif run.done is not None and now - run.done > 2 * run.every + _SLACK:
            said.append(_since(N_("The job “{job}” has not run since {since}."), name, run.done))
    return said


def _since(sentence: str, job: str, moment: datetime) -> Text:
    return Text(sentence, {"job": job, "since": f"{moment:%Y-%m-%d %H:%M} UTC"})
