"""Screens of invitations and partners. Pure."""

from collections.abc import Sequence
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from handlers import contact
from handlers.callbacks import Route
from handlers.screens import Screen, bold, button, filled, paragraphs
from locales import Translator
from people.invites import Invite
from people.model import Person


def invited(t: Translator, organisation: str, link: str, *, days: int) -> Screen:
    """Give the coordinator the one-time link to pass on."""
    return Screen(
        paragraphs(
            t,
            filled(
                t,
                t.ngettext(
                    "This link makes one person a partner of {organisation}. "
                    "It works once, for {days} day.",
                    "This link makes one person a partner of {organisation}. "
                    "It works once, for {days} days.",
                    days,
                ),
                organisation=organisation,
                days=days,
            ),
            escape(link),
            escape(t.gettext("Send it only to that person. Send /partners to withdraw it.")),
        )
    )


def welcome(t: Translator, organisation: str) -> Screen:
    """Greet somebody who has just become a partner."""
    return Screen(
        paragraphs(
            t,
            filled(
                t,
                t.gettext("Welcome. You are now a partner of {organisation}."),
                organisation=organisation,
            ),
            escape(t.gettext("You also see services for workers. Send /subscribe for the digest.")),
            escape(t.gettext("Send /help to see what you can do.")),
        )
    )


def overview(
    t: Translator, partners: Sequence[Person], invites: Sequence[Invite], zone: ZoneInfo
) -> Screen:
    """List partners by organisation and open invitations, each with a button that ends it."""
    rows = []
    lines = [bold(t.gettext("Partners"))]
    for number, person in enumerate(partners, start=1):
        lines.append(f"{number}. {escape(person.organisation or '–')} · <code>{person.id}</code>")
        label = t.fill(t.gettext("End the role of {number}"), number=number)
        rows.append((button(label, Route.PARTNER, person.id, "end"),))
    if not partners:
        lines.append(escape(t.gettext("No partners yet. Send /invite ORGANISATION.")))
    lines += ["", bold(t.gettext("Open invitations"))]
    for number, invite in enumerate(invites, start=1):
        until = _moment(t, invite.expires_at, zone)
        lines.append(
            filled(
                t,
                t.gettext("{number}. {organisation}, until {until}"),
                number=f"i{number}",
                organisation=invite.organisation,
                until=until,
            )
        )
        label = t.fill(t.gettext("Withdraw {number}"), number=f"i{number}")
        rows.append((button(label, Route.INVITE, invite.id),))
    if not invites:
        lines.append(escape(t.gettext("None.")))
    return Screen("\n".join(lines), tuple(rows[:MOST_ROWS]))


MOST_ROWS = 90  # Telegram takes at most 100 buttons on a keyboard


def _moment(t: Translator, when: datetime, zone: ZoneInfo) -> str:
    return str(format_datetime(when, "EEE d MMM HH:mm", tzinfo=zone, locale=contact.locale_of(t)))
