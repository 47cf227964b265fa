"""How fast services are matched and found among 100,000, and what that costs.

``python -m benchmarks.directory [--quick] [--json] [--services N]``. The Leeds pack's real
services are multiplied (`benchmarks.multiply`). People ask through one day, one after another, as
a bot hears them; no question is put twice, so nothing that is remembered of a question helps.
What the directory remembers of itself (opening hours until they change) helps as it would.

*match* is our ranking with its reasons. *search* is our reading of free text: needs, place,
names. The same texts go to SQLite FTS5 and to tantivy alone, which look up words in the same
names, descriptions and organisations and know nothing else: they show what an index costs.
"""

import argparse
import asyncio
import gc
import json
import os
import random
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import tantivy

from benchmarks import change
from benchmarks.multiply import SEED, Asker, multiplied, sectors
from bot.pack import read_pack
from directory import finder, matcher, plain
from directory.index import Directory
from directory.lexicon import Lexicon, lexicon
from directory.model import Place, Query, Service
from directory.search import search

SERVICES, QUERIES = 100_000, 300
CHANGED_AMONG = 165, 2_000  # services: how soon a change is seen
QUICK_SERVICES, QUICK_QUERIES = 30_000, 100
_MORNING = datetime(2026, 11, 24, 7, tzinfo=UTC)  # a Tuesday
_DAY = timedelta(hours=14)
_TYPED = (
    *("food bank", "somewhere to sleep", "solicitor", "english classes", "gp", "warm coat"),
    *("baby clothes", "debt advice", "women", "football", "volunteer", "phone data", "asylum"),
    *("jedzenie", "سكن", "médecin", "abogado", "hausarzt"),
)
_FIELDS = ("name", "organization", "description")


@dataclass(frozen=True, slots=True)
class Row:
    """One thing measured, a question at a time; *built_s*: seconds until it could answer.

    *cpu*: the same in seconds of this process, which other work on the machine makes longer
    less than by the clock.
    """

    name: str
    per_second: float
    p50_ms: float
    p95_ms: float
    built_s: float
    cpu_p50_ms: float
    cpu_p95_ms: float
    built_cpu_s: float


def texts(services: Sequence[Service], places: Sequence[Place], count: int) -> list[str]:
    """Return *count* different texts as people type them: needs, names, typos, places."""
    dice = random.Random(SEED + 1)
    found: dict[str, None] = {}
    while len(found) < count:
        words_of = plain.words(dice.choice(services).name)
        text = dice.choice(
            (
                dice.choice(_TYPED),
                " ".join(words_of[:3]),
                _misspelt(max(words_of, key=len), dice),
                words_of[0][:4],
            )
        )
        found[f"{text} {dice.choice(places).name}" if dice.random() < 0.7 else text] = None
    return list(found)


def _misspelt(word: str, dice: random.Random) -> str:
    at = dice.randrange(1, max(2, len(word)))
    return word[:at] + word[at + 1 :]


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds by the clock, and of this process."""

    wall: float
    cpu: float

    @classmethod
    def since(cls, start: "Took") -> "Took":
        """Return what went by since *start*, which is one of `now`."""
        now = cls.now()
        return cls(now.wall - start.wall, now.cpu - start.cpu)

    @classmethod
    def now(cls) -> "Took":
        """Return where the clocks stand."""
        return cls(time.perf_counter(), time.process_time())


def measured(name: str, built: Took, acts: Iterable[Callable[[], object]]) -> Row:
    """Run each of *acts* once and return how long they took."""
    walls, cpus = [], []
    for act in acts:
        start = Took.now()
        act()
        took = Took.since(start)
        walls.append(took.wall)
        cpus.append(took.cpu)
    return Row(
        name,
        per_second=round(len(walls) / sum(walls), 1),
        p50_ms=_ms(walls, 0.5),
        p95_ms=_ms(walls, 0.95),
        built_s=round(built.wall, 2),
        cpu_p50_ms=_ms(cpus, 0.5),
        cpu_p95_ms=_ms(cpus, 0.95),
        built_cpu_s=round(built.cpu, 2),
    )


def _ms(seconds: Iterable[float], share: float) -> float:
    ordered = sorted(seconds)
    return round(1000 * ordered[int(share * len(ordered))], 2)


def matching(directory: Directory, queries: Sequence[Query], built: Took) -> Row:
    """Measure `matcher.find`, and with it the lines to call and the reasons."""
    return measured("match", built, [partial(matcher.find, directory, each) for each in queries])


def searching(
    directory: Directory, words: Lexicon, asked: Sequence[tuple[str, Query]], built: Took
) -> Row:
    """Measure `directory.search.search`."""
    return measured(
        "search",
        built,
        [partial(search, directory, words, text, query) for text, query in asked],
    )


def fts5(services: Sequence[Service], asked: Sequence[str]) -> Row:
    """Measure SQLite's full-text index in memory, by bm25, any of the words."""
    start = Took.now()
    database = sqlite3.connect(":memory:")
    database.execute(f"CREATE VIRTUAL TABLE found USING fts5(id UNINDEXED, {', '.join(_FIELDS)})")
    rows = ((s.id, s.name, s.organization, s.description) for s in services)
    database.executemany("INSERT INTO found VALUES (?, ?, ?, ?)", rows)
    built = Took.since(start)
    query = "SELECT id FROM found WHERE found MATCH ? ORDER BY rank LIMIT 5"

    def look_up(text: str) -> list[Any]:
        any_word = " OR ".join(f'"{word}"' for word in plain.words(text)) or '""'
        return database.execute(query, (any_word,)).fetchall()

    row = measured("sqlite_fts5", built, [partial(look_up, text) for text in asked])
    database.close()
    return row


def bare_tantivy(services: Sequence[Service], asked: Sequence[str]) -> Row:
    """Measure tantivy alone, by bm25, any of the words."""
    start = Took.now()
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    for each in _FIELDS:
        builder.add_text_field(each)
    index = tantivy.Index(builder.build())
    writer = index.writer(heap_size=100_000_000, num_threads=1)
    for s in services:
        document = tantivy.Document(
            id=s.id, name=s.name, organization=s.organization, description=s.description
        )
        writer.add_document(document)
    writer.commit()
    index.reload()
    searcher = index.searcher()
    built = Took.since(start)

    def look_up(text: str) -> list[Any]:
        query = index.parse_query(" ".join(plain.words(text)), list(_FIELDS))
        return [searcher.doc(at)["id"] for _, at in searcher.search(query, 5).hits]

    return measured("tantivy", built, [partial(look_up, text) for text in asked])


def memory_mb() -> float:
    """Return the resident memory of this process in megabytes."""
    status = Path("/proc/self/status").read_text("ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return round(int(line.split()[1]) / 1024, 1)


def through_a_day(asker: Asker, count: int) -> list[Query]:
    """Return *count* questions of one day, in the order of their moments."""
    queries = [asker.query() for _ in range(count)]
    step = _DAY / count
    return [replace(each, at=_MORNING + n * step) for n, each in enumerate(queries)]


def run(size: int, count: int) -> dict[str, Any]:
    """Measure ours and the peers one after the other, and return rows, ratios and costs."""
    pack, words = read_pack(), lexicon()
    places = sectors(pack.gazetteer)
    services = multiplied(pack.services, places, size)
    before = memory_mb()
    gc.collect()
    gc.freeze()  # the services were there before: what is made of them is measured
    start = Took.now()
    directory = pack.directory_of(services)
    to_match = Took.since(start)
    matching_mb = memory_mb() - before
    start = Took.now()
    finder.of(directory)
    to_search = Took.since(start)
    both_mb = memory_mb() - before
    gc.collect()
    gc.freeze()  # as after the start of a bot: what is kept for good is not looked at again
    asker = Asker(places, random.Random(SEED))
    queries = through_a_day(asker, count)
    typed = texts(services, places, count)
    rows = [
        matching(directory, queries, to_match),
        searching(directory, words, list(zip(typed, queries, strict=True)), to_search),
        fts5(services, typed),
        bare_tantivy(services, typed),
        _questions(directory, queries[: count // 10]),
    ]
    ours = rows[1]
    return {
        "services": size,
        "queries": count,
        "load": [round(each, 2) for each in os.getloadavg()],
        "kinds": len({id(group) for group in directory.groups(_all_needs(services))}),
        "built_s": round(to_match.wall + to_search.wall, 2),
        "built_cpu_s": round(to_match.cpu + to_search.cpu, 2),
        "memory_mb": {
            "services": before,
            "matching": round(matching_mb, 1),
            "matching_and_search": round(both_mb, 1),
        },
        "seen_after_s": {
            str(many): round(asyncio.run(change.seconds(pack, many)), 3) for many in CHANGED_AMONG
        },
        "rows": [asdict(row) for row in rows],
        "ratios": {
            f"search/{row.name}": round(row.p95_ms and ours.p95_ms / row.p95_ms, 2)
            for row in rows[2:4]
        },
    }


def _questions(directory: Directory, queries: Sequence[Query]) -> Row:
    """Measure which question is worth asking next: a first screen for each of its answers."""
    return measured(
        "next_question",
        Took(0.0, 0.0),
        [partial(matcher.next_question, directory, each) for each in queries],
    )


def _all_needs(services: Sequence[Service]) -> set[str]:
    return {need for service in services for need in service.needs}


def main() -> None:
    """Measure and print, as JSON or as a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer services, under 45 seconds")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    parser.add_argument("--services", type=int, help=f"{SERVICES:,}, quick: {QUICK_SERVICES:,}")
    options = parser.parse_args()
    size, count = (QUICK_SERVICES, QUICK_QUERIES) if options.quick else (SERVICES, QUERIES)
    found = run(options.services or size, count)
    if options.json:
        print(json.dumps(found))
        return
    for row in found["rows"]:
        print(
            "{name:14} {per_second:8.1f} a second  p50 {p50_ms:7.2f} ms  p95 {p95_ms:7.2f} ms  "
            "(CPU {cpu_p50_ms:.2f}, {cpu_p95_ms:.2f})  "
            "built in {built_s:6.2f} s (CPU {built_cpu_s:.2f})".format(**row)
        )
    print({key: value for key, value in found.items() if key != "rows"})


if __name__ == "__main__":
    main()
