"""What a feed does to us at worst: refused at once and without memory (reliability test F5)."""

import time
import tracemalloc

import pytest

from digests.errors import ParseError
from digests.parse import parse
from tests.digests.builders import NOW

ITEM = "<rss version='2.0'><channel><item><title>&{name};</title></item></channel></rss>"
LEVELS = "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 10))
FLAT = f"<!ENTITY big '{'x' * 20_000}'>"


@pytest.mark.parametrize(
    "feed",
    [
        pytest.param(
            f"<!DOCTYPE rss [<!ENTITY e0 'ha'>{LEVELS}]>" + ITEM.format(name="e9"), id="a billion"
        ),
        pytest.param(
            f"<!DOCTYPE rss [{FLAT}]>" + ITEM.format(name="big;&big" + ";&big" * 100_000),
            id="one level, a hundred thousand times",
        ),
        pytest.param(
            "<!DOCTYPE rss [<!ENTITY f SYSTEM 'file:///etc/passwd'>]>" + ITEM.format(name="f"),
            id="a file",
        ),
        pytest.param(
            "<!DOCTYPE rss SYSTEM 'http://127.0.0.1:9/x.dtd'>" + ITEM.format(name="f"),
            id="a definition on the web",
        ),
        pytest.param(
            "<!DOCTYPE rss [<!ENTITY % p SYSTEM 'http://127.0.0.1:9/x'> %p;]>"
            + ITEM.format(name="f"),
            id="a parameter",
        ),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_declarations_are_refused_in_a_tenth_of_a_second_and_twenty_megabytes(feed, encoding):
    body = feed.encode(encoding)
    began = time.process_time()
    with pytest.raises(ParseError):
        parse(body, "https://a.example/feed", NOW)
    seconds = time.process_time() - began
    tracemalloc.start()
    with pytest.raises(ParseError):
        parse(body, "https://a.example/feed", NOW)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert seconds < 0.1
    assert most < 20_000_000
