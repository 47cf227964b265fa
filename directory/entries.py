"""What the index of the search has of each service, and tantivy's index that it is in. Pure.

No address, phone or e-mail is in it, and of a confidential service no area either.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import floor
from threading import Lock

import tantivy

from directory import plain
from directory.index import Candidate
from directory.model import ANYONE, Confidence, Place, Point, Service, Status

_HEAP = 15_000_000  # bytes that the index may fill before it writes: the least tantivy takes
_LARGE_HEAP = 128_000_000
_CELLS = (0.01, 0.04, 0.16)  # degrees of latitude: about 1, 4 and 18 km
_WIDER = 1.7  # a degree of latitude in degrees of longitude, at England's latitudes
_ANALYZER = "plain"
_EXACT = (
    *("id", "title", "need", "main", "audience", "gender", "stage"),
    *("language", "sure", "status", "elsewhere", "cell"),
)


class Store:
    """What the finders of one line of updates share: tantivy's index, and who is the newest."""

    def __init__(self, home: str) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_unsigned_field("number", fast=True)
        for field in ("name", "said", "organization"):
            builder.add_text_field(field, tokenizer_name=_ANALYZER, index_option="basic")
        for field in _EXACT:
            builder.add_text_field(field, tokenizer_name="raw", index_option="basic")
        self.schema = builder.build()
        self.analyzer = _analyzer()
        self._home = frozenset(self.analyzer.analyze(" ".join(plain.words(home))))
        self.lock = Lock()
        self.newest: object = None  # the finder that was updated last
        self._last = 0
        self._index = tantivy.Index(self.schema)  # without a path: in memory
        self._index.register_tokenizer(_ANALYZER, self.analyzer)

    def add(
        self, rows: Iterable[Candidate], *, without: Iterable[str] = (), large: bool = False
    ) -> dict[int, str]:
        """Index *rows* in place of the services *without*; return their new numbers."""
        writer = self._index.writer(_LARGE_HEAP if large else _HEAP, 1)
        for service_id in without:
            writer.delete_documents_by_term("id", service_id)
        ids: dict[int, str] = {}
        for known in rows:
            if known.service.status is Status.CLOSED:
                continue
            self._last += 1
            ids[self._last] = known.service.id
            writer.add_document(self._document(known, self._last))
        writer.commit()
        writer.wait_merging_threads()
        return ids

    def _document(self, known: Candidate, number: int) -> tantivy.Document:
        service = known.service
        document = tantivy.Document()
        document.add_unsigned("number", number)
        for name in names_of(service):
            words = plain.words(name)
            document.add_text("name", " ".join((*words, *_joined(words))))
        document.add_text("organization", " ".join(plain.words(service.organization)))
        document.add_text("said", " ".join(_said(known)))
        for field, value in self._exactly(known):
            document.add_text(field, value)
        for cell in _cells(known.points):
            document.add_text("cell", cell)
        return document

    def _exactly(self, known: Candidate) -> Iterator[tuple[str, str]]:
        """Yield what is found only as it is, field and value."""
        service = known.service
        yield "id", service.id
        yield "audience", service.audience.value
        yield "gender", service.gender.value
        yield "status", service.status.value
        yield "elsewhere", "no" if known.profile.offer.town is None else "yes"
        for stage in service.eligibility or (ANYONE,):
            yield "stage", stage
        yield "sure", "no" if service.confidence is Confidence.LOW else "yes"
        for name in names_of(service):
            stems = self.analyzer.analyze(" ".join(plain.words(name)))
            other = self._home.symmetric_difference(stems)  # "Citizens Advice" or with "Leeds"
            yield from (("title", title_of(each)) for each in (stems, other) if each)
        for need in service.needs[:1]:
            yield "main", need
        for need in service.needs:
            yield "need", need
        for language in service.languages:
            yield "language", language

    def searcher(self) -> tantivy.Searcher:
        """Return the index as it is now; it stays so."""
        self._index.reload()
        return self._index.searcher()


def _analyzer() -> tantivy.TextAnalyzer:
    stemmed = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace())
    return stemmed.filter(tantivy.Filter.stemmer("english")).build()


def title_of(stems: Iterable[str]) -> str:
    """Return what is the same for names of the same words in any order."""
    return " ".join(sorted(set(stems)))


def names_of(service: Service) -> tuple[str, ...]:
    """Return every name by which a service is known: its own, another, its organisation's."""
    return tuple(n for n in (service.name, service.alternate_name, service.organization) if n)


def _said(known: Candidate) -> list[str]:
    """Return the words about a service beside its name: no facts of how to reach it."""
    service = known.service
    parts = [
        service.description,
        *sorted(known.profile.offer.spoken),
        *(term.name for term in service.terms),
    ]
    if not service.confidential_location:
        parts.append(service.area)
    return [word for part in parts for piece in plain.pieces(part) for word in plain.words(piece)]


def _joined(words: Sequence[str]) -> list[str]:
    """Return each word with the next one in one: ``baby bank`` is typed ``babybank`` as well."""
    return [one + other for one, other in pairwise(words)]


def _cells(points: Iterable[Point]) -> set[str]:
    return {
        _cell(size, floor(point.lat / size), floor(point.lon / size / _WIDER))
        for point in points
        for size in _CELLS
    }


def around(place: Place | None) -> Iterator[list[str]]:
    """Yield, from the smallest to the largest size, the cell of *place* and the eight around."""
    if place is None:
        return
    for size in _CELLS:
        row, column = floor(place.point.lat / size), floor(place.point.lon / size / _WIDER)
        steps = (-1, 0, 1)
        yield [_cell(size, row + up, column + right) for up in steps for right in steps]


def _cell(size: float, row: int, column: int) -> str:
    return f"{size} {row} {column}"
