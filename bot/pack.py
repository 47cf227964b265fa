"""A pack folder, read whole: a city's services, helplines, places, topics, feeds and rights cards.

Another city is another folder; nothing in the code knows which city it is.
"""

import csv
import json
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from digests.topics import Interests, read_topics
from directory import alerting, flow
from directory.index import Directory
from directory.model import Helpline, Point, Service
from directory.places import District, Gazetteer, Outcode, Sector
from directory.rights import RightsCard
from directory.rights_source import FILE as RIGHTS
from directory.rights_source import read_rights
from directory.source import BrokenSource, SourceProblem, read_helplines, read_services
from handlers.callbacks import MAX_BYTES, Route, encode
from locales.errors import N_, Text

DEFAULT = Path(__file__).parent.parent / "packs" / "leeds"
FORMAT = Text(N_("The pack is broken. Nothing was loaded."))

Read = TypeVar("Read")


class PackError(Exception):
    """A pack that cannot be used; *problems* names file, record and field of each fault."""

    def __init__(self, problems: Sequence[SourceProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join([str(FORMAT), *map(str, self.problems)]))


@dataclass(frozen=True, slots=True)
class Pack:
    """Everything special to one city.

    *notes*: where the data comes from and how far to trust it. *interests*: what its digest
    is about. *feeds*: addresses to follow at first. *directory*: ready for matching.
    *rights*: cards, none of them public before somebody confirmed it.
    """

    id: str
    name: str
    country: str
    zone: str
    attribution: tuple[str, ...]
    notes: tuple[str, ...]
    services: tuple[Service, ...]
    helplines: tuple[Helpline, ...]
    gazetteer: Gazetteer
    general: tuple[str, ...]
    interests: Interests
    feeds: tuple[str, ...]
    directory: Directory
    rights: tuple[RightsCard, ...] = ()

    def directory_of(
        self, services: Sequence[Service], helplines: Sequence[Helpline] | None = None
    ) -> Directory:
        """Return this city's directory with *services* (from a database) instead of its own."""
        lines = self.helplines if helplines is None else tuple(helplines)
        return Directory(
            tuple(services), lines, self.gazetteer, self.general, self.zone, self.country
        )


def read_pack(folder: Path = DEFAULT) -> Pack:
    """Return the pack in *folder*.

    Raises:
        PackError: something in it is missing or wrong; lists every problem in every file.
    """
    faults = _Faults()
    head = faults.gather("pack.toml", lambda: _Head(_toml(folder / "pack.toml")))
    services = faults.gather(
        "services.json", lambda: read_services(_rows(folder / "services.json", "services"))
    )
    helplines = faults.gather(
        "helplines.json", lambda: read_helplines(_rows(folder / "helplines.json", "helplines"))
    )
    outcodes = faults.gather("outcodes.csv", lambda: _outcodes(folder / "outcodes.csv"))
    sectors = faults.gather("sectors.csv", lambda: _sectors(folder / "sectors.csv"))
    interests = faults.gather("topics.toml", lambda: _interests(folder / "topics.toml"))
    feeds = faults.gather("feeds.toml", lambda: _feeds(folder / "feeds.toml"))
    rights = faults.gather(RIGHTS, lambda: _rights(folder / RIGHTS))
    gazetteer = None
    if head is not None and outcodes is not None and sectors is not None:
        gazetteer = faults.gather("pack.toml", lambda: head.gazetteer(outcodes, sectors))
    if head is not None and helplines is not None:
        faults.gather("pack.toml", lambda: head.check_general(helplines))
    if services is not None and gazetteer is not None:
        faults.problems += _too_long(services, gazetteer)
    if faults.problems:
        raise PackError(faults.problems)
    # every part was read, or there would be a problem
    assert head is not None and services is not None and helplines is not None
    assert gazetteer is not None and interests is not None and feeds is not None
    assert rights is not None
    return Pack(
        id=head.id,
        name=head.name,
        country=head.country,
        zone=head.zone,
        attribution=head.attribution,
        notes=head.notes,
        services=services,
        helplines=helplines,
        gazetteer=gazetteer,
        general=head.general,
        interests=replace(interests, hosts=_hosts(services, helplines, feeds)),
        feeds=feeds,
        directory=Directory(services, helplines, gazetteer, head.general, head.zone, head.country),
        rights=rights,
    )


def _too_long(services: Sequence[Service], gazetteer: Gazetteer) -> list[SourceProblem]:
    """Return the services whose id would not fit a button beside the longest answers."""
    room = MAX_BYTES - len(encode(Route.CARD, "", "")) - flow.longest(gazetteer)
    sentence = N_("This id is too long for a button. Write at most {most} characters.")
    return [
        SourceProblem("services.json", service.id, "id", Text(sentence, {"most": room}))
        for service in services
        if len(service.id) > room
    ]


@dataclass(slots=True)
class _Faults:
    """Reads part after part and keeps what is wrong with each."""

    problems: list[SourceProblem] = field(default_factory=list)

    def gather(self, file: str, read: Callable[[], Read]) -> Read | None:
        try:
            with _explained(file):
                return read()
        except (BrokenSource, PackError) as exc:
            self.problems += exc.problems
            return None


class _Head:
    """The content of pack.toml, checked."""

    def __init__(self, table: Mapping[str, Any]) -> None:  # TOML: checked here
        self.id = _text(table, "id")
        self.name = _text(table, "name")
        self.country = _text(table, "country")
        self.zone = _text(table, "time_zone")
        self.attribution = _texts(table, "attribution")
        self.notes = _texts(table, "notes")
        self.general = _texts(table, "general_helplines")
        self.neighbourhoods: Mapping[str, str] = table.get("neighbourhoods", {})
        self.districts = [
            District(
                _text(row, "id"), _text(row, "name"), _texts(row, "outcodes"), row.get("names", {})
            )
            for row in table.get("districts", [])
        ]
        if len(set(map(alerting.district_code, self.districts))) < len(self.districts):
            raise _Wrong("districts", "two ids begin with the same 8 characters")
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError) as exc:
            raise _Wrong("time_zone", f"{self.zone!r} is not a time zone") from exc

    def gazetteer(self, outcodes: Sequence[Outcode], sectors: Sequence[Sector]) -> Gazetteer:
        return Gazetteer(
            home=self.name,
            outcodes=outcodes,
            sectors=sectors,
            districts=self.districts,
            neighbourhoods=self.neighbourhoods,
        )

    def check_general(self, helplines: Sequence[Helpline]) -> None:
        known = {line.id for line in helplines}
        if not set(self.general) <= known:
            raise _Wrong("general_helplines", "an id is not in helplines.json")


class _Wrong(ValueError):
    """One field of a file is wrong."""

    def __init__(self, name: str, why: str) -> None:
        self.name = name
        super().__init__(why)


@contextmanager
def _explained(file: str) -> Iterator[None]:
    """Turn what reading *file* may raise into a problem that names it.

    Raises:
        PackError: the file is missing or its content cannot be used.
    """
    try:
        yield
    except FileNotFoundError as exc:
        raise PackError([_fault(file, "file", N_("This file is missing."))]) from exc
    except OSError as exc:
        raise PackError([_fault(file, "file", N_("This file cannot be read."))]) from exc
    except _Wrong as exc:
        sentence = N_("This is wrong: {why}.")
        raise PackError([_fault(file, exc.name, sentence, str(exc))]) from exc
    except (ValueError, LookupError, TypeError, AttributeError) as exc:
        sentence = N_("This file cannot be understood: {why}.")
        raise PackError([_fault(file, "file", sentence, str(exc))]) from exc


def _fault(file: str, name: str, sentence: str, why: str = "") -> SourceProblem:
    return SourceProblem(file, "-", name, Text(sentence, {"why": why} if why else {}))


def _toml(path: Path) -> Mapping[str, Any]:  # TOML: checked by its readers
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _interests(path: Path) -> Interests:
    return read_topics(path.read_text(encoding="utf-8"))


def _hosts(
    services: Sequence[Service], helplines: Sequence[Helpline], feeds: Sequence[str]
) -> tuple[str, ...]:
    """Return where the organisations of the pack are on the web, each host once."""
    addresses = [s.url for s in services] + [s.organization_url for s in services]
    addresses += [line.url for line in helplines] + list(feeds)
    hosts = {(urlsplit(each).hostname or "").removeprefix("www.") for each in addresses if each}
    return tuple(sorted(hosts - {""}))


def _feeds(path: Path) -> tuple[str, ...]:
    """Return the addresses of the feeds; a pack without the file has none."""
    listed = _toml(path).get("feed", []) if path.exists() else []
    return tuple(_text(row, "url") for row in listed)


def _rights(path: Path) -> tuple[RightsCard, ...]:
    """Return the rights cards; a pack without the file has none."""
    if not path.exists():
        return ()
    rows = _toml(path).get("cards")
    if not isinstance(rows, list):
        raise _Wrong("cards", "it must be a list of records")
    return read_rights(rows)


def _rows(path: Path, key: str) -> list[object]:
    content = json.loads(path.read_text(encoding="utf-8"))
    rows = content.get(key) if isinstance(content, dict) else content
    if not isinstance(rows, list):
        raise _Wrong(key, "it must be a list of records")
    return rows


def _outcodes(path: Path) -> list[Outcode]:
    return [
        Outcode(
            row["outcode"],
            _point(row),
            int(row["postcodes"]),
            tuple(name for name in row["places"].split("; ") if name),
        )
        for row in _csv(path)
    ]


def _sectors(path: Path) -> list[Sector]:
    return [
        Sector(row["sector"], _point(row), int(row["postcodes"]), row["inside"] == "yes")
        for row in _csv(path)
    ]


def _csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _point(row: Mapping[str, str]) -> Point:
    return Point(float(row["lat"]), float(row["lon"]))


def _text(table: Mapping[str, Any], name: str) -> str:  # TOML: checked here
    value = table.get(name)
    if not isinstance(value, str) or not value:
        raise _Wrong(name, "text is expected here")
    return value


def _texts(table: Mapping[str, Any], name: str) -> tuple[str, ...]:  # TOML: checked here
    value = table.get(name)
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise _Wrong(name, "a list of texts is expected here")
    return tuple(value)
