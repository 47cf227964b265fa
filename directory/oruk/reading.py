"""A published record of any dialect to a service of ours, or why it is refused. Pure.

Trust: a publisher's word makes a record of medium confidence while its publisher checked it
within a year (`assured_date`), else of low; only a person of ours makes it high. A record of
another Fingerpost says itself which of the two it was there (see `extension`).
"""

import re
from base64 import b32encode
from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import sha256
from urllib.parse import quote

from directory import disclosure
from directory.model import (
    ANYONE,
    Audience,
    Confidence,
    Gender,
    Origin,
    Service,
    Source,
    TaxonomyTerm,
)
from directory.needs import STAGES
from directory.oruk import (
    clean,
    details,
    extension,
    hours,
    mapping,
    placing,
    reaching,
    secrecy,
    values,
)
from directory.oruk.dialects import is_service
from directory.oruk.hours import Hours
from directory.oruk.mapping import Meant, TermMap
from directory.oruk.notes import Left, Notes, Reason
from directory.oruk.values import Record

FRESH = timedelta(days=366)  # how long a publisher's own check is worth medium confidence
_OLDEST_DAY = date(1990, 1, 1)
_TITLE, _ORGANIZATION, _DESCRIPTION, _SHORT_NOTE = 120, 160, 600, 300  # as in directory.fields
_PREFIX, _HASH = 6, 13  # characters of our ids: 20 with the hyphen, as buttons have room for
_LONGEST_ID = 200
_PLACEHOLDER = re.compile(r"[\W_]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class DataSet:
    """The source that records come from: its *key*, its address, and the *area* it speaks of.

    *url* is None for a file. *area* is what a record counts as where it names no place itself.
    """

    key: str
    url: str | None
    area: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A record as a service; what was left out of it, and its terms that no row maps."""

    service: Service
    left: tuple[Left, ...] = ()
    unmapped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """A record that is not taken over; *id*, *name*: those in the source, "" where it has none."""

    id: str
    reason: Reason
    unmapped: tuple[str, ...] = ()
    name: str = ""


def our_id(key: str, source_id: str) -> str:
    """Return our id for the record *source_id* of the source *key*: at most 20 characters.

    65 bits of a hash: among a million records, two share one with a chance of one in 70 million.
    """
    prefix = re.sub(r"[^a-z0-9]", "", key.lower())[:_PREFIX] or "oruk"
    digest = sha256(f"{key}\n{source_id}".encode()).digest()
    return f"{prefix}-{b32encode(digest).decode().lower()[:_HASH]}"


def source_id(record: object) -> str:
    """Return the id that *record* has in its source, "" where it has none."""
    found = values.text(record, "id") if isinstance(record, dict) else ""
    return found if len(found) <= _LONGEST_ID and found.isprintable() else ""


def read(record: object, data_set: DataSet, terms: TermMap, today: date) -> Taken | Refused:
    """Return the service that *record* describes, or why there is none."""
    own_id = source_id(record)
    if not isinstance(record, dict) or (own_id and not is_service(record)):
        return Refused(own_id, Reason.NOT_A_SERVICE)
    if not own_id:
        return Refused("", Reason.NO_ID)
    notes = Notes()
    name = clean.line(values.text(record, "name"))
    description = clean.plain(values.text(record, "description"))
    if not _is_said(name):
        return Refused(own_id, Reason.NO_NAME)
    if not _is_said(description):
        return Refused(own_id, Reason.NO_DESCRIPTION)
    found = details.terms(record)
    means = _meant(record, terms, found, name, description)
    if not means.needs:
        return Refused(own_id, Reason.NO_NEED, means.unmapped, name)
    reader = _Reader(
        record,
        data_set,
        today,
        notes,
        secret=secrecy.must_hide(record, means.needs, f"{name}\n{description}"),
    )
    service = reader.service(own_id, name, description, means, found)
    whole = extension.restored(service, record)
    return Taken(_guarded(service, whole, reader.names), tuple(notes), means.unmapped)


def _is_said(text: str) -> bool:
    return not _PLACEHOLDER.fullmatch(text) or not text.isascii()


def _meant(
    record: Record, terms: TermMap, found: tuple[TaxonomyTerm, ...], name: str, description: str
) -> Meant:
    """Return what the record means; terms of our own vocabulary need no mapping."""
    needs = details.our_terms(record, "need")
    means = mapping.meant(terms, found, name, description)
    stages = details.our_terms(record, "eligibility") or means.eligibility
    known = tuple(each for each in stages if each in (*STAGES, ANYONE))
    if not needs:
        return replace(means, eligibility=known)
    # what was exported by one like us says itself what it is about
    return replace(means, needs=needs, eligibility=known, gender=Gender.ANY)


def _guarded(read_: Service, whole: Service, names: str) -> Service:
    """Return *whole*, what the extension made of *read_*, without what only people of ours say.

    The extension gives medium confidence at most: no more than any publisher can claim for itself
    with `assured_date`. No text of it holds a person's number, and of a hidden place none tells
    where it is.
    """
    safe = replace(
        reaching.of_nobody(whole, names),
        confidential_location=read_.confidential_location or whole.confidential_location,
        audience=Audience.PUBLIC,
        confirmed_on=None,
        checks=(),
    )
    if not safe.confidential_location:
        return safe
    return replace(disclosure.without_place(safe), accessibility=(), hours_note=None)


class _Reader:
    """Reads the parts of one record."""

    def __init__(
        self, record: Record, data_set: DataSet, today: date, notes: Notes, *, secret: bool
    ) -> None:
        self._record = record
        self._set = data_set
        self._today = today
        self._notes = notes
        self._secret = secret
        self._organization = values.child(record, "organization", "organisation")
        named = values.text(self._organization, "name")
        areas = [values.text(row, "name") for row in values.rows(record, "service_areas")]
        self.names = " ".join((values.text(record, "name"), named, data_set.area, *areas))

    def service(
        self,
        own_id: str,
        name: str,
        description: str,
        means: Meant,
        terms: tuple[TaxonomyTerm, ...],
    ) -> Service:
        """Return the service."""
        core = self._core(own_id, name, description, means)
        reached = self._reached(core)
        return replace(self._at_places(self._described(reached)), terms=terms)

    def _core(self, own_id: str, name: str, description: str, means: Meant) -> Service:
        """Return what it is and does; how it is reached and where it is comes after."""
        run_by = self._text(values.text(self._organization, "name"), _ORGANIZATION)
        if not run_by:
            self._notes.add(Left.ORGANIZATION)
        assured = self._day("assured_date")
        modified = values.moment(self._record, "last_modified", "updated_at")
        low, high = details.ages(self._record, self._notes)
        return Service(
            id=our_id(self._set.key, own_id),
            name=self._text(name, _TITLE),
            organization=run_by or self._text(name, _ORGANIZATION),
            organization_url=self._url(self._organization, "website", "url"),
            description=self._text(description, _DESCRIPTION) or self._text(name, _DESCRIPTION),
            needs=means.needs,
            eligibility=means.eligibility,
            gender=means.gender,
            min_age=low,
            max_age=high,
            languages=details.languages(self._record, self._notes),
            access=details.access(self._record),
            channels=(),
            phones=(),
            email=None,
            url=self._url(self._record, "url"),
            address=None,
            location=None,
            opening_hours=None,
            hours_note=None,
            area="",
            sources=self._sources(assured, modified.date() if modified else None, own_id),
            confidence=self._confidence(assured),
            note=None,
            audience=Audience.PUBLIC,
            status=details.status(self._record),
            referrer_note=None,
            confidential_location=self._secret,
            assured_date=assured,
            last_modified=modified,
            origin=Origin(self._set.key, own_id),
        )

    def _described(self, service: Service) -> Service:
        """Return *service* with what says more of it and of its organisation."""
        run_by, record = self._organization, self._record
        said = self._text(values.text(run_by, "description"), _DESCRIPTION)
        their_id = values.text(run_by, "id") or values.text(record, "organization_id")
        return replace(
            service,
            alternate_name=self._text(values.text(record, "alternate_name"), _TITLE) or None,
            organization_id=their_id[:_LONGEST_ID] or None,
            organization_description=said or None,
            eligibility_description=self._note("eligibility_description"),
            interpretation=self._note("interpretation_services"),
            referral_route=self._note("application_process"),
            cost_options=details.cost_options(record),
        )

    def _reached(self, service: Service) -> Service:
        found = reaching.read(self._record, self._organization, self.names, self._notes)
        return replace(service, phones=found.phones, email=found.email, contacts=found.contacts)

    def _at_places(self, service: Service) -> Service:
        """Return *service* with its places and hours, and the ways to reach it that follow."""
        placed = placing.read(
            self._record, self.names, self._notes, self._today, secret=self._secret
        )
        general = hours.of_service(self._record, self._today)
        main = placed.places[0] if placed.places else None
        there = Hours(main.opening_hours, main.hours_note) if main else Hours(None, None)
        hidden = self._secret or (main is not None and main.confidential_location)
        phones = service.phones or (main.phones if main else ())
        return replace(
            service,
            phones=phones,
            address=main.address if main else None,
            location=main.location if main else None,
            opening_hours=there.expression or general.expression,
            hours_note=self._scrubbed(there.note or general.note),
            accessibility=main.accessibility if main and not hidden else (),
            confidential_location=hidden,
            # of a hidden one beside another there is nothing to say
            other_places=tuple(p for p in placed.places[1:] if not p.confidential_location),
            area=self._area(placed.area),
            channels=details.channels(
                self._record,
                in_person=main is not None,
                online=placed.virtual,
                phone=bool(phones),
                email=service.email is not None,
            ),
        )

    def _text(self, markup: str, most: int) -> str:
        """Return plain words that fit: of no person, of a hidden place not where it is."""
        words = clean.plain(markup)
        if most <= _ORGANIZATION:
            words = clean.line(words)
        public = reaching.without_people(words, self.names)
        if public != words:
            self._notes.add(Left.PERSON)
            words = public
        if self._secret:
            words = disclosure.without_address(words)
        short = clean.shortened(words, most)
        if short != words:
            self._notes.add(Left.SHORTENED)
        return short

    def _note(self, name: str) -> str | None:
        return self._text(values.text(self._record, name), _SHORT_NOTE) or None

    def _scrubbed(self, note: str | None) -> str | None:
        if note is None or not self._secret:
            return note
        return disclosure.without_address(note) or None

    def _url(self, record: Record, *names: str) -> str | None:
        written = values.text(record, *names)
        found = clean.url(written)
        if written and found is None:
            self._notes.add(Left.URL)
        return found

    def _day(self, name: str) -> date | None:
        """Return a day that has come and is not absurd."""
        found = values.day(self._record, name)
        if found is not None and not _OLDEST_DAY <= found <= self._today:
            self._notes.add(Left.DATE)
            return None
        return found

    def _area(self, place: str | None) -> str:
        for row in values.rows(self._record, "service_areas"):
            if words := self._text(values.text(row, "name", "service_area"), _ORGANIZATION):
                return words
        return place or self._set.area

    def _confidence(self, assured: date | None) -> Confidence:
        fresh = assured is not None and self._today - assured <= FRESH
        return Confidence.MEDIUM if fresh else Confidence.LOW

    def _sources(
        self, assured: date | None, modified: date | None, own_id: str
    ) -> tuple[Source, ...]:
        stated = assured or modified
        base = self._set.url
        own = self._url(self._record, "url") or self._url(self._organization, "website", "url")
        where = f"{base}/{quote(own_id, safe='')}" if base else own
        if where is None:
            return ()
        return (Source(where, None if stated is None else stated.isoformat()),)
