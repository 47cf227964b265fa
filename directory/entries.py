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
_CELLS = (0.01, 0.04)  # degrees of latitude: about 1 and 4 km
LEVELS = (0, 1, 2)  # of how far a service can be relied on: its facts may be shown, it is open
_WIDER = 1.7  # a degree of latitude in degrees of longitude, at England's latitudes
_SPLIT = "split"
TEXTS = ("name", "said", "organization", "title")  # fields of words; all else is a fact


class Store:
    """What the finders of one line of updates share: tantivy's index, and who is the newest."""

    def __init__(self, home: str) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_unsigned_field("number", fast=True)
        for field in ("name", "said", "organization", "fact"):
            builder.add_text_field(field, tokenizer_name=_SPLIT, index_option="basic")
        for field in ("id", "title"):
            builder.add_text_field(field, tokenizer_name="raw", index_option="basic")
        self.schema = builder.build()
        self.analyzer = _analyzer()
        self._home = frozenset(self.analyzer.analyze(" ".join(plain.words(home))))
        self.lock = Lock()
        self.newest: object = None  # the finder that was updated last
        self._last = 0
        self._index = tantivy.Index(self.schema)  # without a path: in memory
        spaces = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        self._index.register_tokenizer(_SPLIT, spaces)  # what it is given has its stems already

    def add(
        self, rows: Iterable[Candidate], *, without: Iterable[str] = (), large: bool = False
    ) -> dict[int, str]:
        """Index *rows* in place of the services *without*; return their new numbers."""
        writer = self._index.writer(_LARGE_HEAP if large else _HEAP, 1)
        for service_id in without:
            writer.delete_documents_by_term("id", service_id)
        ids: dict[int, str] = {}
        reader = _Reader(self.analyzer, self._home)
        for known in rows:
            if known.service.status is Status.CLOSED:
                continue
            self._last += 1
            ids[self._last] = known.service.id
            writer.add_document(reader.document(known, self._last))
        writer.commit()
        writer.wait_merging_threads()
        return ids

    def searcher(self) -> tantivy.Searcher:
        """Return the index as it is now; it stays so."""
        self._index.reload()
        return self._index.searcher()


class _Stems(dict[str, str]):
    """The stem of each word that was asked for, as *analyzer* has it."""

    def __init__(self, analyzer: tantivy.TextAnalyzer) -> None:
        super().__init__()
        self._analyzer = analyzer

    def __missing__(self, word: str) -> str:
        """Work out the stem; what ends with a digit has no ending to take off."""
        stem = self[word] = word if word[-1].isdigit() else self._analyzer.analyze(word)[0]
        return stem


class _Reader:
    """Reads services for the index; what many of them share is read once."""

    def __init__(self, analyzer: tantivy.TextAnalyzer, home: frozenset[str]) -> None:
        self._stems = _Stems(analyzer)
        self._home = home
        self._organizations: dict[str, list[str]] = {}
        self._texts: dict[tuple[str, ...], str] = {}

    def document(self, known: Candidate, number: int) -> tantivy.Document:
        service = known.service
        document = tantivy.Document()
        document.add_unsigned("number", number)
        document.add_text("id", service.id)
        names = [plain.words(name) for name in (service.name, service.alternate_name) if name]
        organization = self._organization(service.organization)
        words: list[str] = []
        for name in (*names, organization):
            words += name
            words += _joined(name)
            for title in self._titles(name):
                document.add_text("title", title)
        stems = self._stems
        document.add_text("name", " ".join([stems[word] for word in words]))
        document.add_text("organization", " ".join([stems[word] for word in organization]))
        document.add_text("said", self._said(known))
        document.add_text("fact", " ".join(_facts(known)))
        return document

    def _titles(self, words: Sequence[str]) -> Iterator[str]:
        """Yield a name, and the same with or without its city: "Citizens Advice Leeds"."""
        stems = {self._stems[word] for word in words}
        if stems:
            yield title_of(stems)
        if other := self._home ^ stems:
            yield title_of(other)

    def _organization(self, name: str) -> list[str]:
        found = self._organizations.get(name)
        if found is None:
            found = self._organizations[name] = plain.words(name)
        return found

    def _said(self, known: Candidate) -> str:
        """Return the stems of what is said of a service beside its name, each once."""
        parts = _said(known)
        found = self._texts.get(parts)
        if found is None:
            words = (
                word for part in parts for each in plain.pieces(part) for word in plain.words(each)
            )
            found = " ".join(dict.fromkeys(self._stems[word] for word in words))
            self._texts[parts] = found
        return found


def _analyzer() -> tantivy.TextAnalyzer:
    stemmed = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace())
    return stemmed.filter(tantivy.Filter.stemmer("english")).build()


def title_of(stems: Iterable[str]) -> str:
    """Return what is the same for names of the same words in any order."""
    return " ".join(sorted(set(stems)))


def names_of(service: Service) -> tuple[str, ...]:
    """Return every name by which a service is known: its own, another, its organisation's."""
    return tuple(n for n in (service.name, service.alternate_name, service.organization) if n)


def _said(known: Candidate) -> tuple[str, ...]:
    """Return the texts about a service beside its name: no facts of how to reach it."""
    service = known.service
    return (
        service.description,
        *sorted(known.profile.offer.spoken),
        *(term.name for term in service.terms),
        "" if service.confidential_location else service.area,
    )


def _facts(known: Candidate) -> Iterator[str]:
    """Yield what is found only as it is."""
    service = known.service
    yield fact("audience", service.audience.value)
    yield fact("gender", service.gender.value)
    yield fact("elsewhere", "no" if known.profile.offer.town is None else "yes")
    for stage in service.eligibility or (ANYONE,):
        yield fact("stage", stage)
    level = LEVELS[(service.confidence is not Confidence.LOW) + (service.status is Status.OPEN)]
    for at, need in enumerate(service.needs):
        yield fact("need", need)
        yield fact("also" if at else "main", f"{need}:{level}")
    for language in service.languages:
        yield fact("language", language)
    for cell in _cells(known.points):
        yield fact("cell", cell)


def fact(kind: str, value: str) -> str:
    """Return what stands in the index for a fact: one word, whatever *value* is."""
    return f"{kind}:{value}".replace(" ", "_")


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
    return f"{size}_{row}_{column}"
