"""The public part of a directory, ready to be listed, filtered and paged. Pure.

Made once for each state of the directory. Documents are made when somebody asks for them, and the
last ones are kept, so a page costs what is on it, however large the directory is.
"""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from json import dumps
from types import MappingProxyType

from directory.memo import Memo
from directory.model import Service
from directory.oruk import choosing, entries, writing
from directory.oruk.choosing import EVERYTHING, Asked
from directory.oruk.entries import Moments
from directory.oruk.forms import Document
from directory.places import Gazetteer

_KEPT = 4_000  # documents in memory as text: about 4 KB each
_KEPT_LISTS = 32  # lists that were filtered, so that paging through one filters once


class Form(StrEnum):
    """How much of a record a list shows."""

    MINIMAL = "minimal"  # what tells whether it changed
    SHORT = "short"
    FULL = "full"


class Publication:
    """What everybody may read of a directory. Never changes after it is made.

    *entries*, *spots*: services and places; their numbers in these are what lists hold.
    *changed_at*: when anything in it last changed, None where nobody knows.
    """

    def __init__(
        self,
        services: Iterable[Service],
        gazetteer: Gazetteer,
        moments: Mapping[str, Moments] = MappingProxyType({}),
    ) -> None:
        """Index *services*; what is not public is left out."""
        self.gazetteer = gazetteer
        self.entries = entries.entries(services, moments)
        self.spots = entries.spots(self.entries, gazetteer)
        self.organizations = entries.organizations(self.entries)
        catalogue = entries.catalogue(self.entries)
        self.taxonomies, self.terms = catalogue.taxonomies, catalogue.terms
        self.changed_at = max((e.stirred for e in self.entries if e.stirred), default=None)
        self._having = catalogue.having
        self._entry_at = {each.id: at for at, each in enumerate(self.entries)}
        self._spot_at = {each.id: at for at, each in enumerate(self.spots)}
        self._texts: Memo[str] = Memo(_KEPT)
        self._lists: Memo[Sequence[int]] = Memo(_KEPT_LISTS)
        self._words: tuple[Sequence[str], Sequence[str]] | None = None

    def service_at(self, service_id: str) -> int | None:
        """Return the number of the service with this UUID, None if there is none."""
        return self._entry_at.get(service_id)

    def spot_at(self, spot_id: str) -> int | None:
        """Return the number of the place with this UUID, None if there is none."""
        return self._spot_at.get(spot_id)

    def services(self, asked: Asked = EVERYTHING) -> Sequence[int]:
        """Return the services that *asked* wants, in their order; what it names comes first."""
        if asked == EVERYTHING:
            return range(len(self.entries))
        return self._lists.of(("services", asked), lambda: array("I", self._chosen(asked)))

    def places(self, asked: Asked = EVERYTHING) -> Sequence[int]:
        """Return the places of the services that *asked* wants, the nearest first.

        In the order of the services where *asked* is near nowhere.
        """
        if asked == EVERYTHING:
            return range(len(self.spots))
        return self._lists.of(("places", asked), lambda: array("I", self._near(asked)))

    def service_text(self, at: int, form: Form) -> str:
        """Return the document of a service as JSON."""
        return self._texts.of((at, form), lambda: compact(self.service(at, form)))

    def place_text(self, at: int, form: Form) -> str:
        """Return the document of a place, with its service, as JSON."""
        return self._texts.of(("place", at, form), lambda: compact(self.place(at, form)))

    def service(self, at: int, form: Form) -> Document:
        """Return the document of a service."""
        entry = self.entries[at]
        run_by = self.organizations[entry.organization_id]
        if form is Form.FULL:
            return writing.full(entry.service, entry.id, run_by, entry.modified)
        short = writing.short(entry.service, entry.id, run_by, entry.modified)
        if form is Form.SHORT:
            return short
        return {name: short[name] for name in writing.MINIMAL if name in short}

    def place(self, at: int, form: Form) -> Document:
        """Return the document of a place, with its service."""
        spot = self.spots[at]
        nested = form is Form.FULL
        return writing.at_location(spot.place, spot.id, self.service(spot.at, form), nested=nested)

    def _chosen(self, asked: Asked) -> Iterable[int]:
        found = [at for at in self._with_terms(asked) if choosing.holds(asked, self.entries[at])]
        if not asked.search:
            return found
        words, names = self._searchable()
        return choosing.found_by(asked.search, words, found, names)

    def _with_terms(self, asked: Asked) -> Sequence[int]:
        wanted = [each for each in (asked.term_id, asked.taxonomy_id) if each is not None]
        if not wanted:
            return range(len(self.entries))
        lists = [self._having.get(each, ()) for each in wanted]
        shared = set(lists[0]).intersection(*lists[1:])
        return sorted(shared)

    def _near(self, asked: Asked) -> Iterable[int]:
        chosen = set(self._chosen(asked))
        return choosing.near(
            asked, self.spots, (at for at, spot in enumerate(self.spots) if spot.at in chosen)
        )

    def _searchable(self) -> tuple[Sequence[str], Sequence[str]]:
        if self._words is None:  # made at the first search: most readers never search
            self._words = (
                [choosing.searchable(each) for each in self.entries],
                [choosing.plain_name(each) for each in self.entries],
            )
        return self._words


def compact(document: object) -> str:
    """Return *document* as JSON, as short as it goes."""
    return dumps(document, ensure_ascii=False, separators=(",", ":"))


def page_text(texts: Sequence[str], *, number: int, per_page: int, total: int) -> str:
    """Return the page object around documents that are JSON already.

    *number*: of the page, from 1; *total*: of the items on all pages.
    """
    pages = -(-total // per_page)
    head = {
        "total_items": total,
        "total_pages": pages,
        "page_number": number,
        "size": len(texts),
        "first_page": number == 1,
        "last_page": number >= pages,
        "empty": not texts,
    }
    return f'{compact(head)[:-1]},"contents":[{",".join(texts)}]}}'
