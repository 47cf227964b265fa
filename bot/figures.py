"""Figures for monitoring that are read when somebody asks: of the jobs, and of the database."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

import db.figures
from bot.jobs import Jobs
from db.engine import AWAY
from db.figures import Figures

FRESH = timedelta(seconds=5)  # so long the database is not asked again


class Page:
    """What Prometheus reads of one process; the database is asked every five seconds at most."""

    def __init__(self, registry: CollectorRegistry, jobs: Jobs) -> None:
        self._registry = registry
        self._jobs = jobs
        self._read_at: datetime | None = None
        self._figures: Figures | None = None
        self._registry.register(_State(lambda: self._figures, jobs))

    async def __call__(self) -> bytes:
        """Return all figures in Prometheus' text format."""
        now = self._jobs.app.clock()
        if self._read_at is None or now - self._read_at >= FRESH:
            self._read_at, self._figures = now, await self._read(now)
        return generate_latest(self._registry)

    async def _read(self, now: datetime) -> Figures | None:
        try:
            async with self._jobs.app.sessions() as session:
                return await db.figures.figures(session, now)
        except AWAY:
            return None  # then fingerpost_database_up says so


class _State(Collector):
    """How things stand, made at the moment they are asked for."""

    def __init__(self, figures: Callable[[], Figures | None], jobs: Jobs) -> None:
        self._figures = figures
        self._jobs = jobs

    def describe(self) -> list[Any]:  # Any: as the base class has it
        """Return nothing: what there is depends on the moment."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield how the jobs of this process stand, then what the database said."""
        leading = self._jobs.leading
        yield _one("leading", "1 if this process holds the lease of the jobs.", leading)
        if leading:
            yield from self._of_jobs()
        found = self._figures()
        yield _one("database_up", "1 if the database answered.", found is not None)
        if found is not None:
            yield from _of_database(found)

    def _of_jobs(self) -> Iterator[GaugeMetricFamily]:
        now, late, errors = self._jobs.app.clock(), {}, {}
        for name, run in self._jobs.runs.items():
            errors[name] = run.errors
            if run.started is not None:
                late[name] = 0.0  # sending may take minutes
            elif run.done is not None:
                late[name] = max(0.0, (now - run.done - run.every).total_seconds())
        yield _by("job_late_seconds", "For how long a job should be under way.", "job", late)
        yield _by("job_errors", "How often a job has failed in a row.", "job", errors)


def _of_database(found: Figures) -> Iterator[GaugeMetricFamily]:
    yield _one("led", "1 if some process holds the lease of the jobs.", found.led)
    yield _one("feeds_failing", "Feeds whose last check failed.", found.feeds_failing)
    yield _by("mails", "Mails by what became of them.", "status", found.mails)
    queue = GaugeMetricFamily(
        "fingerpost_queue",
        "Copies that wait or are on their way, by kind and state of their campaign.",
        labels=["kind", "state"],
    )
    for (kind, state), count in found.queue.items():
        queue.add_metric([kind, state], count)
    yield queue


def _one(name: str, meaning: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"fingerpost_{name}", meaning, value=float(value))


def _by(name: str, meaning: str, label: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"fingerpost_{name}", meaning, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family
