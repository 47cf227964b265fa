"""The card of one service: who it is for, how to reach it, and how sure we are. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from delivery.model import Button
from digests.clean import shorten
from directory import disclosure, facts
from directory.hours import closed_for_holiday
from directory.model import Channel, Confidence, Match, Referral, Service, Status
from directory.needs import NEEDS
from handlers import card_details, contact, pins
from handlers.callbacks import Route
from handlers.guide_screens import unchecked
from handlers.screens import Screen, button, clear_button, day, filled, framed, italic, paragraphs
from locales import SOURCE, Translator, translator
from people.model import Action, Person

Texts = Sequence[str | None]

_MOST_OWN = 5  # buttons; with Help now, back and languages they are eight
_MOST_TEXT = 4_096  # UTF-16 units (Bot API, sendMessage)
_LONGEST_NOTE = 700  # characters; notes are a few sentences


def card(
    t: Translator, match: Match, reader: Person, *, packed: str, at: datetime, zone: ZoneInfo
) -> Screen:
    """Show *match*: reasons, contact as far as it may be shown, who can refer, source date.

    Partners and coordinators see the notes for workers too.
    """
    worker = reader.may(Action.SEE_WORKER_SERVICES)
    match = disclosed(match)
    service = match.service
    danger = NEEDS[service.needs[0]].danger
    text = _fitted(
        t,
        (
            # what the list of chats shows of the message: neutral where it could do harm
            escape(t.gettext("Here is what you asked for.")) if danger else None,
            _title(t, service),
            "\n".join(f"• {escape(t.say(reason))}" for reason in match.reasons),
            _told(t, match, service.description),
            _standing(t, service),
            _reach(t, match, at, zone) if match.contact_shown else None,
            referral(t, match, worker=worker),
        ),
        (
            card_details.other_places(t, match),
            card_details.details(t, match, worker=worker),
            card_details.checked(t, service),
        ),
        (
            _worker_note(t, match) if worker else None,
            _sure(t, match),
            _doubted(t, service),
            unchecked(t, _reasons_in_english(match)) if danger else None,
        ),
    )
    rows = _buttons(t, match, reader, packed)
    back = button(t.gettext("‹ Back"), Route.RESULTS, packed, 0)
    return replace(framed(t, text, tuple(rows), packed=packed, back=back), after_promise=True)


def disclosed(match: Match) -> Match:
    """Return *match* with no text that tells a place which is kept secret."""
    return replace(match, service=disclosure.without_place(match.service))


def _buttons(t: Translator, match: Match, reader: Person, packed: str) -> list[tuple[Button, ...]]:
    """Return what one can do with the service, in rows; Help now and Back come below."""
    worker = reader.may(Action.SEE_WORKER_SERVICES)
    service = match.service
    danger = NEEDS[service.needs[0]].danger
    rows: list[tuple[Button, ...]] = []
    if website := service.url or service.organization_url:
        rows.append((Button(t.gettext("Website"), url=website),))
    if to_it := _map(t, match, packed):
        rows.append(to_it)
    if reader.may(Action.CONFIRM_SERVICE) and service.confirmed_on is None:
        confirm = button(t.gettext("All this is right today"), Route.CONFIRM, service.id, packed)
        rows.append((confirm,))
    rows.append(
        (
            button(t.gettext("Did this help?"), Route.ASK_HELPED, packed, service.id),
            button(t.gettext("Something is wrong"), Route.WRONG, packed, service.id),
        )
    )
    again = button(t.gettext("Start again"), Route.GUIDE, "")
    if danger and not worker:
        rows.append((again, clear_button(t)))
    elif sum(map(len, rows)) < _MOST_OWN:  # the list, one step back, has it too
        rows.append((again,))
    return rows


def _fitted(
    t: Translator,
    first: Sequence[str | None],
    more: Sequence[str | None],
    last: Sequence[str | None],
) -> str:
    """Return the paragraphs of a card; of *more*, those for which there is room in a message."""
    kept: list[str | None] = []
    for each in more:
        text = paragraphs(t, *first, *kept, each, *last)
        if len(text.encode("utf-16-le")) // 2 <= _MOST_TEXT:
            kept.append(each)
    return paragraphs(t, *first, *kept, *last)


def _map(t: Translator, match: Match, packed: str) -> tuple[Button, ...]:
    """Return the buttons that lead to a place that anybody may know."""
    found, link = pins.pin(match), pins.directions(match)
    buttons = []
    if found is not None and found.point is not None:
        buttons.append(button(t.gettext("Show on map"), Route.VENUE, packed, match.service.id))
    if link is not None:
        buttons.append(Button(t.gettext("Directions"), url=link))
    return tuple(buttons)


def _reasons_in_english(match: Match) -> str:
    english = translator(SOURCE)
    return "\n".join(english.say(reason) for reason in match.reasons)


def _title(t: Translator, service: Service) -> str:
    name = f"<b>{t.isolate(escape(service.name))}</b>"
    same = service.organization in service.name
    return name if same else f"{name}\n{t.isolate(escape(service.organization))}"


def _english(t: Translator, text: str) -> str:
    """Return words of the data set, which are English; say so to whoever reads another language."""
    shown = t.english(escape(text))
    if t.language == SOURCE:
        return shown
    return italic(t.gettext("This text is in English.")) + "\n" + shown


def _told(t: Translator, match: Match, text: str) -> str:
    """Return words of the data set; of a doubtful record without any way to reach somebody."""
    left = text if match.contact_shown else disclosure.without_contact(text)
    return _english(t, left or disclosure.HIDDEN)


def _standing(t: Translator, service: Service) -> str | None:
    words = {
        Status.FULL: t.gettext("⚠️ They were full when this was written. Ask before you go."),
        Status.PAUSED: t.gettext("⚠️ They had paused when this was written. Ask before you go."),
        Status.CLOSED: t.gettext("⚠️ This service has closed."),
        Status.UNKNOWN: t.gettext("⚠️ It is not known if this service is still open."),
        Status.OPEN: None,
    }[service.status]
    return escape(words) if words else None


def _reach(t: Translator, match: Match, at: datetime, zone: ZoneInfo) -> str:
    """List phone, e-mail, address, hours and distance; a confidential place has no address."""
    service = match.service
    lines = [
        f"📞 {escape(contact.phone(t, phone.number))}"
        + (f" ({t.isolate(escape(phone.label))})" if phone.label else "")
        for phone in service.phones
    ]
    if service.email:
        lines.append(f"✉️ {t.isolate(escape(service.email))}")
    if service.confidential_location:
        lines.append("📍 " + escape(t.gettext("The place is kept secret to keep people safe.")))
    elif address := pins.written(match.place):
        lines.append(f"📍 {t.isolate(escape(address))}")
    if match.distance_m is not None:
        lines.append("📏 " + escape(contact.distance(t, match.distance_m)))
    elif _is_by_phone(service):
        lines.append("📏 " + escape(t.gettext("By phone: you do not need to go there.")))
    lines += _hours(t, match, at, zone)
    return "\n".join(lines)


def _is_by_phone(service: Service) -> bool:
    """Say whether a call is all it takes, as far as the sources say."""
    goes = Channel.IN_PERSON in service.channels or service.access.walk_in
    hidden = service.confidential_location or service.address is not None
    return Channel.PHONE in service.channels and not goes and not hidden


def _hours(t: Translator, match: Match, at: datetime, zone: ZoneInfo) -> list[str]:
    place, lines = match.place, []
    holiday = closed_for_holiday(place.opening_hours, at, zone=zone.key)
    if (now := contact.opening(t, match.open_state, at, zone, holiday=holiday)) is not None:
        lines.append(f"🕒 <b>{escape(now)}</b>")
    if place.opening_hours and (words := contact.hours(t, place.opening_hours)):
        lines.append(escape(words))
    if place.hours_note:
        lines.append(_english(t, place.hours_note))
    return lines


def referral(t: Translator, match: Match, *, worker: bool) -> str:
    """Return how one gets in, as HTML; for a *worker* with what referrers should know."""
    service = match.service
    access = service.access
    if access.referral is Referral.AGENCY:
        words = t.gettext("A worker from another service must send you there.")
    elif access.walk_in:
        words = t.gettext("You can go there without an appointment.")
    elif access.appointment:
        words = t.gettext("You need an appointment. Ask for one first.")
    elif access.referral in (Referral.SELF, Referral.EITHER):
        words = t.gettext("You can ask them yourself.")
    else:
        words = t.gettext("Ask them how you can get help there.")
    lines = [escape(words)]
    if access.cost == "free":
        lines.append(escape(t.gettext("It is free.")))
    if service.referrer_note and (worker or access.referral is Referral.AGENCY):
        lines.append(_told(t, match, service.referrer_note))
    return "\n".join(lines)


def _worker_note(t: Translator, match: Match) -> str | None:
    note = match.service.note
    if not note:
        return None
    heading = escape(t.gettext("Note for staff who help people"))
    return f"<b>{heading}</b>\n{_told(t, match, shorten(note, _LONGEST_NOTE))}"


def _doubted(t: Translator, service: Service) -> str | None:
    """Say honestly since when nobody has stood by the facts, where somebody was asked."""
    if service.doubted_on is None:
        return None
    said = t.gettext(
        "⚠️ Since {date} nobody has told us if this is still right. Check before you go."
    )
    return filled(t, said, date=day(t, service.doubted_on))


def _sure(t: Translator, match: Match) -> str:
    """Say where the facts are from, how old they are, and what that means."""
    service = match.service
    if (vouched := facts.vouched_on(service)) is not None:
        confirmed = t.gettext("✅ A person checked this on {date}.")
        return filled(t, confirmed, date=day(t, vouched))
    if not match.contact_shown:
        return escape(
            t.gettext("❓ Nobody has checked this yet, so I show no number and no address.")
        )
    dated = contact.stated(t, contact.newest([each.stated_date for each in service.sources]))
    source = (
        filled(t, t.gettext("From public pages of {date}."), date=dated)
        if dated
        else escape(t.gettext("From public pages that show no date."))
    )
    if service.confidence is Confidence.MEDIUM:
        source += " " + escape(t.gettext("Check before you go: call or look at the website."))
    return f"ℹ️ {source}"
