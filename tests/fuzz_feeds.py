"""Damage feeds at random and read them: `python -m tests.fuzz_feeds --count 10000 --seed 1`.

Takes the bytes of our own feeds and, where it is there, of the corpus beside the repository,
and runs everything but the fetching on what it makes of them. Anything but a reading or a
`ParseError` without a cause is a crash; more than two seconds of one core are a hang. Exit 1 on
any.
Source of the marks: reliability test F10.
"""

import argparse
import gzip
import json
import random
import resource
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from digests.errors import ParseError
from digests.judge import Known
from digests.parse import MAX_BYTES
from digests.reading import read_feed
from digests.topics import read_topics

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
HANG_SECONDS = 2
MOST_MB = 200  # by which memory may grow over a whole run
ROOT = Path(__file__).parents[1]
_LARGEST = 40_000  # bytes of a feed that is damaged; larger ones only make the run longer
_TAG = b"<item><title>A &amp; B</title><link>https://a.example/x</link></item>"
_ENTITIES = (b"&lt;", b"&#x202e;", b"&#0;", b"&#xD800;", b"&nbsp;", b"&bogus;", b"&amp;amp;", b"&")
_CHARSETS = (
    *("utf-8", "utf-16", "utf-32", "utf-7", "iso-8859-1", "windows-1252", "koi8-r", "big5"),
    *("shift_jis", "gb2312", "ebcdic-cp-us", "idna", "punycode", "rot13", "unicode-escape", "x"),
)
_STRANGE = (
    b"]]>",
    b"<![CDATA[",
    b"<!--",
    b"<!DOCTYPE x>",
    b"<!ENTITY a 'b'>",
    b"\x00",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"<?xml version='1.0'?>",
    b"</channel>",
    b"<content:encoded>",
    b"<div style='display:none'>",
    b'{"items":[',
    "\u202e".encode(),
)


@dataclass(slots=True)
class Result:
    """What a run came to."""

    count: int = 0
    seconds: float = 0.0
    refused: int = 0
    items: int = 0
    slowest: float = 0.0
    grown_mb: float = 0.0
    crashes: list[str] = field(default_factory=list)
    hangs: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        return not self.crashes and not self.hangs and self.grown_mb <= MOST_MB


def seeds() -> list[bytes]:
    """Return the feeds that are damaged, in the same order each time."""
    folders = (ROOT / "tests" / "data" / "feeds", ROOT.parent / "shared" / "data" / "feeds")
    files = [path for folder in folders if folder.is_dir() for path in sorted(folder.iterdir())]
    kept = (path for path in files if not path.name.endswith((".expected.json", ".md")))
    return [body for path in kept if 0 < len(body := path.read_bytes()) <= _LARGEST]


def damaged(bodies: Sequence[bytes], chance: random.Random) -> bytes:
    """Return one of *bodies* with one to five kinds of damage."""
    body = chance.choice(bodies)
    for _ in range(chance.randint(1, 5)):
        body = chance.choice(_DAMAGES)(body, bodies, chance)[:MAX_BYTES]
    return body


def run(count: int, seed: int, *, timer: Callable[[], float] = time.process_time) -> Result:
    """Read *count* damaged feeds; the same *seed* gives the same feeds."""
    known = Known(
        read_topics((ROOT / "packs" / "leeds" / "topics.toml").read_text(encoding="utf-8")),
        today=NOW.date(),
    )
    chance, bodies, result = random.Random(seed), seeds(), Result()
    before, started = _memory_mb(), timer()
    for number in range(count):
        body, began = damaged(bodies, chance), timer()
        try:
            with _guard():
                result.items += len(read_feed(body, "https://a.example/f", NOW, known).items)
        except ParseError as problem:
            result.refused += 1
            if problem.__cause__ is not None and not _expected(problem.__cause__):
                result.crashes.append(f"{number}: {problem.__cause__!r}"[:300])
        except TimeoutError:
            result.hangs.append(f"{number}: {len(body)} bytes")
        except Exception as exc:
            result.crashes.append(f"{number}: {exc!r}"[:300])
        result.slowest = max(result.slowest, timer() - began)
        result.count += 1
    result.seconds, result.grown_mb = timer() - started, _memory_mb() - before
    return result


class _guard:  # noqa: N801  (read as a word: "with _guard()")
    """Raise TimeoutError in what takes longer than two seconds of the processor's time."""

    def __enter__(self) -> None:
        signal.signal(signal.SIGPROF, self._late)
        signal.setitimer(signal.ITIMER_PROF, HANG_SECONDS)

    def __exit__(self, *_: object) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)

    @staticmethod
    def _late(*_: object) -> None:
        raise TimeoutError


def _expected(cause: BaseException) -> bool:
    """Say whether feedparser or json tripped over it: `digests.parse` knows that they do."""
    last = cause.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    file = "" if last is None else last.tb_frame.f_code.co_filename
    return not file.startswith(str(ROOT / "digests"))


def _memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _flip(body: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    changed = bytearray(body)
    for _turn in range(chance.randint(1, 20)):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _cut(body: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    return body[: chance.randint(0, len(body))]


def _splice(body: bytes, bodies: Sequence[bytes], chance: random.Random) -> bytes:
    other = chance.choice(bodies)
    return body[: chance.randint(0, len(body))] + other[chance.randint(0, len(other)) :]


def _insert(piece: bytes, body: bytes, chance: random.Random) -> bytes:
    at = chance.randint(0, len(body))
    return body[:at] + piece + body[at:]


def _repeat(body: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    return _insert(_TAG * chance.randint(2, 300), body, chance)


def _nest(body: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    depth, tag = chance.choice((10, 100, 499, 5_000)), chance.choice((b"div", b"item", b"a:b"))
    closing = b"" if chance.random() < 0.5 else (b"</" + tag + b">") * depth
    return _insert((b"<" + tag + b">") * depth + closing, body, chance)


def _charset(body: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    name = chance.choice(_CHARSETS)
    declared = f'<?xml version="1.0" encoding="{name}"?>'.encode()
    if chance.random() < 0.5:
        return declared + body
    try:
        return body.decode("utf-8", "replace").encode(name, "replace")
    except (LookupError, ValueError):
        return declared + body


def _entity(body: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    for _turn in range(chance.randint(1, 5)):
        body = _insert(chance.choice(_ENTITIES) * chance.choice((1, 5, 2_000)), body, chance)
    return body


def _attribute(body: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    huge = b"x" * chance.choice((100, 19_000, 100_000))
    return _insert(b"<link rel='alternate' href='" + huge + b"'/>", body, chance)


def _strange(body: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    return _insert(chance.choice(_STRANGE) * chance.choice((1, 3, 500)), body, chance)


def _packed(body: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    return gzip.compress(body, 1, mtime=0) if chance.random() < 0.3 else b"\x1f\x8b\x08" + body


_DAMAGES = (
    _flip,
    _flip,
    _cut,
    _splice,
    _repeat,
    _nest,
    _charset,
    _entity,
    _attribute,
    _strange,
    _strange,
    _packed,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run as the command line says, print the result, return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    result = run(asked.count, asked.seed)
    if asked.json:
        print(json.dumps(asdict(result) | {"passed": result.passed}))  # noqa: T201
    else:
        print(  # noqa: T201
            f"{result.count} feeds in {result.seconds:.0f} s: {len(result.crashes)} crashes,"
            f" {len(result.hangs)} hangs, slowest {result.slowest:.2f} s,"
            f" {result.grown_mb:.0f} MB more"
        )
        print(*result.crashes[:20], *result.hangs[:20], sep="\n")  # noqa: T201
    return 0 if result.passed else 1


if __name__ == "__main__":
    sys.exit(main())
