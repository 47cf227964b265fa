"""One round of the freshness loop: who is asked, who is told, what is lowered or hidden.

What is queued and what is noted about it are one transaction: a crash asks nobody twice and
forgets nobody.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

import db.changes
import db.freshness
import db.outbox
import db.outcomes
from db.changes import Hidden
from db.freshness import WARNED, Outcome, Task
from delivery.model import Content
from digests.compile import iso_week
from directory import calls, freshness
from directory.calls import Call, Doubt
from directory.freshness import Answer, Case, Round, Shelf, Step
from directory.history import Cause, Deed
from directory.model import Service
from handlers import freshness_lists, freshness_screens, notify
from handlers.context import App
from handlers.freshness_lists import Silence
from handlers.freshness_screens import Asked
from locales import Translator
from people import voice
from people.owners import Staff

log = logging.getLogger(__name__)

_SHOWN_IN = timedelta(weeks=4)
_PHONED_IN = timedelta(days=28)
_MONDAY_LIST = timedelta(days=7)  # whoever was phoned in vain is listed again after this
_MOST_TOLD = 20  # services in the day's message; the others wait until tomorrow


@dataclass(slots=True)
class View:
    """Everything that a round looks at, read in one transaction."""

    now: datetime
    app: App
    staff: Staff
    cases: Mapping[str, Case]
    tasks: Sequence[Task]
    shelf: Shelf
    steps: dict[Step, list[Case]] = field(default_factory=dict)

    def of(self, step: Step) -> list[Case]:
        """Return the cases for which *step* is next."""
        return self.steps.get(step, [])


async def run(app: App) -> dict[Step, list[str]]:
    """Do one round if people may be asked now; return the ids of services by what was done."""
    now = app.clock()
    directory = await app.directory()
    if not freshness.is_working(now.astimezone(app.zone), directory.country):
        return {}
    async with app.sessions.begin() as session:
        view = await look(session, app, directory.services, now)
        done: dict[Step, list[str]] = {}
        for act in (_settle, _ask, _tell, _lower):
            for step, ids in (await act(session, view)).items():
                done.setdefault(step, []).extend(ids)
        await _list_calls(session, view)
    if any(done.get(step) for step in (Step.SETTLE, Step.LOWER, Step.HIDE)):
        app.changed()
    counts = {step.value: len(ids) for step, ids in done.items() if ids}
    log.info("freshness looked at", extra={"services": len(view.cases), **counts})
    return done


async def look(session: AsyncSession, app: App, services: Sequence[Service], now: datetime) -> View:
    """Return where every service is, with a plan for those that have none yet."""
    known = await read(session, services, now)
    await db.freshness.begin(session, known.planned)
    silenced = [case.service for case in known.cases.values() if case.hidden]
    shelf = Shelf.of(services, silenced)
    view = View(now, app, known.staff, known.cases, known.tasks, shelf)
    for case in known.cases.values():
        if (next_ := freshness.step(case, now, app.zone)) is not None:
            view.steps.setdefault(next_, []).append(case)
    return view


@dataclass(frozen=True, slots=True)
class Known:
    """What the database knows of the loop; *planned*: first questions that it does not know."""

    staff: Staff
    cases: Mapping[str, Case]
    tasks: Sequence[Task]
    planned: Mapping[str, datetime]


async def read(session: AsyncSession, services: Sequence[Service], now: datetime) -> Known:
    """Return where every service is; *services* are those that are shown. Changes nothing."""
    rounds = await db.freshness.rounds(session)
    said = await db.freshness.said(session)
    new = [each for each in services if each.id not in rounds]
    planned = freshness.first_due(new, said, now)
    rounds |= {service_id: Round(service_id, at) for service_id, at in planned.items()}
    tasks = await db.freshness.open_tasks(session)
    staff = await db.freshness.staff(session)
    proposed = await db.freshness.proposed(session, since=now - freshness.PROPOSAL_WAITS)
    warned = {task.service_id: task.opened_at for task in tasks if task.kind == WARNED}
    kept = await db.freshness.closed_since(session, WARNED, Outcome.KEPT, now - freshness.KEPT_FOR)
    silenced = {each.id: each for each in await db.freshness.silenced(session)}
    cases = {
        each.id: Case(
            each,
            rounds[each.id],
            has_owner=bool(staff.owners(each.id, each.organization)),
            said_at=said.get(each.id),
            proposed=each.id in proposed,
            hidden=each.id in silenced,
            warned_at=warned.get(each.id),
            kept_at=kept.get(each.id),
        )
        for each in (*services, *silenced.values())
        if each.id in rounds
    }
    return Known(staff, cases, tasks, planned)


async def _settle(session: AsyncSession, view: View) -> dict[Step, list[str]]:
    """End the rounds and the tasks of services that a person has put right since."""
    for case in view.of(Step.SETTLE):
        assert case.said_at is not None
        due = case.said_at + freshness.period(case.service)
        await end_round(session, case.service.id, Answer.CHANGED, due, now=case.said_at)
        if case.hidden:
            await db.changes.hide(session, case.service.id, None, Deed(Cause.FRESHNESS, view.now))
    for task in view.tasks:
        case_ = view.cases.get(task.service_id)
        if case_ is not None and case_.said_at is not None and case_.said_at > task.opened_at:
            await db.freshness.close_tasks(
                session, [task.service_id], Outcome.CHANGED, view.now, kind=task.kind
            )
            if case_.round.asked_at is None:
                await db.changes.doubt(session, task.service_id, None, now=view.now)
    return {Step.SETTLE: _ids(view.of(Step.SETTLE))}


async def end_round(
    session: AsyncSession,
    service_id: str,
    answer: Answer,
    due: datetime,
    *,
    now: datetime,
    by: int | None = None,
) -> None:
    """Note an answer: no doubt is left, what waited for it is done, *due* is the next question.

    *now*: when it was given; what was reported since stays open.
    """
    await db.freshness.answered(session, service_id, answer, due, now)
    await db.changes.doubt(session, service_id, None, now=now)
    outcome = {
        Answer.RIGHT: Outcome.RIGHT,
        Answer.CLOSED: Outcome.CLOSED,
    }.get(answer, Outcome.CHANGED)
    await db.freshness.close_tasks(session, [service_id], outcome, now, by=by)


async def _ask(session: AsyncSession, view: View) -> dict[Step, list[str]]:
    """Ask and remind owners: each person gets one message, whatever it is about."""
    waiting: dict[int, list[Case]] = {}
    done: dict[Step, list[str]] = {}
    for step in (Step.REMIND, Step.ASK):
        cases = [case for case in view.of(step) if case.has_owner]
        noted = await db.freshness.note(session, step, _ids(cases), view.now)
        done[step] = sorted(noted)
        for case in cases:
            service = case.service
            if service.id in noted:
                for person in view.staff.owners(service.id, service.organization):
                    waiting.setdefault(person.id, []).append(case)
    for person_id, cases in sorted(waiting.items()):
        name = notify.private_campaign("fresh")
        await notify.one(session, name, person_id, _asking(view, cases), now=view.now)
    return done


class _Asking:
    """Builds the message to one owner."""

    def __init__(self, view: View, cases: Sequence[Case]) -> None:
        self._view, self._cases = view, cases

    def __call__(self, t: Translator) -> Content:
        if len(self._cases) > 1:
            services = [case.service for case in self._cases]
            return freshness_screens.content(freshness_screens.several(t, services, 0))
        (case,) = self._cases
        view = self._view
        asked = Asked(case.service, view.now, view.app.zone, since=case.round.asked_at)
        return freshness_screens.content(freshness_screens.question(t, asked))


def _asking(view: View, cases: Sequence[Case]) -> _Asking:
    return _Asking(view, cases)


async def _tell(session: AsyncSession, view: View) -> dict[Step, list[str]]:
    """Tell coordinators for whom nobody answers: one message a day, and only if they are there.

    Nothing is hidden on a day on which nobody could be told.
    """
    today = view.app.today()
    name = f"notice:fresh:{today:%Y%m%d}"
    silences = _silences(view) if view.staff.coordinators else []
    if not silences or await db.outbox.find(session, name) is not None:
        return {}
    done: dict[Step, list[str]] = {}
    for silence in silences:
        done.setdefault(silence.step, []).append(silence.service.id)
    await _note_told(session, view, done)
    await notify.coordinators(
        session, name, lambda t: freshness_lists.summary(t, silences), now=view.now
    )
    return done


def _silences(view: View) -> list[Silence]:
    """Return what coordinators are told today, the most urgent first.

    Only what its needs can spare is hidden or announced; what is announced counts as hidden.
    """
    going = [case for case in view.of(Step.HIDE) if view.shelf.takes(case.service)]
    for case in view.cases.values():
        if case.warned_at is not None and not case.hidden and case not in going:
            view.shelf.takes(case.service)
    warned = [case for case in view.of(Step.WARN) if view.shelf.takes(case.service)]
    told = [
        *((Step.HIDE, case) for case in going),
        *((Step.WARN, case) for case in warned),
        *((Step.ESCALATE, case) for case in view.of(Step.ESCALATE)),
        *((Step.ASK, case) for case in _alone(view)),
    ]
    return [_silence(view, case, step) for step, case in told[:_MOST_TOLD]]


def _alone(view: View) -> list[Case]:
    """Return the services without an owner that coordinators are asked about today, oldest first.

    The others wait: who was not asked is not hidden.
    """
    alone = [case for case in view.of(Step.ASK) if not case.has_owner]
    alone.sort(key=lambda case: (case.round.due_at, case.service.id))
    return alone[: freshness.MOST_A_DAY]


def _silence(view: View, case: Case, step: Step) -> Silence:
    zone, today = view.app.zone, view.app.today()
    asked = case.round.asked_at or view.now
    over = freshness.is_over(case.service, today)
    notice = freshness.EXPIRED_NOTICE if over else freshness.NOTICE
    until = today + notice if step is Step.WARN else None
    return Silence(case.service, step, asked.astimezone(zone).date(), until)


async def _note_told(session: AsyncSession, view: View, done: Mapping[Step, Sequence[str]]) -> None:
    """Note and do what coordinators are told of."""
    asked, now = list(done.get(Step.ASK, ())), view.now
    await db.freshness.note(session, Step.ASK, asked, now)
    await db.freshness.note(session, Step.ESCALATE, [*asked, *done.get(Step.ESCALATE, ())], now)
    for service_id in done.get(Step.WARN, ()):
        await db.freshness.open_task(session, service_id, WARNED, now)
    for service_id in done.get(Step.HIDE, ()):
        await _hide(session, view, view.cases[service_id])


async def _hide(session: AsyncSession, view: View, case: Case) -> None:
    """Hide a service; the question stays open, and an answer brings it back."""
    over = freshness.is_over(case.service, view.app.today())
    reason = Hidden.EXPIRED if over else Hidden.UNCONFIRMED
    service_id, now = case.service.id, view.now
    await db.changes.hide(session, service_id, reason, Deed(Cause.FRESHNESS, now))
    await db.freshness.close_tasks(session, [service_id], Outcome.HIDDEN, now, kind=WARNED)


async def _lower(session: AsyncSession, view: View) -> dict[Step, list[str]]:
    cases = view.of(Step.LOWER)
    for case in cases:
        assert case.round.asked_at is not None
        since = case.round.asked_at.astimezone(view.app.zone).date()
        await db.changes.doubt(session, case.service.id, since, now=view.now)
    await db.freshness.note(session, Step.LOWER, _ids(cases), view.now)
    return {Step.LOWER: _ids(cases)}


async def _list_calls(session: AsyncSession, view: View) -> None:
    """Give coordinators the week's list of whom to phone, on its first working day."""
    name = f"notice:calls:{iso_week(view.now, view.app.zone)}"
    if not view.staff.coordinators or await db.outbox.find(session, name) is not None:
        return
    found = await to_call(session, view)
    if not found:
        return
    await notify.coordinators(
        session,
        name,
        lambda t: freshness_screens.content(freshness_lists.calls(t, found)),
        now=view.now,
    )


async def to_call(session: AsyncSession, view: View) -> list[Call]:
    """Return whom coordinators should phone first; not again within a week of a call in vain."""
    now, zone = view.now, view.app.zone
    since = iso_week(now - _SHOWN_IN, zone)
    outcomes = await db.outcomes.of_services(session, since=since)
    phoned = await db.freshness.closed_since(
        session, db.freshness.PHONED, Outcome.NO_ANSWER, now - _PHONED_IN
    )
    reports: dict[str, dict[str, int]] = {}
    for task in view.tasks:
        if task.kind != WARNED:
            reports.setdefault(task.service_id, {})[task.kind] = task.reports
    doubts = []
    for case in view.cases.values():
        service_id, asked = case.service.id, case.round.asked_at
        if service_id in phoned and now - phoned[service_id] < _MONDAY_LIST - timedelta(days=1):
            continue
        silent = case.round.escalated_at is not None and asked is not None
        doubt = Doubt(
            case.service,
            reports.get(service_id, {}),
            outcomes.get((service_id, voice.SHOWN), 0),
            asked.astimezone(zone).date() if silent and asked is not None else None,
            phoned=service_id in phoned,
        )
        doubts.append(doubt)
    return calls.first(doubts, view.app.today())


def _ids(cases: Iterable[Case]) -> list[str]:
    return [case.service.id for case in cases]
