"""Where pages of Open Referral UK come from: files, or a paged HTTP API."""

import re
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from bot.importing import Missing, Unreachable
from digests.errors import FetchError
from digests.feed import Feed, Fetched
from digests.fetch import HttpFetcher
from directory.oruk import dialects, reading
from directory.oruk.dialects import BrokenPage, Dialect, Page

MOST_BYTES = 100_000_000  # of one file
PER_PAGE = 100  # services that are asked for, or that are stored at once of a file
JSON = "application/json, */*;q=0.1"
_SERVICES = "services"
_MISSING = (404, 410)  # RFC 9110, sections 15.5.5 and 15.5.11


class Getter(Protocol):
    """What gets the bytes of a web address."""

    async def get(self, url: str) -> bytes:
        """Return the bytes at *url*.

        Raises:
            Unreachable: they could not be had.
        """
        ...


class PoliteGetter:
    """A `Getter` with the rules of feeds: public addresses only, 5 MB, 20 seconds."""

    def __init__(self, fetcher: HttpFetcher) -> None:
        self._fetcher = fetcher

    async def get(self, url: str) -> bytes:
        """Return the bytes at *url*.

        Raises:
            Missing: there is nothing at this address.
            Unreachable: refused, not reached, too long, too slow, or an error of the server.
        """
        try:
            # the number and the moment are for feeds that are asked again and again
            got = await self._fetcher.fetch(Feed(0, url, None, datetime.now(UTC)))
        except FetchError as exc:
            kind = Missing if exc.status in _MISSING else Unreachable
            raise kind(f"{url}: {exc.reason}") from exc
        if not isinstance(got, Fetched):
            raise Unreachable(f"{url}: the server sent nothing.")
        return got.body


class FilePages:
    """Services in a file, or in all files of a folder that end in .json, in natural order.

    Where names begin with ``services``, only these: an export has other kinds beside them.
    *per_page*: how many are stored at once.

    Raises:
        BrokenPage: a file is too long, or cannot be read as services.
        OSError: it is not there, or may not be read.
    """

    def __init__(self, path: Path, *, per_page: int = PER_PAGE) -> None:
        found = sorted(path.glob("*.json"), key=_natural) if path.is_dir() else [path]
        files = [each for each in found if each.name.startswith("services")] or found
        if not files:
            raise BrokenPage(f"{path.name}: there is no .json file in this folder.")
        pages = [_of_file(file) for file in files]
        self._per_page = per_page
        self._records = [record for page in pages for record in page.records]
        self._dialect = next((page.dialect for page in pages if page.records), Dialect.V3)
        marks = sha256("\n".join(map(reading.source_id, self._records)).encode()).hexdigest()
        self.url = f"{path.name}#{marks[:12]}"

    async def page(self, number: int, since: datetime | None) -> Page | None:
        """Return the records of page *number*; a file holds everything, whatever *since*."""
        del since
        start = (number - 1) * self._per_page
        some = self._records[start : start + self._per_page]
        if not some and number > 1:
            return None
        total = -(-len(self._records) // self._per_page)
        return Page(tuple(some), self._dialect, number, total)

    async def whole(self, record: object, dialect: Dialect) -> object:
        """Return *record*: a file has no more of it."""
        del dialect
        return record

    async def has(self, source_id: str) -> bool:
        """Say whether the source still has a record: all of a file were read."""
        del source_id
        return False


class HttpPages:
    """A paged HTTP API: ``/services``, and ``/services/{id}`` for what its list leaves out.

    *url*: of the API or of its ``/services``; parameters in it are kept.
    """

    def __init__(self, url: str, getter: Getter) -> None:
        parts = urlsplit(url)
        path = parts.path.rstrip("/")
        if path.rpartition("/")[2] != _SERVICES:
            path = f"{path}/{_SERVICES}"
        self._query = parse_qsl(parts.query, keep_blank_values=True)
        self.url = urlunsplit((parts.scheme, parts.netloc, path, "", ""))
        self._getter = getter

    async def page(self, number: int, since: datetime | None) -> Page | None:
        """Return page *number* as the server gives it.

        Raises:
            Unreachable: it could not be had.
            BrokenPage: it cannot be read.
        """
        wanted = [*self._query, ("page", str(number)), ("per_page", str(PER_PAGE))]
        if since is not None:
            moment = since.astimezone(UTC).isoformat(timespec="seconds")
            wanted.append(("modified_after", moment.replace("+00:00", "Z")))
        return dialects.read_page(await self._getter.get(f"{self.url}?{urlencode(wanted)}"))

    async def whole(self, record: object, dialect: Dialect) -> object:
        """Return the full record; one that is full in the list is not asked for again.

        Raises:
            Unreachable: it could not be had, or is another one.
            BrokenPage: it cannot be read.
        """
        own = reading.source_id(record)
        if dialect is Dialect.OUTPOST or not own or dialects.is_whole(record):
            return record
        found = dialects.read_record(await self._getter.get(f"{self.url}/{quote(own, safe='')}"))
        if reading.source_id(found) != own:
            raise Unreachable(f"{own}: the server gave another record.")
        return found

    async def has(self, source_id: str) -> bool:
        """Say whether the server still gives the record *source_id* when asked for it.

        A server that is busy, slow or broken has not said that it is gone.
        """
        try:
            body = await self._getter.get(f"{self.url}/{quote(source_id, safe='')}")
            return reading.source_id(dialects.read_record(body)) == source_id
        except Missing:
            return False
        except (Unreachable, BrokenPage):
            return True


def source_key(address: str) -> str:
    """Return a key for the source at *address*, a web address or a file: ``bristol``.

    Its most telling word; lower-case letters, digits and hyphens, at most 40.
    """
    host = urlsplit(address).hostname if "://" in address else None
    words = host or Path(address).stem
    kept = re.sub(r"^(?:www|api|directory)\.", "", words.lower())
    return re.sub(r"[^a-z0-9]+", "-", kept).strip("-")[:40].strip("-") or "oruk"


def _of_file(path: Path) -> Page:
    if path.stat().st_size > MOST_BYTES:
        raise BrokenPage(f"{path.name}: the file is longer than {MOST_BYTES // 1_000_000} MB.")
    try:
        return dialects.read_page(path.read_bytes())
    except BrokenPage as exc:
        raise BrokenPage(f"{path.name}: {exc}") from exc


def _natural(path: Path) -> list[tuple[int, str]]:
    """Order ``page_2`` before ``page_10``."""
    parts = re.findall(r"\d+|\D+", path.name)
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]
