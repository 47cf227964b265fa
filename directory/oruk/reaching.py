"""How a published service is reached: phones, e-mail, desks; nothing of single people. Pure.

Publishers list the volunteer who answers as "contact". A person's name, mobile number and own
mailbox are personal data that nobody gave to us, so they stay out (UK GDPR, data minimisation).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from directory import disclosure
from directory.model import Contact, Phone
from directory.oruk import clean, values
from directory.oruk.notes import Left, Notes
from directory.oruk.values import Record

_MOST_PHONES, _MOST_CONTACTS = 6, 6
_LABEL = 50  # UTF-16 units, as in directory.fields
_ROLES = frozenset(
    {
        "info",
        "information",
        "enquiries",
        "enquiry",
        "inquiries",
        "admin",
        "administrator",
        "office",
        "hello",
        "hi",
        "contact",
        "contactus",
        "mail",
        "email",
        "post",
        "support",
        "help",
        "helpline",
        "advice",
        "referral",
        "referrals",
        "reception",
        "team",
        "bookings",
        "booking",
        "general",
        "community",
        "welcome",
        "volunteer",
        "volunteers",
        "volunteering",
        "secretary",
        "manager",
        "centre",
        "center",
        "service",
        "services",
        "family",
        "housing",
        "debt",
        "refugee",
        "refugees",
        "training",
        "feedback",
        "membership",
        "members",
        "church",
        "school",
        "clerk",
        "parish",
        "chair",
        "chairman",
        "chairperson",
        "treasurer",
        "coordinator",
        "customer",
        "customers",
        "customerservices",
        "feedbackteam",
        "carers",
        "web",
        "website",
        "webmaster",
        "media",
        "press",
        "hub",
        "youth",
        "library",
        "health",
    }
)
_DESKS = re.compile(
    r"\b(?:reception|office|team|enquir\w+|centre|center|service|services|helpline|advice|desk"
    r"|administrat\w+|manager|secretary|coordinator|co-ordinator|committee|council|trust|group"
    r"|club|church|charity|association|line|referrals?|bookings?|general|main|hotline|department"
    r"|society|school|community|support)\b",
    re.IGNORECASE,
)
_PERSONAL_NAME = re.compile(r"[a-z]{1,20}[._-][a-z'-]{2,30}\d{0,4}")
_WORD = re.compile(r"[^\W\d_]{4,}")


@dataclass(frozen=True, slots=True)
class Reached:
    """How a service is reached."""

    phones: tuple[Phone, ...]
    email: str | None
    contacts: tuple[Contact, ...]


def read(record: Record, organization: Record, names: str, notes: Notes) -> Reached:
    """Return how the service of *record* is reached; *names*: its own and its organisation's.

    What belongs to no person alone: the service's own phones and mailbox, and what its
    contacts have.
    """
    rows = list(values.rows(record, "contacts"))
    desks = [each for each in (_contact(row, names, notes) for row in rows) if each]
    own = phones((*values.rows(record, "phones"), record), notes)
    mailbox = _email(record, names, "", notes) or _email(organization, names, "", notes)
    # a nameless desk with nothing but numbers is the service's own phone
    bare = [desk for desk in desks if desk.title is None]
    named = [desk for desk in desks if desk.title is not None]
    every = (*own, *(phone for desk in bare for phone in desk.phones))
    mailbox = mailbox or next((desk.email for desk in bare if desk.email), None)
    return Reached(_once(every), mailbox, tuple(dict.fromkeys(named))[:_MOST_CONTACTS])


def phones(rows: Iterable[Record], notes: Notes) -> tuple[Phone, ...]:
    """Return the valid numbers of *rows* in E.164, each once, at most six; fax lines not."""
    found = []
    for row in rows:
        written = values.text(row, "number", "phone")
        if not written or values.text(row, "type").lower() in {"fax", "pager"}:
            continue
        valid = clean.numbers(written)
        if not valid:
            notes.add(Left.PHONE)
        extra = values.text(row, "description") if "number" in row else ""
        label = clean.shortened(clean.line(extra), _LABEL) or None
        found += [Phone(number, label) for number in valid]
    return _once(found)


def is_personal(mailbox: str, names: str, person: str) -> bool:
    """Say whether *mailbox* looks like that of one person, whose name may be *person*.

    A role (info@) and a word of the organisation's *names* make it not personal; a person's
    own name, and first.last@, make it so.
    """
    local = mailbox.rpartition("@")[0].lower()
    parts = [part for part in re.split(r"[^a-z]+", local) if part]
    if any(part in _ROLES for part in parts):
        return False
    if any(word.lower() in local for word in _WORD.findall(person)):
        return True
    if any(word.lower() in local for word in _WORD.findall(names)):
        return False
    return bool(person) or _PERSONAL_NAME.fullmatch(local) is not None


def without_people(words: str, names: str) -> str:
    """Return *words* without the sentences that hold a mobile number or a person's mailbox."""
    if "@" not in words and not disclosure.tells_mobile(words):
        return words
    return disclosure.without(words, lambda sentence: _is_private(sentence, names))


def _is_private(sentence: str, names: str) -> bool:
    if disclosure.tells_mobile(sentence):
        return True
    return any(is_personal(each, names, "") for each in clean.emails(sentence))


def _contact(row: Record, names: str, notes: Notes) -> Contact | None:
    """Return a desk or function of the contact *row*, None where only a person is left."""
    name, title = values.text(row, "name"), clean.line(values.text(row, "title", "department"))
    is_desk = not name or _DESKS.search(name) is not None or _is_of(name, names)
    person = "" if is_desk else name
    found = phones((*values.rows(row, "phones"), row), notes)
    if person:
        notes.add(Left.PERSON)
        found = tuple(each for each in found if not clean.is_mobile(each.number))
    if person and any(word in title for word in person.split()):
        title = ""  # "Ann Persona, organiser"
    label = title or (clean.line(name) if name and is_desk else "")
    mailbox = _email(row, names, person, notes)
    title_ = clean.shortened(label, _LABEL) or None
    if not found and mailbox is None:
        return None
    return Contact(title_, mailbox, found)


def _is_of(name: str, names: str) -> bool:
    """Say whether *name* is the organisation's or service's own."""
    return clean.line(name).casefold() in names.casefold()


def _email(row: Record, names: str, person: str, notes: Notes) -> str | None:
    written = values.text(row, "email")
    if not written:
        return None
    found = clean.email(written)
    if found is None:
        notes.add(Left.EMAIL)
        return None
    if is_personal(found, names, person):
        notes.add(Left.PERSON)
        return None
    return found


def _once(phones_: Iterable[Phone]) -> tuple[Phone, ...]:
    found: dict[str, Phone] = {}
    for each in phones_:
        found.setdefault(each.number, each)
    return tuple(found.values())[:_MOST_PHONES]
