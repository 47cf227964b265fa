"""An index of a directory in memory: which services may be meant by words or by needs. Pure.

Made of what may be found only: names, descriptions, needs, areas. No address, phone or e-mail
is in it, and of a confidential service no area either. It answers with candidates; whether
they may be shown, and in which order, is for `directory.matcher` and `directory.search`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from weakref import WeakKeyDictionary

import tantivy
from rapidfuzz.distance import OSA
from tantivy import Occur

from directory import plain
from directory.entries import LEVELS, TEXTS, Store, around, fact, names_of, title_of
from directory.index import Candidate, Directory
from directory.model import (
    ANYONE,
    Audience,
    Gender,
    Point,
    Query,
    Service,
)

SHORTEST = 2  # letters of a word that is looked for
MOST = 120  # services of one name that are looked at
_LARGE = 5_000  # services from which more at once is worth its memory
_CHANGED = 0.1  # of the services; above that a new index is quicker
_NEAR = (3.0, 2.0)  # points of a service in or beside the cell of the place
_FOR_NEED = (("main", 9.0), ("also", 3.0))  # points for a need that is its first, or another
_SPEAKS, _LEVEL = 1.0, 0.5  # points for the language spoken, for each level of reliance
_FEW_TERMS = 4  # of which one is looked for, up to which they are quicker one by one
_TITLE_WRONG = (10, 18)  # letters of a name from which one, two may be wrong
_LOOKED_AT = 40  # services in whose names the right spelling of a word is looked up


@dataclass(frozen=True, slots=True)
class Filters:
    """Which services alone are looked for; None or empty where any.

    *needs*: one of these. *organization*: words of its name. *language*: spoken there,
    BCP-47. *gender*: not only for others. *open_now*: surely open at the moment of the query.
    """

    needs: tuple[str, ...] = ()
    organization: str | None = None
    language: str | None = None
    gender: Gender | None = None
    open_now: bool = False


@dataclass(frozen=True, slots=True)
class Sought:
    """A word that was typed, and the words of the index that it stands for.

    *weight*: how much it says. *telling*: it may name a service; who has none of these words
    is not found.
    """

    typed: str
    forms: tuple[str, ...]
    weight: float
    telling: bool = True


ANY = Filters()


class Finder:
    """The words and needs of services; never changes: an update gives another one.

    One that was updated still answers as before.
    """

    def __init__(self, known: Iterable[Candidate], home: str = "") -> None:
        """Index the *known* services; names need not have the words of *home*, their city."""
        rows = list(known)
        self._store = Store(home)
        self.services = {each.service.id: (each.service, each.points) for each in rows}
        self._ids = self._store.add(rows, large=len(rows) >= _LARGE)
        self._searcher = self._store.searcher()
        self._store.newest = self

    def updated(self, changed: Iterable[Candidate], removed: Iterable[str] = ()) -> "Finder":
        """Return a finder with the *changed* and new services, and without the *removed* ids.

        Raises:
            ValueError: this finder was updated before; only the newest one can be.
        """
        rows, gone = list(changed), set(removed)
        with self._store.lock:
            if self._store.newest is not self:
                raise ValueError("only the newest finder can be updated")
            after = object.__new__(Finder)
            after._store = self._store
            left = gone.union(each.service.id for each in rows)
            ids = self._store.add(rows, without=left)
            after._ids = {n: i for n, i in self._ids.items() if i not in left} | ids
            fresh = {each.service.id: (each.service, each.points) for each in rows}
            after.services = {k: v for k, v in self.services.items() if k not in gone} | fresh
            after._searcher = self._store.searcher()
            self._store.newest = after
        return after

    def __len__(self) -> int:
        """Return how many services can be found."""
        return int(self._searcher.num_docs)

    def stems(self, text: str) -> list[str]:
        """Return the words of *text* as the index has them: plain, English ones by their stem."""
        found: list[str] = self._store.analyzer.analyze(" ".join(plain.words(text)))
        return found

    def frequency(self, stem: str) -> int:
        """Return about how many services have a word."""
        return max(self._searcher.doc_freq(field, stem) for field in ("name", "said"))

    def beginning(self, stem: str, most: int = 16) -> tuple[str, ...]:
        """Return the words of names that begin with *stem*, the most frequent first."""
        found = self._searcher.terms_with_prefix("name", stem, limit=most)
        return tuple(term for term, _ in found)

    def nearest(self, stem: str, wrong: int) -> tuple[str, ...]:
        """Return the words of names that are *stem* with the fewest, at most *wrong*, mistakes.

        The first letter must be right: with another one, it is mostly another word.
        """
        near = tantivy.Query.fuzzy_term_query(self._store.schema, "name", stem, wrong)
        found: dict[str, int] = {}
        for service_id in self._named(self._searcher.search(near, _LOOKED_AT, count=False).hits):
            for word in self.names(service_id):
                away = OSA.distance(word, stem, score_cutoff=wrong)
                if away <= wrong and word[0] == stem[0]:
                    found[word] = away
        least = min(found.values(), default=0)
        return tuple(sorted(word for word, away in found.items() if away == least))

    def names(self, service_id: str) -> list[str]:
        """Return the words of the index that a service's names are made of."""
        service, _ = self.services[service_id]
        return self.stems(" ".join(names_of(service)))

    def service(self, service_id: str) -> Service:
        """Return the service of an id that this finder gave."""
        return self.services[service_id][0]

    def titled(self, stems: Iterable[str], audience: Audience, filters: Filters = ANY) -> list[str]:
        """Return the ids of services of which a whole name is made of *stems*, in any order."""
        return self._all_of([self._term("title", title_of(stems))], audience, filters)

    def nearly_titled(
        self, stems: Iterable[str], audience: Audience, filters: Filters = ANY
    ) -> list[str]:
        """Return the same as `titled`, but for one or, in a long name, two wrong letters."""
        title = title_of(stems)
        wrong = sum(len(title) >= letters for letters in _TITLE_WRONG)
        if not wrong:
            return []
        near = tantivy.Query.fuzzy_term_query(self._store.schema, "title", title, wrong)
        return self._all_of([near], audience, filters)

    def by_words(
        self, sought: Sequence[Sought], described: float, query: Query, filters: Filters, most: int
    ) -> list[tuple[str, float]]:
        """Return the ids of services with words of *sought*, and the weights of what they have.

        *described*: the part of a word's weight that it has outside a name.
        """
        telling = [(Occur.Should, self._clause(w, described)) for w in sought if w.telling]
        if not telling:
            return []
        asked = [
            (Occur.Must, tantivy.Query.boolean_query(telling)),
            *((Occur.Should, self._clause(w, described)) for w in sought if not w.telling),
            *self._limits(query, filters),
        ]
        hits = self._searcher.search(tantivy.Query.boolean_query(asked), most, count=False).hits
        return list(zip(self._named(hits), (score for score, _ in hits), strict=True))

    def by_name(self, stems: Iterable[str], audience: Audience) -> list[str]:
        """Return the ids of services whose names have all of *stems*."""
        return self._all_of([self._term("name", stem) for stem in stems], audience, ANY)

    def _all_of(
        self, terms: Iterable[tantivy.Query], audience: Audience, filters: Filters
    ) -> list[str]:
        asked = [(Occur.Must, self._quiet(term)) for term in terms]
        limits = (*self._seen_by(audience), *self._left_by(filters))
        query = tantivy.Query.boolean_query([*asked, *limits])
        return self._named(self._searcher.search(query, MOST, count=False).hits)

    def by_needs(
        self, query: Query, filters: Filters, most: int, *, elsewhere: bool = True
    ) -> list[str]:
        """Return the ids of the *most* services that likeliest meet a need of *query*.

        By what they are for, how near they are, and who speaks the language. *elsewhere*:
        also those of other towns.
        """
        either = [
            (Occur.Should, self._scored(self._term(kind, f"{need}:{n}"), points + _LEVEL * n))
            for need in query.needs
            for kind, points in _FOR_NEED
            for n in LEVELS
        ]
        if not either:
            return []
        asked = [
            (Occur.Must, tantivy.Query.boolean_query(either)),
            *self._limits(query, filters),
            *((Occur.Should, each) for each in self._wishes(query)),
        ]
        if not elsewhere:
            asked.append((Occur.MustNot, self._term("elsewhere", "yes")))
        hits = self._searcher.search(tantivy.Query.boolean_query(asked), most, count=False).hits
        return self._named(hits)

    def _limits(self, query: Query, filters: Filters) -> Iterator[tuple[Occur, tantivy.Query]]:
        yield from self._seen_by(query.audience)
        yield from self._left_by(filters)
        if query.gender in _OTHER:
            yield Occur.MustNot, self._term("gender", _OTHER[query.gender].value)
        if query.stages:
            yield Occur.Must, self._quiet(self._any("stage", (*query.stages, ANYONE)))

    def _left_by(self, filters: Filters) -> Iterator[tuple[Occur, tantivy.Query]]:
        if filters.gender in _OTHER:
            yield Occur.MustNot, self._term("gender", _OTHER[filters.gender].value)
        if filters.language is not None:
            yield Occur.Must, self._quiet(self._term("language", filters.language))
        for stem in self.stems(filters.organization or ""):
            yield Occur.Must, self._quiet(self._term("organization", stem))
        if filters.needs:
            yield Occur.Must, self._quiet(self._any("need", filters.needs))

    def _seen_by(self, audience: Audience) -> Iterator[tuple[Occur, tantivy.Query]]:
        if audience is not Audience.WORKERS:
            yield Occur.MustNot, self._term("audience", Audience.WORKERS.value)

    def _wishes(self, query: Query) -> Iterator[tantivy.Query]:
        if query.language is not None:
            yield self._scored(self._term("language", query.language), _SPEAKS)
        for points, cells in zip(_NEAR, around(query.place), strict=False):
            yield self._scored(self._any("cell", cells), points)

    def _clause(self, sought: Sought, described: float) -> tantivy.Query:
        parts = [
            self._scored(self._any("name", sought.forms), sought.weight),
            self._scored(self._any("said", sought.forms), sought.weight * described),
        ]
        return tantivy.Query.disjunction_max_query(parts)

    def _any(self, field: str, values: Sequence[str]) -> tantivy.Query:
        if len(values) == 1:
            return self._term(field, values[0])
        if len(values) <= _FEW_TERMS:  # a set is looked up in all services first
            return tantivy.Query.disjunction_max_query([self._term(field, v) for v in values])
        field, values = _in_index(field, values)
        return tantivy.Query.term_set_query(self._store.schema, field, values)

    def _term(self, field: str, value: str) -> tantivy.Query:
        field, (value,) = _in_index(field, [value])
        return tantivy.Query.term_query(self._store.schema, field, value, "basic")

    def _scored(self, query: tantivy.Query, points: float) -> tantivy.Query:
        return tantivy.Query.const_score_query(query, points)

    def _quiet(self, query: tantivy.Query) -> tantivy.Query:
        return self._scored(query, 0.0)

    def _named(self, hits: Sequence[tuple[float, tantivy.DocAddress]]) -> list[str]:
        numbers = self._searcher.fast_field_values("number", [at for _, at in hits])
        return [self._ids[int(number or 0)] for number in numbers]


def _in_index(field: str, values: Sequence[str]) -> tuple[str, list[str]]:
    """Return the field of the index that has *values*, and what they are there."""
    if field in TEXTS:
        return field, list(values)
    return "fact", [fact(field, value) for value in values]


_OTHER: Mapping[Gender | None, Gender] = {Gender.WOMEN: Gender.MEN, Gender.MEN: Gender.WOMEN}


_made: WeakKeyDictionary[Directory, Finder] = WeakKeyDictionary()
_making = Lock()
_latest: list[Finder] = []


def of(directory: Directory) -> Finder:
    """Return the finder of *directory*: made at first use, kept as long as *directory* is.

    Where little changed since the one made last, that one is updated.
    """
    if (found := _made.get(directory)) is not None:
        return found
    with _making:
        if (found := _made.get(directory)) is None:
            found = _made[directory] = _from_latest(directory) or _anew(directory)
            _latest[:] = [found]
    return found


def _anew(directory: Directory) -> Finder:
    return Finder(_candidates(directory), directory.gazetteer.home)


def _candidates(directory: Directory) -> Iterator[Candidate]:
    for service in directory.services:
        if (known := directory.candidate(service.id)) is not None:
            yield known


def _from_latest(directory: Directory) -> Finder | None:
    """Return the latest finder with what has changed since; None if that is too much."""
    if not _latest:
        return None
    former = _latest[0]
    most = _CHANGED * len(former.services)
    gone = former.services.keys() - {service.id for service in directory.services}
    changed: list[Candidate] = []
    for known in _candidates(directory):
        before = former.services.get(known.service.id)
        if before is None or not _is_same(before, known):
            changed.append(known)
        if len(changed) + len(gone) > most:
            return None
    return former.updated(changed, gone)


def _is_same(before: tuple[Service, tuple[Point, ...]], known: Candidate) -> bool:
    service, points = before
    return (service is known.service or service == known.service) and points == known.points
