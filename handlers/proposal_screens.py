"""Screens of changes that wait for a coordinator, and of what was changed. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from delivery.model import Button, Content
from directory.editing import Proposal, Refusal, State
from directory.facts import PLACE_FIELDS
from directory.history import Cause, Change, FieldChange
from directory.model import Service
from handlers import contact, fact_words
from handlers.callbacks import Route
from handlers.screens import Screen, bold, button, filled, paragraphs
from locales import Translator

_LONGEST_PAST = 150  # characters of one value in the list of what was changed
_MOST_SHOWN = 3_000  # characters of changes on a screen; with marks under 4,096


@dataclass(frozen=True, slots=True)
class Review:
    """A proposal as a coordinator sees it: *fields* as of now, *mark* of what is shown.

    *again*: something of it was changed since it was made.
    """

    service: Service
    proposal: Proposal
    fields: Sequence[FieldChange]
    mark: str
    again: bool = False


def came(t: Translator, review: Review) -> Content:
    """Tell coordinators that a partner wants to change something.

    An address is not in it: notices are kept in chats and in the outbox, where nobody could
    take it back if the place became confidential.
    """
    told = [each for each in review.fields if each.field not in PLACE_FIELDS]
    if len(told) < len(review.fields):
        look = button(t.gettext("Look at it"), Route.PROPOSAL, review.proposal.id)
        return Content((paragraphs(t, _wants(t, review.service)),), ((look,),))
    return Content((_review(t, review),), (_decide(t, review),))


def review(t: Translator, shown: Review) -> Screen:
    """Show a proposal: what it changes now, and the decision."""
    back = button(t.gettext("‹ Back"), Route.EDIT, shown.service.id)
    return Screen(_review(t, shown), (_decide(t, shown), (back,)))


def _review(t: Translator, shown: Review) -> str:
    again = t.gettext("This was changed again since. Look at the service first.")
    return paragraphs(
        t,
        _wants(t, shown.service),
        escape(again) if shown.again else None,
        fact_words.difference(t, shown.fields),
        fact_words.beside(t, shown.service, shown.fields),
    )


def _wants(t: Translator, service: Service) -> str:
    sentence = filled(t, t.gettext("A partner wants to change {name}."), name=service.name)
    return f"<b>{sentence}</b>"


def _decide(t: Translator, shown: Review) -> tuple[Button, ...]:
    number = shown.proposal.id
    return (
        button(t.gettext("Approve"), Route.PROPOSAL, number, "approve", shown.mark),
        button(t.gettext("Reject"), Route.PROPOSAL, number, "why"),
    )


def why(t: Translator, proposal_id: int) -> Screen:
    """Ask why a change is not taken; the partner reads the answer."""
    rows = tuple(
        (button(words, Route.PROPOSAL, proposal_id, "refuse", reason),)
        for reason, words in _reasons(t).items()
    )
    back = (button(t.gettext("‹ Back"), Route.PROPOSAL, proposal_id),)
    return Screen(bold(t.gettext("Why not? The partner reads your answer.")), (*rows, back))


def _reasons(t: Translator) -> dict[Refusal, str]:
    return {
        Refusal.UNCLEAR: t.gettext("It is not clear enough."),
        Refusal.UNSURE: t.gettext("We could not check it."),
        Refusal.PRIVATE: t.gettext("It says something private."),
        Refusal.OTHER: t.gettext("Please talk to a coordinator about it."),
    }


def approved(t: Translator, service: Service, proposal: Proposal) -> Content:
    """Tell the partner that a change is public."""
    sentence = t.gettext("Your change is public now: {name}.")
    return Content((_told(t, sentence, service, proposal.fields, None),))


def refused(t: Translator, service: Service, proposal: Proposal, reason: Refusal) -> Content:
    """Tell the partner that a change was not taken, and why."""
    sentence = t.gettext("A coordinator did not take your change: {name}.")
    again = button(t.gettext("Change it"), Route.EDIT, service.id)
    text = _told(t, sentence, service, proposal.fields, _reasons(t)[reason])
    return Content((text,), ((again,),))


def taken_back(t: Translator, service: Service, fields: Sequence[FieldChange]) -> Content:
    """Tell the partner that a coordinator took their change back."""
    sentence = t.gettext("A coordinator took your change back: {name}.")
    return Content((_told(t, sentence, service, fields, None),))


def _told(
    t: Translator,
    sentence: str,
    service: Service,
    fields: Sequence[FieldChange],
    reason: str | None,
) -> str:
    names = dict.fromkeys(fact_words.name(t, each.field) for each in _spoken(fields))
    return paragraphs(
        t,
        filled(t, sentence, name=service.name),
        escape(", ".join(names), quote=False),
        escape(reason) if reason else None,
    )


# what is left of a change after its address was taken out: nothing that could be taken back
_LEFT_OVER = frozenset({"location", "status_date", "checks"})


def _spoken(fields: Sequence[FieldChange]) -> list[FieldChange]:
    return [each for each in fields if each.field not in fact_words.SILENT]


def changed(t: Translator, service: Service, change: Change) -> Content:
    """Tell coordinators what a partner changed that is public already, with a way back."""
    sentence = filled(
        t, t.gettext("A partner changed {name}. It is public already."), name=service.name
    )
    told = [each for each in change.fields if each.field not in PLACE_FIELDS]
    text = paragraphs(t, f"<b>{sentence}</b>", fact_words.difference(t, told))
    undo = button(t.gettext("Take it back"), Route.UNDO, change.id)
    return Content((text,), ((undo,),))


def decided(t: Translator, service_id: str, state: State) -> Screen:
    """Confirm to who decided, or took back, what became of a proposal."""
    told = {
        State.APPROVED: t.gettext("Done. It is public now."),
        State.REFUSED: t.gettext("Done. I tell the partner."),
        State.WITHDRAWN: t.gettext("You took your change back."),
    }
    rows = ((button(t.gettext("Change something else"), Route.EDIT, service_id),),)
    return Screen(escape(told[state]), rows)


def history(t: Translator, service: Service, changes: Sequence[Change], zone: ZoneInfo) -> Screen:
    """List the newest changes of a service, each with a way to take it back; no names."""
    title = bold(t.gettext("What was changed"))
    parts, rows = [f"<b>{t.isolate(escape(service.name))}</b>\n{title}"], []
    for number, each in enumerate(changes, start=1):
        part = f"{number}. {_entry(t, each, zone)}"
        if sum(map(len, parts)) + len(part) > _MOST_SHOWN:
            break
        parts.append(part)
        if any(field.field not in _LEFT_OVER for field in each.fields):
            label = t.fill(t.gettext("Take back {number}"), number=number)
            rows.append(button(label, Route.UNDO, each.id))
    paired = [tuple(rows[at : at + 2]) for at in range(0, len(rows), 2)]
    back = (button(t.gettext("‹ Back"), Route.EDIT, service.id),)
    return Screen(paragraphs(t, *parts), (*paired, back))


def _entry(t: Translator, change: Change, zone: ZoneInfo) -> str:
    moment = format_datetime(
        change.deed.at.astimezone(zone), "short", locale=contact.locale_of(t), tzinfo=zone
    )
    who = escape(_who(t, change.deed.cause))
    head = f"<i>{t.isolate(escape(moment))}</i> · {who}"
    spoken = _spoken(change.fields)
    if not spoken:
        return head
    return f"{head}\n{fact_words.difference(t, spoken, longest=_LONGEST_PAST)}"


def _who(t: Translator, cause: Cause) -> str:
    return {
        Cause.PACK: t.gettext("From the list of the city"),
        Cause.IMPORT: t.gettext("From another directory"),
        Cause.OWNER: t.gettext("A partner of the service"),
        Cause.COORDINATOR: t.gettext("A coordinator"),
        Cause.FRESHNESS: t.gettext("Nobody answered"),
        Cause.UNDO: t.gettext("Taken back by a coordinator"),
    }[cause]
