"""What of a service's words tells where it is or how it is reached, and what is left without. Pure.

The one rule of what a text gives away, for whatever takes words in, shows or publishes them. It
would rather drop a harmless sentence than tell a secret place; whole sentences go, because what
stands around a gap may say as much as what was in it.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from directory.model import (
    Access,
    Contact,
    CostOption,
    Phone,
    Service,
    ServiceAtLocation,
    TaxonomyTerm,
)

HIDDEN = "…"  # stands for what is left out of a name, which cannot be empty

_POSTCODE = re.compile(
    r"\b[A-Z]{1,2}[0-9][A-Z0-9]?[\s.,–-]{0,2}[0-9][ABD-HJLNP-UW-Z]{2}\b", re.IGNORECASE
)
_STREET = r"(?:street|road|rd|lane|avenue|ave|terrace|grove|crescent)"
# words that mean something else as often: one name before them, or names in capitals
_OTHER_STREET = (
    r"(?:st|ln|drive|close|place|court|way|mount|view|walk|gardens|row|square|hill|parade"
    r"|buildings?|house)"
)
_CAPITAL_STREET = (
    r"(?:St|Ln|Drive|Close|Place|Court|Way|Mount|View|Walk|Gardens|Row|Square|Hill|Parade|Park"
    r"|Buildings?|House|Hall|Centre)"
)
_NO_NAME = r"(?!(?:and|or|to|then|we|the|a|an|of|in|at|am|pm|their|our|your|more|each|every)\b)"
_HOUSE = re.compile(
    rf"\b\d{{1,4}}[a-z]?[\s,]+(?:(?:[\w'’.-]+\s+){{0,3}}{_STREET}"
    rf"|{_NO_NAME}[\w'’.-]+\s+{_OTHER_STREET})\b",
    re.IGNORECASE,
)
_CAPITAL_HOUSE = re.compile(
    rf"\b\d{{1,4}}[A-Za-z]?,?\s+(?:[A-Z][\w'’.-]*\s+){{1,4}}{_CAPITAL_STREET}\b"
)
_STREET_NAME = re.compile(
    r"\b[A-Z][\w'’-]+\s+(?:Street|Road|Rd|Lane|Avenue|Ave|Drive|Close|Terrace|Grove|Crescent)\b"
)
_ON_A_MAP = re.compile(
    r"-?\d{1,2}\.\d{3,}\s*,\s*-?\d{1,3}\.\d{3,}|\bmaps?\b|what3words|w3w|///|plus\.codes|goo\.gl",
    re.IGNORECASE,
)
_ADDRESSES = (_POSTCODE, _HOUSE, _CAPITAL_HOUSE)
_PLACES = (*_ADDRESSES, _STREET_NAME, _ON_A_MAP)

_EMAIL = re.compile(
    r"\S+@\S+|[\w.+-]+\s*[(\[]\s*at\s*[)\]]\s*\S+|\bdot (?:org|com|co|net|uk)\b", re.IGNORECASE
)
_GAP = r"[^\S\n]"  # white space within a line
_PHONE = re.compile(rf"\+?\(?\d(?:(?:{_GAP}|[().,/‐-―-]){{0,3}}\d){{6,}}")
# dates and spans of years have as many digits
_DATE = re.compile(
    r"(?<![\d./-])(?:\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2}"
    r"|(?:19|20)\d{2}\s?[-–/]\s?(?:19|20)?\d{2})(?![./-]?\d)"
)
_SHORT_CODE = re.compile(
    r"\b(?:text|sms|call|ring|phone|tel|telephone|dial|whatsapp)\b\W{0,3}(?:(?:us|on|to|\w+)\W+)"
    r"{0,3}?(?!(?:999|112|111|101)\b)\d[\d ]{2,}\b",
    re.IGNORECASE,
)
_DAY = r"(?:Mon|Tue|Tues|Wed|Weds|Thu|Thur|Thurs|Fri|Sat|Sun)"
_DAYS = rf"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?|{_DAY})\.?"
_HOURS = re.compile(
    rf"\b{_DAYS}\s*(?:-|–|to|until)\s*{_DAYS}(?!\w)|\b{_DAYS}[:,]?\s*\d"
    r"|\b\d{1,2}(?:[:.]\d{2})?\s?[ap]\.?m\b|(?<![£$€\d.])\b(?:[01]?\d|2[0-3])[:.][0-5]\d\b(?![%\d])"
)
_REACHED = (*_ADDRESSES, _EMAIL, _SHORT_CODE)
# also numbers for drama and mistyped ones, which are nobody's but look like a person's
_MOBILE = re.compile(
    rf"(?:(?:\+|\b00){_GAP}?44(?:{_GAP}|[().,/–-])*(?:0(?:{_GAP}|[().,/–-])*)?|\(?\b0\(?)7"
    rf"(?:(?:{_GAP}|[().,/–-]){{0,3}}\d){{9}}(?!\d)"
)
_SENTENCE = re.compile(r"[^.!?\n]*(?:[.!?](?!\s|$)[^.!?\n]*)*[.!?]*(?:\s+|$)")

_Pattern = re.Pattern[str]
_Spans = Callable[[str], Iterator[tuple[int, int]]]


def tells_place(text: str) -> bool:
    """Say whether *text* may say where something is: a postcode, a street, a point on a map."""
    return any(pattern.search(text) for pattern in _PLACES)


def tells_mobile(text: str) -> bool:
    """Say whether *text* holds a UK mobile number, however it is written."""
    return _MOBILE.search(text) is not None


def tells_contact(text: str) -> bool:
    """Say whether *text* may say how something is reached: phone, e-mail, hours or place."""
    return next(_contacts(text), None) is not None


def without_address(text: str) -> str:
    """Return *text* without the sentences that tell a place."""
    return _left(text, _places(()))


def without_contact(text: str) -> str:
    """Return *text* without the sentences that tell a phone, e-mail, hours or place."""
    return _left(text, _contacts)


def without(text: str, goes: Callable[[str], bool]) -> str:
    """Return *text* without the sentences (or lines) of which *goes* is true."""
    return "".join(each for each in _SENTENCE.findall(text) if not goes(each)).strip()


def without_place(service: Service) -> Service:
    """Return *service* without what tells a place that is kept secret; else as it is.

    No address, point or area of it; in no text a sentence, label or term that tells a place. Its
    other places stay as far as they are not secret.
    """
    if not service.confidential_location:
        return service
    words = _own_words(service)
    shown = _Rules(_places(words), _places(words)).applied(service)
    comments = '"' in (service.opening_hours or "")  # words, which may name the place
    return replace(
        shown,
        opening_hours=None if comments else service.opening_hours,
        address=None,
        location=None,
    )


def without_reach(service: Service) -> Service:
    """Return *service* without any way to reach it, which is not told of what nobody checked.

    A name keeps its day and its street: "Monday Club".
    """
    shown = _Rules(_contacts, _numbers).applied(service)
    return replace(
        shown,
        phones=(),
        email=None,
        contacts=(),
        opening_hours=None,
        hours_note=None,
        address=None,
        location=None,
        other_places=(),
        accessibility=(),
    )


def telling(service: Service) -> tuple[str, ...]:
    """Return the fields of *service* whose words tell its place and are not shown if secret."""
    hidden = replace(service, confidential_location=True)
    shown = without_place(hidden)
    return tuple(name for name in _WORDED if getattr(shown, name) != getattr(hidden, name))


_WORDED = (
    "name",
    "alternate_name",
    "organization",
    "organization_description",
    "description",
    "eligibility_description",
    "access",
    "referral_route",
    "who_may_refer",
    "interpretation",
    "cost_options",
    "phones",
    "contacts",
    "hours_note",
    "accessibility",
    "area",
    "note",
    "referrer_note",
    "terms",
)


@dataclass(frozen=True, slots=True)
class _Rules:
    """What tells too much in *text*, and in a *name*, which keeps the words beside it."""

    text: _Spans
    name: _Spans

    def applied(self, service: Service) -> Service:
        name = self._masked(service.name) or HIDDEN
        other = service.alternate_name
        access = service.access
        return replace(
            service,
            name=name,
            alternate_name=None if other is None else self._masked(other) or None,
            organization=self._masked(service.organization) or HIDDEN,
            description=_left(service.description, self.text) or name,
            area=self._kept(service.area) or "",
            accessibility=self._all(service.accessibility),
            access=Access(
                access.walk_in, access.referral, access.appointment, self._kept(access.cost)
            ),
            cost_options=tuple(filter(None, map(self._cost, service.cost_options))),
            phones=tuple(map(self._phone, service.phones)),
            contacts=tuple(map(self._contact, service.contacts)),
            terms=tuple(filter(self._is_kept, service.terms)),
            other_places=tuple(
                self._place(each) for each in service.other_places if not each.confidential_location
            ),
            organization_description=self._kept(service.organization_description),
            eligibility_description=self._kept(service.eligibility_description),
            referral_route=self._kept(service.referral_route),
            who_may_refer=self._kept(service.who_may_refer),
            interpretation=self._kept(service.interpretation),
            hours_note=self._kept(service.hours_note),
            note=self._kept(service.note),
            referrer_note=self._kept(service.referrer_note),
        )

    def _kept(self, text: str | None) -> str | None:
        return None if text is None else _left(text, self.text) or None

    def _all(self, texts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(left for each in texts if (left := _left(each, self.text)))

    def _label(self, label: str | None) -> str | None:
        return None if label is None or next(self.text(label), None) is not None else label

    def _masked(self, name: str) -> str:
        """Return *name* with … in the place of what tells too much."""
        while (found := next(self.name(name), None)) is not None:
            name = f"{name[: found[0]]}{HIDDEN}{name[found[1] :]}"
        return name

    def _cost(self, option: CostOption) -> CostOption | None:
        left = replace(
            option,
            option=self._kept(option.option),
            amount_description=self._kept(option.amount_description),
        )
        return None if left == CostOption(None, None, None) else left

    def _phone(self, phone: Phone) -> Phone:
        return replace(phone, label=self._label(phone.label))

    def _contact(self, contact: Contact) -> Contact:
        phones = tuple(map(self._phone, contact.phones))
        return replace(contact, title=self._label(contact.title), phones=phones)

    def _is_kept(self, term: TaxonomyTerm) -> bool:
        words = (term.name, term.id, term.taxonomy or "")
        return all(next(self.name(each), None) is None for each in words)

    def _place(self, place: ServiceAtLocation) -> ServiceAtLocation:
        return replace(
            place,
            name=self._label(place.name),
            hours_note=self._kept(place.hours_note),
            phones=tuple(map(self._phone, place.phones)),
            accessibility=self._all(place.accessibility),
        )


def _left(text: str, spans: _Spans) -> str:
    """Return *text* without the sentences that *spans* touch: an address may go over two."""
    while found := list(spans(text)):
        text = "".join(
            each[0]
            for each in _SENTENCE.finditer(text)
            if not any(start < each.end() and each.start() < end for start, end in found)
        ).strip()
    return text


def _places(words: tuple[str, ...]) -> _Spans:
    """Return what finds places, and *words*: the lines of the address that is hidden."""
    own = [re.compile(re.escape(word), re.IGNORECASE) for word in words]
    return lambda text: _found(text, (*_PLACES, *own))


def _contacts(text: str) -> Iterator[tuple[int, int]]:
    yield from _numbers(text)
    yield from _found(text, (_STREET_NAME, _HOURS))


def _numbers(text: str) -> Iterator[tuple[int, int]]:
    """Yield where *text* has a way to reach somebody, by numbers or a mailbox."""
    yield from _found(text, _REACHED)
    yield from _found(_DATE.sub(lambda date: "x" * len(date[0]), text), (_PHONE,))


def _found(text: str, patterns: tuple[_Pattern, ...]) -> Iterator[tuple[int, int]]:
    return (found.span() for pattern in patterns for found in pattern.finditer(text))


def _own_words(service: Service) -> tuple[str, ...]:
    """Return the lines that a hidden address has, in case a text repeats one."""
    hidden = (each.address for each in service.places if each.confidential_location)
    # the last line is the town, which many texts name
    return tuple(
        line for each in hidden if each for line in each.lines[:-1] if re.search(r"\w", line)
    )
