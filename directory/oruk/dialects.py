"""Pages of services as publishers write them: ORUK 3.0, 1.0 and Outpost. Pure.

Sources: the schemas and examples of Open Referral UK (3.0), the pages of Bristol's and
Buckinghamshire's councils (1.0 by Placecube, Outpost).
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from directory.oruk import values
from directory.oruk.values import Record

_RECORDS = ("contents", "content")  # 3.0; 1.0 and Outpost
_MOST_RECORDS = 20_000  # on one page
# escapes of half a surrogate pair, which nothing can encode, and of NUL, which databases refuse
_NO_CHARACTER = re.compile(r"\\u(?:d[89a-f]|0000)", re.IGNORECASE)
_REFUSED = re.compile("[\0\ud800-\udfff]")


class Dialect(StrEnum):
    """How a publisher writes services."""

    V3 = "3.0"
    V1 = "1.0"
    OUTPOST = "outpost"


class BrokenPage(Exception):
    """A page that cannot be read; the text says why, for whoever imports."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of services; what the page object says of itself may be missing, or wrong."""

    records: tuple[object, ...]
    dialect: Dialect
    number: int | None = None
    total_pages: int | None = None
    total_items: int | None = None
    last: bool | None = None


def read_page(body: bytes) -> Page:
    """Return the page in *body*: a page object, a bare list, or one service alone.

    A byte order mark is passed over.

    Raises:
        BrokenPage: it is no JSON, or nothing that holds services.
    """
    content = _json(body)
    if isinstance(content, list):
        return Page(_few(content), _dialect(content))
    if not isinstance(content, Mapping):
        raise BrokenPage("This is JSON, but neither an object nor a list.")
    for name in _RECORDS:
        if isinstance(found := content.get(name), list):
            return _page(content, found)
    if is_service(content):
        return Page((content,), _dialect([content]))
    raise BrokenPage("This is JSON, but not a page of services.")


def read_record(body: bytes) -> Record:
    """Return the one record in *body*.

    Raises:
        BrokenPage: it is no JSON, or no object.
    """
    content = _json(body)
    if not isinstance(content, Mapping):
        raise BrokenPage("This is JSON, but not a service.")
    return content


def is_service(record: object) -> bool:
    """Say whether *record* is a service and not, say, an organisation or a term."""
    if not isinstance(record, Mapping) or "id" not in record or "name" not in record:
        return False
    # the one thing that every dialect has on services only
    return "status" in record or any(name in record for name in _WHOLE)


_WHOLE = ("service_at_locations", "locations", "schedules", "regular_schedules")
_PARTS = (*_WHOLE, "contacts", "languages", "cost_options", "attributes", "service_areas")


def is_whole(record: object) -> bool:
    """Say whether *record* is a full one, not the short form of a list."""
    return isinstance(record, Mapping) and any(name in record for name in _PARTS)


def _page(content: Record, found: Sequence[object]) -> Page:
    spring = "totalElements" in content or "totalPages" in content
    return Page(
        _few(found),
        _dialect(found, old=spring),
        number=values.whole(content, "page_number", "number"),
        total_pages=values.whole(content, "total_pages", "totalPages"),
        total_items=values.whole(content, "total_items", "totalElements"),
        last=values.flag(content, "last_page" if "last_page" in content else "last"),
    )


def _few(records: Sequence[object]) -> tuple[object, ...]:
    if len(records) > _MOST_RECORDS:
        raise BrokenPage(f"The page has more than {_MOST_RECORDS:,} services.")
    return tuple(records)


def _dialect(records: Sequence[object], *, old: bool = False) -> Dialect:
    """Return the dialect that the fields of *records* give away."""
    fields = {name for each in records if isinstance(each, Mapping) for name in each}
    if fields & {"organisation", "regular_schedules", "suitabilities", "locations"}:
        return Dialect.OUTPOST if fields & {"organisation", "locations"} else Dialect.V1
    legacy = {"service_taxonomys", "eligibilitys", "deliverable_type", "fundings", "reviews"}
    return Dialect.V1 if old or fields & legacy else Dialect.V3


def _json(body: bytes) -> Any:  # whatever JSON holds
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise BrokenPage(f"This is not text in UTF-8 (byte {exc.start}).") from exc
    try:
        # no number of HSDS is infinite or "not a number", which JSON has no words for
        content = json.loads(text, parse_constant=lambda _: None)
        return _encodable(content) if _NO_CHARACTER.search(text) else content
    except RecursionError as exc:
        raise BrokenPage("The JSON is nested too deeply.") from exc
    except json.JSONDecodeError as exc:
        where = f"line {exc.lineno}, column {exc.colno}"
        raise BrokenPage(f"This is not JSON ({exc.msg}, {where}).") from exc
    except ValueError as exc:  # a number of more than 4,300 digits
        raise BrokenPage("This JSON has a number that is too long.") from exc


def _encodable(content: Any) -> Any:  # whatever JSON holds
    """Return *content* without the characters that cannot be stored or sent, also in its names."""
    if isinstance(content, str):
        return _REFUSED.sub("", content)
    if isinstance(content, list):
        return [_encodable(each) for each in content]
    if isinstance(content, dict):
        return {_REFUSED.sub("", name): _encodable(each) for name, each in content.items()}
    return content
