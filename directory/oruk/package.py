"""The files of an export: a page object for each kind of record, and an index of them. Pure."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from directory.oruk import writing
from directory.oruk.publication import Form, Publication, compact, page_text

INDEX = "index.json"
PER_FILE = 10_000  # records: more of them continue in another file, as pages of one list


@dataclass(frozen=True, slots=True)
class File:
    """One file: its *name*, what it holds, how many records, and its *text*."""

    name: str
    kind: str
    records: int
    text: Callable[[], str]


def files(publication: Publication, per_file: int = PER_FILE) -> Iterator[File]:
    """Yield every file of the export; the same directory gives the same bytes.

    *per_file*: how many records go into one.
    """
    found = [
        file
        for kind, count, text in _kinds(publication)
        for file in _pages(kind, count, text, per_file)
    ]
    yield from found
    index = {
        "version": writing.VERSION,
        "profile": writing.PROFILE,
        "resources": [
            {"name": each.kind, "path": each.name, "records": each.records} for each in found
        ],
    }
    yield File(INDEX, "index", len(found), lambda: compact(index) + "\n")


def services_text(publication: Publication) -> str:
    """Return all services, whole, as one page object."""
    texts = [publication.service_text(at, Form.FULL) for at in publication.services()]
    return _page(texts, number=1, per_page=max(len(texts), 1), total=len(texts))


def _kinds(
    publication: Publication,
) -> Iterable[tuple[str, int, Callable[[int], str]]]:
    """Return each kind of record, how many there are, and what gives one as JSON."""
    organizations = tuple(publication.organizations.values())
    taxonomies = tuple(publication.taxonomies.values())
    terms = tuple(publication.terms.values())
    return (
        (
            "services",
            len(publication.entries),
            lambda at: publication.service_text(at, Form.FULL),
        ),
        ("organizations", len(organizations), lambda at: compact(organizations[at])),
        ("taxonomies", len(taxonomies), lambda at: compact(taxonomies[at])),
        ("taxonomy_terms", len(terms), lambda at: compact(terms[at])),
        (
            "service_at_locations",
            len(publication.spots),
            lambda at: publication.place_text(at, Form.FULL),
        ),
    )


def _pages(kind: str, count: int, text: Callable[[int], str], per_file: int) -> Iterator[File]:
    pages = max(-(-count // per_file), 1)
    for number in range(1, pages + 1):
        shown = range((number - 1) * per_file, min(number * per_file, count))
        name = f"{kind}.json" if pages == 1 else f"{kind}-{number}.json"
        page = partial(_page, number=number, per_page=per_file, total=count)
        yield File(name, kind, len(shown), _maker(text, shown, page))


def _maker(
    text: Callable[[int], str], shown: Sequence[int], page: Callable[[Sequence[str]], str]
) -> Callable[[], str]:
    return lambda: page([text(at) for at in shown])


def _page(texts: Sequence[str], *, number: int, per_page: int, total: int) -> str:
    """Return a page with a line for each record, so that two exports can be compared by line."""
    lines = [f"\n{each}" for each in texts]
    return page_text(lines, number=number, per_page=per_page, total=total) + "\n"
