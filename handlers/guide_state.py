"""From answers to the screen that belongs to them; used by the bot and by `guide check`. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from directory import alerting, flow, matcher
from directory.flow import Answers
from directory.index import Directory
from directory.model import Audience, Found, Match, Place, Query
from directory.needs import NEEDS
from directory.questions import Slot
from directory.rights import RightsCard
from handlers import alert_screens, guide_screens, rights_screens, screens
from handlers.callbacks import Route
from handlers.guide_screens import Aside, Here, Offer
from handlers.screens import Screen
from locales import Translator

MOST_MATCHES = 9  # three pages


@dataclass(frozen=True, slots=True)
class View:
    """Whom a screen is for and when.

    *link* makes a deep link from a start payload (only characters that Telegram allows in one).
    *right*: the public card about rights to offer beside results. *copy_of*: when the records
    were read last, while they cannot be reached; None when they can.
    """

    t: Translator
    directory: Directory
    at: datetime
    link: Callable[[str], str]
    audience: Audience = Audience.PUBLIC
    right: RightsCard | None = None
    copy_of: datetime | None = None


def unpack(packed: str, directory: Directory) -> Answers:
    """Return the answers in *packed*; an empty text is the start.

    Raises:
        StaleAnswers: they are from an older version, or forged.
    """
    return flow.unpack(packed, directory.gazetteer) if packed else flow.START


def screen(
    view: View,
    answers: Answers,
    *,
    page: int | None = None,
    notes: Sequence[str] = (),
    known: Found | None = None,
) -> Screen:
    """Return the question that is left, else the results; with a *page* the results at once.

    *known*: what was found for the answers, where the caller has it.
    """
    here = _here(answers, notes)
    if flow.is_put_off(answers):
        return guide_screens.not_now(view.t, here)
    asked = None
    if page is None or not flow.is_ready(answers):
        asked = flow.next_question(answers, view.directory)
    if asked is None:
        return _results(view, answers, here, page or 0, known or found(view, answers))
    choices = [
        (option, flow.pack(flow.answer(answers, asked, option.code)))
        for option in flow.options(asked, view.directory.gazetteer, view.t.language)
    ]
    if asked.is_place:
        here = replace(here, place_link=view.link(payload(screens.PLACE_PREFIX, here.packed)))
    return guide_screens.question(view.t, asked, choices, here)


def _results(view: View, answers: Answers, here: Here, page: int, shown: Found) -> Screen:
    """Return a page of the results; where nothing fitted, with the answer that left nothing."""
    if view.copy_of is not None:
        here = replace(here, notes=(*here.notes, _age(view.t, view.at - view.copy_of)))
    if shown.relaxed:
        here = replace(here, aside=_aside(view, answers))
    return guide_screens.results(view.t, shown, here, page, _offers(view, answers, here.packed))


def _age(t: Translator, since: timedelta) -> str:
    """Say that the records cannot be reached, and how old the copy is that answers."""
    hours = since // timedelta(hours=1)
    if hours < 1:
        return t.gettext("I cannot reach my records now. This is what I knew a short time ago.")
    told = t.ngettext(
        "I cannot reach my records now. This is what I knew {n} hour ago.",
        "I cannot reach my records now. This is what I knew {n} hours ago.",
        hours,
    )
    return t.fill(told, n=hours)


def _aside(view: View, answers: Answers) -> Aside | None:
    slot = flow.removed_by(answers, view.directory, view.audience)
    if slot is None:
        return None
    label = flow.label(answers, slot, view.directory.gazetteer)
    return None if label is None else Aside(label, flow.pack(flow.without(answers, slot)))


def _offers(view: View, answers: Answers, packed: str) -> list[Offer]:
    """Return the card about rights that fits, then news about the need.

    News only where they can be kept: not while the records cannot be reached.
    """
    offers = []
    if view.right is not None:
        words = rights_screens.offer(view.t, view.right)
        link = view.link(payload(f"{screens.RIGHT_PREFIX}{view.right.id}_", packed))
        pressed = screens.button(words, Route.RIGHT, view.right.id, packed)
        offers.append(Offer(pressed, link, f"📘 {words}"))
    need = alerting.wanted(answers)
    if need is not None and view.copy_of is None:
        words = alert_screens.offer(view.t)
        link = view.link(payload(screens.ALERT_PREFIX, packed))
        offers.append(Offer(screens.button(words, Route.ALERT, "new", need, packed), link, words))
    return offers


def found(view: View, answers: Answers) -> Found:
    """Return what the directory has for the answers.

    Places mainly about danger are left out where nobody asked about it: their names alone may
    harm somebody who is watched, and nobody was asked whether reading is safe.
    """
    query = _query(view, answers)
    found = matcher.find(view.directory, query, MOST_MATCHES)
    if flow.is_sensitive(answers):
        return found
    wanted = {*query.needs, *query.groups}
    kept = [
        each
        for each in found.matches
        if not NEEDS[each.service.needs[0]].danger or each.service.needs[0] in wanted
    ]
    return replace(found, matches=kept)


def chosen(view: View, answers: Answers, service_id: str) -> Match | None:
    """Return one service as it is listed for the answers; if it is not, as for `alone`."""
    match = matcher.one(view.directory, _query(view, answers), service_id)
    return match or alone(view, service_id)


def as_public(view: View) -> View:
    """Return *view* for a reader of whom nothing is known."""
    return replace(view, audience=Audience.PUBLIC)


def alone(view: View, service_id: str, place: Place | None = None) -> Match | None:
    """Return one service whatever was asked, if this reader may see it.

    *place*: from where it is looked at, if that is known.
    """
    known = view.directory.candidate(service_id)
    if known is None:
        return None
    query = Query(
        known.service.needs,
        view.at,
        place=place,
        language=view.t.language,
        audience=view.audience,
    )
    return matcher.one(view.directory, query, service_id)


def _query(view: View, answers: Answers) -> Query:
    return flow.to_query(
        answers,
        view.directory.gazetteer,
        at=view.at,
        language=view.t.language,
        audience=view.audience,
    )


def payload(prefix: str, packed: str) -> str:
    """Return a start payload that holds *packed*; its alphabet has no full stop (Bot API)."""
    return prefix + packed.replace(".", "_")


def packed_in(text: str, prefix: str) -> str:
    """Return the packed answers of a payload made by `payload`."""
    return text.removeprefix(prefix).replace("_", ".")


def _here(answers: Answers, notes: Sequence[str]) -> Here:
    # before a need was named there is nothing to go back to, though a place may be known
    first = answers.of(Slot.NEED) is None
    back = None if first else flow.pack(flow.back(answers))
    return Here(flow.pack(answers), back, notes, sensitive=flow.is_sensitive(answers))
