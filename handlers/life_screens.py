"""Screens of an urgent update once it is submitted: its time, the decision, what follows. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from zoneinfo import ZoneInfo

import locales
from delivery.broadcast import Broadcast, State
from delivery.model import Button, Content
from delivery.timing import Plan, Quiet
from digests.topics import Topic
from directory.places import District
from handlers import broadcast_screens, news_screens, subscription_screens
from handlers.callbacks import Route
from handlers.price_screens import cost, priced
from handlers.screens import Rows, Screen, bold, button, day, filled, italic, paragraphs
from handlers.update_names import heading, moment
from locales import Translator
from people.voice import FEWEST


@dataclass(frozen=True, slots=True)
class Seen:
    """An update as it stands: its *plan* if it is approved now, in the time of *zone*.

    *stars*: what sending it costs at most, None where nothing is paid for. *counts*: how many
    get it by language, None where that was not asked.
    """

    broadcast: Broadcast
    plan: Plan
    quiet: Quiet | None
    zone: ZoneInfo
    topics: Sequence[Topic] = ()
    districts: Sequence[District] = ()
    stars: int | None = None
    counts: Mapping[str, int] | None = None

    @property
    def mark(self) -> str:
        """What a button says of the plan and the price that were shown."""
        return self.plan.mark if self.stars is None else f"{self.plan.mark}.{self.stars}"

    def was_shown(self, mark: str) -> bool:
        """Say whether a button with *mark* stood under this plan, and under no lower price."""
        if self.stars is None:
            return mark == self.plan.mark
        shown, _, stars = mark.rpartition(".")
        return shown == self.plan.mark and stars.isdigit() and int(stars) >= self.stars


def reached(t: Translator, seen: Seen) -> list[str | None]:
    """Say as HTML how many get it, and who of them in English; nothing where nobody asked.

    Of newcomers no number that could tell of one family.
    """
    if seen.counts is None:
        return []
    of, total = seen.broadcast, sum(seen.counts.values())
    if news_screens.is_few(of.audience, total):
        said = filled(t, t.gettext("Recipients: fewer than {fewest}"), fewest=FEWEST)
    else:
        said = filled(t, t.gettext("Recipients: {n}"), n=total)
    return [said, *broadcast_screens.by_languages(t, of.texts, of.audience, seen.counts)]


def planned(t: Translator, seen: Seen) -> str:
    """Say when the update leaves once it is approved, why then, and how it repeats."""
    plan = seen.plan
    if plan.leaves is None:
        when = filled(
            t,
            t.gettext("Once approved, it leaves after {n} seconds."),
            n=int(plan.undo.total_seconds()),
        )
    else:
        leaves = t.gettext("Once approved, it leaves on {moment}.")
        when = filled(t, leaves, moment=moment(t, plan.leaves, seen.zone))
    danger = t.gettext("Danger to life: it is sent in quiet hours too.")
    lines = (
        escape(danger) if seen.broadcast.shape.danger else None,
        quiet(t, seen),
        when,
        _repeats(t, plan.every, plan.until),
        cost(t, seen.stars, each_time=plan.every is not None),
    )
    return "\n".join(line for line in lines if line)


def back(t: Translator, broadcast_id: int) -> Button:
    """Return the button that leads back to an update."""
    return button(t.gettext("‹ Back"), Route.BROADCAST, broadcast_id)


def quiet(t: Translator, seen: Seen) -> str | None:
    """Say that quiet hours change when an update leaves, None where they do not."""
    if not seen.plan.quiet or seen.quiet is None:
        return None
    return filled(
        t,
        t.gettext("Nothing is sent in the quiet hours, from {start} to {end}."),
        start=subscription_screens.clock(t, seen.quiet.start),
        end=subscription_screens.clock(t, seen.quiet.end),
    )


def _repeats(t: Translator, every: int | None, until: date | None) -> str | None:
    if every is None or until is None:
        return None
    sentence = t.ngettext(
        "Then it is sent again every day until {day}.",
        "Then it is sent again every {n} days until {day}.",
        every,
    )
    return filled(t, sentence, n=every, day=day(t, until))


def waiting(t: Translator, seen: Seen, others: int) -> Screen:
    """Tell the author that the others have been asked; offer a time, repeats, taking it back."""
    asked = t.ngettext(
        "I asked {n} other coordinator to approve it.",
        "I asked {n} other coordinators to approve it.",
        others,
    )
    nobody = t.gettext("There is no other coordinator yet, so nobody can approve it.")
    text = filled(t, asked, n=others) if others else escape(nobody)
    return Screen(paragraphs(t, text, planned(t, seen)), _of_author(t, seen.broadcast.id))


def review(
    t: Translator, seen: Seen, reader: int | None = None, *, changed: bool = False
) -> Content:
    """Show what one coordinator wants to send, with what *reader* may do about it.

    *changed*: the reader has pressed Approve under a plan that is no longer so.
    """
    broadcast = seen.broadcast
    when = broadcast.submitted_at or broadcast.created_at
    look = t.gettext("The plan has changed since you looked. Please check it again.")
    own = reader is not None and reader == broadcast.author_id
    waits = t.gettext("An urgent update waits for your approval")
    head = paragraphs(
        t,
        bold(look) if changed else None,
        bold(state(t, State.PENDING) if own else waits),
        heading(t, broadcast),
        *whom(t, seen),
        *reached(t, seen),
        filled(t, t.gettext("Written on {date}"), date=day(t, when.date())),
        planned(t, seen),
        escape(t.gettext("Check the facts, the numbers and every language.")),
    )
    rows = _of_author(t, broadcast.id) if own else _of_others(t, seen)
    return Content((head, *words(t, broadcast)), rows, broadcast.shape.attachment)


def whom(t: Translator, seen: Seen) -> tuple[str, str]:
    """Say as HTML for whom an update is, and which of them; that is empty where all are."""
    broadcast = seen.broadcast
    wanted = broadcast_screens.audience(t, broadcast.audience)
    only = broadcast_screens.narrowing(t, broadcast.shape.only, seen.topics, seen.districts)
    return filled(t, t.gettext("For: {audience}"), audience=wanted), "\n".join(only)


def words(t: Translator, broadcast: Broadcast) -> list[str]:
    """Return the update's words, each language under its own name, then what its buttons say."""
    machine = t.gettext("A computer translated this. No person has checked it yet.")
    parts = [
        paragraphs(
            t,
            f"<b>{locales.isolated(escape(locales.native_name(code)))}</b>",
            italic(machine) if code in broadcast.shape.machine else None,
            t.quoted(code, text),
        )
        for code, text in sorted(broadcast.texts.items())
    ]
    buttons = broadcast_screens.buttons(t, broadcast.shape, broadcast.audience)
    return [*parts, buttons] if buttons else parts


def _of_author(t: Translator, broadcast_id: int) -> Rows:
    return (
        *_plan_rows(t, broadcast_id),
        (button(t.gettext("Emergency: do not wait"), Route.LIFE, broadcast_id, "alone"),),
        (button(t.gettext("Take it back"), Route.BROADCAST_ACT, broadcast_id, "cancel"),),
    )


def _of_others(t: Translator, seen: Seen) -> Rows:
    number = seen.broadcast.id
    now = t.gettext("Approve and send")
    label = now if seen.plan.leaves is None else t.gettext("Approve for this time")
    label = priced(t, label, seen.stars)
    approve = button(label, Route.BROADCAST_ACT, number, "approve", seen.mark)
    reject = button(t.gettext("Reject"), Route.BROADCAST_ACT, number, "reject")
    return ((approve,), (reject,), *_plan_rows(t, number))


def _plan_rows(t: Translator, broadcast_id: int) -> Rows:
    return (
        (button(t.gettext("Choose when it leaves"), Route.LIFE, broadcast_id, "when"),),
        (button(t.gettext("Repeat it"), Route.LIFE, broadcast_id, "repeat"),),
    )


def outcome(
    t: Translator, broadcast: Broadcast, reached: State, plan: Plan | None, zone: ZoneInfo
) -> Content:
    """Tell who did not do it what somebody decided, with a way to look at it.

    *plan*: of an approval; when it leaves at once it can be undone from here.
    """
    rows: Rows = (look(t, broadcast.id),)
    told = [heading(t, broadcast), escape(state(t, reached))]
    if plan is not None and plan.leaves is not None:
        told.append(leaves(t, plan.leaves, zone))
    elif plan is not None:
        told.append(_leaving(t, plan))
        rows = ((_undo(t, broadcast.id),), *rows)
    return Content((paragraphs(t, *told),), rows)


def leaves(t: Translator, at: datetime, zone: ZoneInfo) -> str:
    """Say when an approved update leaves."""
    return filled(t, t.gettext("It leaves on {moment}."), moment=moment(t, at, zone))


def scheduled(t: Translator, seen: Seen) -> Content:
    """Show an approved update that waits for its time, with what can still be changed."""
    broadcast, zone = seen.broadcast, seen.zone
    assert broadcast.send_at is not None
    text = paragraphs(
        t,
        heading(t, broadcast),
        escape(t.gettext("It is approved, but not sent yet.")),
        *whom(t, seen),
        *reached(t, seen),
        leaves(t, broadcast.send_at, zone),
        _repeats(t, broadcast.shape.every, broadcast.until),
        cost(t, seen.stars, each_time=broadcast.shape.every is not None),
    )
    number = broadcast.id
    now = priced(t, t.gettext("Send it now"), seen.stars)
    rows: Rows = (
        (button(now, Route.BROADCAST_ACT, number, "now"),),
        (button(t.gettext("Choose when it leaves"), Route.LIFE, number, "when"),),
        (button(t.gettext("Do not send it"), Route.BROADCAST_ACT, number, "cancel"),),
    )
    return Content((*words(t, broadcast), text), rows, broadcast.shape.attachment)


def undo(t: Translator, broadcast: Broadcast, plan: Plan) -> Screen:
    """Tell who let it leave how long that can be undone."""
    text = paragraphs(t, escape(state(t, State.APPROVED)), _leaving(t, plan))
    return Screen(text, ((_undo(t, broadcast.id),),))


def _leaving(t: Translator, plan: Plan) -> str:
    seconds = int(plan.undo.total_seconds())
    leaves = t.gettext("It leaves after {n} seconds. Until then you can undo it.")
    after = escape(t.gettext("If you undo it, nobody gets it, now or later."))
    return f"{filled(t, leaves, n=seconds)}\n{after}"


def _undo(t: Translator, broadcast_id: int) -> Button:
    return button(t.gettext("Undo"), Route.BROADCAST_ACT, broadcast_id, "undo")


def look(t: Translator, broadcast_id: int) -> tuple[Button, ...]:
    """Return the row that leads to an update."""
    return (button(t.gettext("Look at it"), Route.BROADCAST, broadcast_id),)


def ask_why(t: Translator) -> Screen:
    """Ask an author why the update cannot wait for a second person."""
    return Screen(
        paragraphs(
            t,
            bold(t.gettext("Why can this not wait for a second person?")),
            escape(t.gettext("Write it in one message. Every coordinator will read it.")),
            escape(t.gettext("Send /cancel to stop.")),
        )
    )


def confirm_alone(t: Translator, seen: Seen, why: str) -> Screen:
    """Read the reason back, and ask for the second step of sending it alone."""
    number = seen.broadcast.id
    told = t.gettext(
        "You send this update without a second person. All other coordinators are told at once."
    )
    text = paragraphs(
        t, escape(told), filled(t, t.gettext("Your reason: {reason}"), reason=why), planned(t, seen)
    )
    alone = priced(t, t.gettext("Send it without a second person"), seen.stars)
    rows: Rows = (
        (button(alone, Route.LIFE, number, "confirm", seen.mark),),
        (back(t, number),),
    )
    return Screen(text, rows)


def sent_alone(t: Translator, seen: Seen, organisation: str | None, why: str) -> Content:
    """Tell every other coordinator at once that an update was approved by its author, and why."""
    by = t.gettext("A coordinator wrote it and approved it alone.")
    of = t.gettext("A coordinator of {organisation} wrote it and approved it alone.")
    who = escape(by) if organisation is None else filled(t, of, organisation=organisation)
    head = paragraphs(
        t,
        bold(t.gettext("An urgent update was sent without a second person")),
        who,
        filled(t, t.gettext("The reason: {reason}"), reason=why),
        *whom(t, seen),
        _leaving(t, seen.plan)
        if seen.plan.leaves is None
        else leaves(t, seen.plan.leaves, seen.zone),
        _repeats(t, seen.plan.every, seen.plan.until),
        cost(t, seen.stars, each_time=seen.plan.every is not None),
    )
    number = seen.broadcast.id
    first = (
        _undo(t, number)
        if seen.plan.leaves is None
        else button(t.gettext("Do not send it"), Route.BROADCAST_ACT, number, "cancel")
    )
    return Content((head, *words(t, seen.broadcast)), ((first,), look(t, number)))


def state(t: Translator, reached: State) -> str:
    """Say where a broadcast stands that is not being sent."""
    return {
        State.DRAFT: t.gettext("This update is still being written."),
        State.PENDING: t.gettext("This update waits for approval."),
        State.SCHEDULED: t.gettext("This update is approved and waits for its time."),
        State.APPROVED: t.gettext("This update is approved."),
        State.REJECTED: t.gettext("This update was rejected. Nobody gets it."),
        State.CANCELLED: t.gettext("This update was taken back. Nobody gets it."),
    }[reached]
