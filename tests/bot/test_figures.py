"""How late the jobs are, as monitoring reads it."""

from datetime import timedelta

from prometheus_client import CollectorRegistry

from bot.figures import Page
from tests.bot.test_jobs import jobs_of, knock, stage

__all__ = ["stage"]  # a fixture


async def test_a_job_is_late_when_it_should_be_under_way_and_is_not(stage):
    jobs = jobs_of(stage)
    page = Page(CollectorRegistry(), jobs)
    await knock(jobs.schedule(), "lease")
    stage.clock.advance(timedelta(seconds=15))
    for started, late in ((None, "14.75"), (stage.clock(), "0.0")):
        jobs.runs["send"].started = started
        shown = (await page()).decode()
        assert f'fingerpost_job_late_seconds{{job="send"}} {late}' in shown
