"""Screens of invitations and partners. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from handlers import contact
from handlers.callbacks import Route
from handlers.screens import Screen, bold, button, filled, paragraphs
from locales import Translator
from people.invites import Invite
from people.model import Person, Role

PER_PAGE = 15  # far under 4,096 characters with the longest names


@dataclass(frozen=True, slots=True)
class Team:
    """Who has a role, the reader left out, and the invitations that can still be used."""

    people: Sequence[Person]
    invites: Sequence[Invite]


def invited(t: Translator, organisation: str, link: str, *, days: int) -> Screen:
    """Give the coordinator the one-time link to pass on."""
    return Screen(
        paragraphs(
            t,
            filled(
                t,
                t.ngettext(
                    "This link makes one person a partner, for {organisation}. "
                    "It works once, for {days} day.",
                    "This link makes one person a partner, for {organisation}. "
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
                t.gettext("Welcome. You are now a partner, for {organisation}."),
                organisation=organisation,
            ),
            escape(t.gettext("You also see services for workers. Send /subscribe for the digest.")),
            escape(t.gettext("Send /help to see what you can do.")),
        )
    )


def overview(t: Translator, team: Team, zone: ZoneInfo, page: int) -> Screen:
    """List a page of who has a role and of open invitations, each with a button that ends it."""
    entries = [_member(t, person) for person in team.people]
    entries += [_invitation(t, invite, zone) for invite in team.invites]
    pages = max(1, -(-len(entries) // PER_PAGE))
    page %= pages
    start = page * PER_PAGE
    lines, rows = [], []
    for number, entry in enumerate(entries[start : start + PER_PAGE], start=start + 1):
        lines.append(f"{number}. {entry.line}")
        rows.append((button(f"{number}. {entry.act}", entry.route, *entry.args),))
    if pages > 1:
        label = t.fill(t.gettext("Next page ({page} of {pages})"), page=page + 1, pages=pages)
        rows.append((button(label, Route.PARTNER, page + 1, "page"),))
    nobody = escape(t.gettext("Nobody else yet. Send /invite ORGANISATION."))
    heading = bold(t.gettext("Who has a role, and open invitations"))
    return Screen(paragraphs(t, heading, "\n".join(lines) or nobody), tuple(rows))


@dataclass(frozen=True, slots=True)
class _Entry:
    line: str
    act: str
    route: Route
    args: tuple[str | int, ...]


def _member(t: Translator, person: Person) -> _Entry:
    coordinator = person.role is Role.COORDINATOR
    of = t.gettext("coordinator") if coordinator else person.organisation or "–"
    line = f"{t.isolate(escape(of))} · <code>{person.id}</code>"
    return _Entry(line, t.gettext("End this role"), Route.PARTNER, (person.id, "end"))


def _invitation(t: Translator, invite: Invite, zone: ZoneInfo) -> _Entry:
    until = format_datetime(
        invite.expires_at, "EEE d MMM HH:mm", tzinfo=zone, locale=contact.locale_of(t)
    )
    sentence = t.gettext("invitation for {organisation}, until {until}")
    line = filled(t, sentence, organisation=invite.organisation, until=until)
    return _Entry(line, t.gettext("Withdraw it"), Route.INVITE, (invite.id,))
