"""Languages, costs, ages, ways in and terms of a published service. Pure."""

import re
from collections.abc import Iterator
from functools import cache

from babel import Locale
from babel.core import get_global

from directory.model import (
    Access,
    Channel,
    CostOption,
    Referral,
    Status,
    TaxonomyTerm,
)
from directory.oruk import clean, mapping, values
from directory.oruk.notes import Left, Notes
from directory.oruk.values import Record
from directory.oruk.vocabulary import of_ours

_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_OLDEST = 120
_COST, _TERM, _MOST = 50, 120, 40
_STATUS = {
    "active": Status.OPEN,
    "temporarily closed": Status.PAUSED,
    "inactive": Status.CLOSED,
    "defunct": Status.CLOSED,
}
_CHANNELS = {
    "venue": Channel.IN_PERSON,
    "in person": Channel.IN_PERSON,
    "physical": Channel.IN_PERSON,
    "phone": Channel.PHONE,
    "telephone": Channel.PHONE,
    "online": Channel.ONLINE,
    "virtual": Channel.ONLINE,
    "home visit": Channel.OUTREACH,
}
_AUDIENCE, _SUITABLE = mapping.AUDIENCES  # what Placecube and Outpost mean by these lists


def status(record: Record) -> Status:
    """Return the status; one that HSDS does not know is unknown."""
    written = values.text(record, "status").lower().replace("_", " ").replace("-", " ")
    return _STATUS.get(written, Status.UNKNOWN)


def languages(record: Record, notes: Notes) -> tuple[str, ...]:
    """Return the BCP-47 tags of the languages, by code or by English name."""
    found: dict[str, None] = {}
    for row in values.rows(record, "languages"):
        written = values.text(row, "code", "language", "name")
        if not written:
            continue
        tag = _tag(written) or _tag(values.text(row, "name"))
        if tag is None:
            notes.add(Left.LANGUAGE)
        else:
            found[tag] = None
    return tuple(found)


def _tag(written: str) -> str | None:
    by_name = _languages().get(written.casefold())
    if by_name is not None:
        return by_name
    if not _TAG.fullmatch(written):
        return None
    main, hyphen, rest = written.partition("-")
    aliases = get_global("language_aliases")
    code = str(aliases.get(main.lower(), main.lower()))  # ISO 639-2 "ara" to "ar"
    return code + hyphen + rest if code in Locale("en").languages else None


@cache
def _languages() -> dict[str, str]:
    names = {str(name).casefold(): str(code) for code, name in Locale("en").languages.items()}
    plain = {name: code.replace("_", "-") for name, code in names.items()}
    # what councils write; the library has other names for these
    return {**plain, "farsi": "fa", "kurdish sorani": "ckb", "sorani": "ckb", "dari": "fa-AF"}


def ages(record: Record, notes: Notes) -> tuple[int | None, int | None]:
    """Return the lowest and the highest age in years; both None where they cannot be right."""
    low = values.whole(record, "minimum_age", "min_age")
    high = values.whole(record, "maximum_age", "max_age")
    for row in values.rows(record, "eligibilitys"):  # 1.0
        low = values.whole(row, "minimum_age") if low is None else low
        high = values.whole(row, "maximum_age") if high is None else high
    possible = all(age is None or 0 <= age <= _OLDEST for age in (low, high))
    if not possible or (low is not None and high is not None and low > high):
        notes.add(Left.AGE)
        return None, None
    return low, high


def access(record: Record) -> Access:
    """Return how one gets in: Placecube's attending_access, Outpost's needs_referral, fees."""
    way = clean.line(values.text(record, "attending_access")).lower()
    referral = None
    self_, agency = "self referral" in way, "professional referral" in way
    if self_ and agency:
        referral = Referral.EITHER
    elif agency or values.flag(record, "needs_referral"):
        referral = Referral.AGENCY
    elif self_:
        referral = Referral.SELF
    fees = clean.line(values.text(record, "fees"))
    cost = fees if 0 < clean.units(fees) <= _COST else None
    if cost is None and values.flag(record, "free"):
        cost = "free"
    return Access(
        walk_in=True if "drop-in" in way or "drop in" in way else None,
        referral=referral,
        appointment=True if "appointment" in way else None,
        cost=cost,
    )


def cost_options(record: Record) -> tuple[CostOption, ...]:
    """Return what it costs; fees too long for a line of a card come as an option of their own."""
    found = []
    for row in values.rows(record, "cost_options"):
        kind = values.text(row, "amount_description", "cost_type")
        option = CostOption(
            clean.shortened(clean.line(values.text(row, "option")), _TERM) or None,
            values.money(row, "amount"),
            clean.shortened(clean.line(kind), _TERM) or None,
        )
        if option != CostOption(None, None, None):
            found.append(option)
    fees = clean.line(values.text(record, "fees"))
    if clean.units(fees) > _COST:
        found.append(CostOption(None, None, clean.shortened(fees, 2 * _TERM)))
    return tuple(dict.fromkeys(found))[:_MOST]


def channels(
    record: Record, *, in_person: bool, online: bool, phone: bool, email: bool
) -> tuple[Channel, ...]:
    """Return the ways to reach it: those that it states, and those that it has details for."""
    written = [values.text(record, "attending_type")]
    written += [values.text(row, "attending_type") for row in values.rows(record, "schedules")]
    stated = [_CHANNELS.get(" ".join(each.lower().replace("_", " ").split())) for each in written]
    known = {channel for channel in stated if channel is not None}
    for channel, has in (
        (Channel.IN_PERSON, in_person),
        (Channel.ONLINE, online),
        (Channel.PHONE, phone),
        (Channel.EMAIL, email),
    ):
        if has:
            known.add(channel)
    return tuple(channel for channel in Channel if channel in known)


@cache
def _ours(term_id: str) -> tuple[str, str] | None:
    found = of_ours(term_id)
    return None if found is None else (found[0].link_type, found[1].key)


def our_terms(record: Record, link_type: str) -> tuple[str, ...]:
    """Return the needs (or stages) that terms of our own vocabulary give, in their order."""
    found = (_ours(values.text(term, "id").lower()) for term, _ in _terms(record))
    return tuple(dict.fromkeys(each[1] for each in found if each and each[0] == link_type))


def terms(record: Record) -> tuple[TaxonomyTerm, ...]:
    """Return the terms that the source put on the service, each once; ours are left out."""
    found: dict[tuple[str, str | None], TaxonomyTerm] = {}
    for row, taxonomy in _terms(record):
        name = clean.shortened(clean.line(values.text(row, "name", "audienceType", "term")), _TERM)
        term_id = values.text(row, "id", "slug")[:_TERM]
        if not name or _ours(term_id.lower()) is not None:
            continue
        named = clean.line(values.text(row, "taxonomy", "vocabulary"))[:_TERM] or taxonomy
        uri = clean.url(values.text(row, "term_uri", "uri"))
        one = TaxonomyTerm(term_id or name, name, named, uri)
        found.setdefault((name.casefold(), named), one)
    return tuple(found.values())[:_MOST]


def _terms(record: Record) -> Iterator[tuple[Record, str | None]]:
    for row in values.rows(record, "attributes"):
        yield values.child(row, "taxonomy_term"), None
    for row in values.rows(record, "service_taxonomys"):  # 1.0
        yield values.child(row, "taxonomy"), None
    for row in values.rows(record, "taxonomies"):
        yield row, None
    for row in values.rows(record, "suitabilities"):
        yield row, _SUITABLE
    for row in values.rows(record, "pc_targetAudience"):
        yield row, _AUDIENCE
