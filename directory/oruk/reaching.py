"""How a published service is reached: phones, e-mail, desks; nothing of single people. Pure.

Publishers list the volunteer who answers as "contact". A person's name, mobile number and own
mailbox are personal data that nobody gave to us, so they stay out (UK GDPR, data minimisation).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from directory import disclosure
from directory.model import Contact, CostOption, Phone, Service
from directory.oruk import clean, desks, values
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
# words of desks that are surnames as well: sarah.church@ is a person's mailbox
_SURNAMES = frozenset({"center", "chair", "church", "clerk", "hi", "parish", "post", "press"})
_FREE_MAIL = re.compile(
    r"(?:g|google|hot|y|rocket)mail\.|yahoo\.|outlook\.|live\.|icloud\.|msn\.|aol\.|me\.com"
    r"|btinternet\.|btopenworld\.|sky\.com|talktalk\.|virginmedia\.|ntlworld\.|proton|gmx\."
    r"|blueyonder\.|tiscali\."
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
    answering = [each for each in (_contact(row, names, notes) for row in rows) if each]
    own = phones((*values.rows(record, "phones"), record), names, notes)
    mailbox = _email(record, names, "", notes) or _email(organization, names, "", notes)
    # a nameless desk with nothing but numbers is the service's own phone
    bare = [desk for desk in answering if desk.title is None]
    named = [desk for desk in answering if desk.title is not None]
    every = (*own, *(phone for desk in bare for phone in desk.phones))
    mailbox = mailbox or next((desk.email for desk in bare if desk.email), None)
    return Reached(_once(every), mailbox, tuple(dict.fromkeys(named))[:_MOST_CONTACTS])


def phones(rows: Iterable[Record], names: str, notes: Notes) -> tuple[Phone, ...]:
    """Return the valid numbers of *rows* in E.164, each once, at most six; fax lines not.

    A label is what names a desk; a mobile number that is labelled with a person's name goes.
    """
    found = []
    for row in rows:
        written = values.text(row, "number", "phone")
        if not written or values.text(row, "type").lower() in {"fax", "pager"}:
            continue
        valid = clean.numbers(written)
        if not valid:
            notes.add(Left.PHONE)
        extra = values.text(row, "description") if "number" in row else ""
        said = desks.said(clean.line(extra), names)
        if said.may_be_a_person:
            notes.add(Left.PERSON)
            valid = tuple(number for number in valid if not clean.is_mobile(number))
        label = clean.shortened(said.role, _LABEL) or None
        found += [Phone(number, label) for number in valid]
    return _once(found)


def is_personal(mailbox: str, names: str, person: str) -> bool:
    """Say whether *mailbox* looks like that of one person, whose name may be *person*.

    A role (info@) and a word of the organisation's *names* make it not personal; a person's
    own name, first.last@, and anything else where everybody can have a mailbox make it so.
    """
    local, _, domain = mailbox.lower().rpartition("@")
    parts = [part for part in re.split(r"[^a-z]+", local) if part]
    ours = desks.words(names)
    named = _PERSONAL_NAME.fullmatch(local) is not None
    roles = [part for part in parts if part in _ROLES]
    if named and roles and all(part in _SURNAMES or part not in {*_ROLES, *ours} for part in parts):
        return True
    if roles:
        return False
    if any(word.lower() in local for word in _WORD.findall(person)):
        return True
    if any(word.lower() in local for word in _WORD.findall(names)) or ours & set(parts):
        return False
    anybodys = _FREE_MAIL.match(domain) is not None and not desks.is_within(local)
    return bool(person) or named or anybodys


def without_people(words: str, names: str) -> str:
    """Return *words* without the sentences that hold a mobile number or a person's mailbox."""
    if "@" not in words and not disclosure.tells_mobile(words):
        return words
    return disclosure.without(words, lambda sentence: _is_private(sentence, names))


def of_nobody(service: Service, names: str) -> Service:
    """Return *service* without a person's number or mailbox in its shorter texts."""

    def kept(text: str | None) -> str | None:
        return without_people(text, names) or None if text else None

    def several(texts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(text for each in texts if (text := kept(each)))

    costs = [
        replace(each, option=kept(each.option), amount_description=kept(each.amount_description))
        for each in service.cost_options
    ]
    return replace(
        service,
        access=replace(service.access, cost=kept(service.access.cost)),
        cost_options=tuple(each for each in costs if each != CostOption(None, None, None)),
        hours_note=kept(service.hours_note),
        who_may_refer=kept(service.who_may_refer),
        accessibility=several(service.accessibility),
        other_places=tuple(
            replace(
                each,
                name=kept(each.name),
                hours_note=kept(each.hours_note),
                accessibility=several(each.accessibility),
            )
            for each in service.other_places
        ),
    )


def _is_private(sentence: str, names: str) -> bool:
    if disclosure.tells_mobile(sentence):
        return True
    return any(is_personal(each, names, "") for each in clean.emails(sentence))


def _contact(row: Record, names: str, notes: Notes) -> Contact | None:
    """Return a desk or function of the contact *row*, None where only a person is left."""
    name = desks.said(clean.line(values.text(row, "name")), names)
    title = desks.said(clean.line(values.text(row, "title", "department")), names)
    person = name.rest or (title.rest if title.may_be_a_person else "")
    found = phones((*values.rows(row, "phones"), row), names, notes)
    if person:
        notes.add(Left.PERSON)
        found = tuple(each for each in found if not clean.is_mobile(each.number))
    mailbox = _email(row, names, person, notes)
    if not found and mailbox is None:
        return None
    return Contact(clean.shortened(title.role or name.role, _LABEL) or None, mailbox, found)


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
