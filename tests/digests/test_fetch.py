"""The fetcher against a real server on this machine, and against addresses that it refuses."""

import asyncio
import gzip
import socket
import tracemalloc
import zlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver
from aiohttp.test_utils import TestServer, unused_port
from yarl import URL

from digests.addresses import is_public
from digests.errors import FetchError
from digests.feed import Feed, Fetched, Unchanged
from digests.fetch import MAX_BYTES, HttpFetcher, refuse_address

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


HOUR = timedelta(hours=1)


def moment(hours):
    return format_datetime(NOW + hours * HOUR, usegmt=True)


def a_feed(url, **more):
    return Feed(1, str(url), None, NOW, **more)


class FakeResolver(AbstractResolver):
    """Answers with the next of the given addresses, the last one for ever."""

    def __init__(self, *addresses):
        self.addresses = list(addresses)

    async def resolve(self, host, port=0, family=socket.AF_INET):
        address = self.addresses[0] if len(self.addresses) == 1 else self.addresses.pop(0)
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [
            {
                "hostname": host,
                "host": address,
                "port": port,
                "family": family,
                "proto": 0,
                "flags": socket.AI_NUMERICHOST,
            }
        ]

    async def close(self):
        pass


class Site:
    """A server whose answers a test sets; remembers the requests."""

    def __init__(self):
        self.answers, self.requests = {}, []
        self.url, self.port = None, None

    async def handle(self, request):
        self.requests.append(request)
        return await self.answers[request.path](request)


@pytest.fixture
async def site():
    made = Site()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", made.handle)
    server = TestServer(app, host="0.0.0.0")  # also 127.0.0.2, another site of the same server
    await server.start_server()
    made.url = lambda path: URL(f"http://127.0.0.1:{server.port}{path}")
    made.port = server.port
    yield made
    await server.close()


@pytest.fixture
async def fetcher():
    async with HttpFetcher(allow_private=True, contact="x@example.org", clock=lambda: NOW) as made:
        yield made


def answers(site, path="/", *, body=b"<rss/>", status=200, **headers):
    async def answer(request):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(body=body, status=status, headers=named)

    site.answers[path] = answer


async def test_bytes_come_with_what_the_server_says_about_them(site, fetcher):
    answers(site, ETag='"a"', Last_Modified="yesterday", Cache_Control="public, max-age=7200")
    got = await fetcher.fetch(a_feed(site.url("/")))
    assert (got.body, got.etag, got.last_modified) == (b"<rss/>", '"a"', "yesterday")
    assert got.max_age == timedelta(hours=2)
    sent = site.requests[0].headers
    assert sent["User-Agent"] == "Fingerpost feed reader (x@example.org)"
    assert "If-None-Match" not in sent and "Cookie" not in sent and "Authorization" not in sent


@pytest.mark.parametrize(
    ("headers", "fresh"),
    [
        pytest.param({}, None, id="nothing said"),
        pytest.param({"Cache_Control": 'private, MAX-AGE="7200"'}, 2 * HOUR, id="max-age"),
        pytest.param({"Cache_Control": "max-age=7200", "Age": "3600"}, HOUR, id="partly used up"),
        pytest.param({"Cache_Control": "max-age=60", "Age": "999"}, 0 * HOUR, id="used up"),
        pytest.param({"Cache_Control": "no-store, max-age=7200"}, None, id="not to be kept"),
        pytest.param({"Cache_Control": "no-cache, max-age=7200"}, None, id="not unasked"),
        pytest.param({"Cache_Control": "max-age=soon"}, None, id="no number"),
        pytest.param({"Expires": moment(3)}, 3 * HOUR, id="Expires"),
        pytest.param(
            {"Expires": moment(30), "Date": moment(24)}, 6 * HOUR, id="Expires by its own clock"
        ),
        pytest.param({"Expires": moment(-99)}, 0 * HOUR, id="over"),
        pytest.param({"Expires": "0"}, 0 * HOUR, id="no date: over"),
        pytest.param({"Expires": moment(9), "Cache_Control": "max-age=60"}, HOUR / 60, id="both"),
        pytest.param({"Expires": moment(9999)}, timedelta(days=7), id="a year"),
    ],
)
async def test_how_long_an_answer_stays_fresh(site, fetcher, headers, fresh):
    answers(site, **{"Date": moment(0), **headers})
    assert (await fetcher.fetch(a_feed(site.url("/")))).max_age == fresh


async def test_what_is_known_is_asked_for_conditionally(site, fetcher):
    answers(site, status=304, body=b"", Cache_Control="max-age=60")
    got = await fetcher.fetch(a_feed(site.url("/"), etag='"a"', last_modified="yesterday"))
    assert got == Unchanged(timedelta(seconds=60))
    assert site.requests[0].headers["If-None-Match"] == '"a"'
    assert site.requests[0].headers["If-Modified-Since"] == "yesterday"


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        pytest.param("gzip", gzip.compress(b"<rss/>"), id="gzip"),
        pytest.param(
            "gzip", gzip.compress(b"<rs") + gzip.compress(b"s/>"), id="gzip in two members"
        ),
        pytest.param("gzip", gzip.compress(b"<rss/>") + bytes(8), id="gzip with padding"),
        pytest.param("deflate", zlib.compress(b"<rss/>"), id="deflate"),
        pytest.param("deflate", zlib.compress(b"<rss/>", wbits=-15), id="deflate without header"),
        pytest.param("identity", b"<rss/>", id="not packed"),
    ],
)
async def test_packed_bodies_are_unpacked(site, fetcher, encoding, packed):
    answers(site, body=packed, Content_Encoding=encoding)
    assert (await fetcher.fetch(a_feed(site.url("/")))).body == b"<rss/>"


@pytest.mark.parametrize(
    ("body", "headers", "reason"),
    [
        pytest.param(b"x" * (MAX_BYTES + 1), {}, "longer than 5 MB", id="long"),
        pytest.param(
            gzip.compress(b"\0" * 300_000_000, 1),
            {"Content_Encoding": "gzip"},
            "longer than 5 MB",
            id="a gzip bomb of 300 MB",
        ),
        pytest.param(b"x", {"Content_Encoding": "br"}, "cannot read", id="brotli"),
        pytest.param(b"no gzip", {"Content_Encoding": "gzip"}, "damaged", id="broken gzip"),
        pytest.param(
            gzip.compress(b"<rss/>" * 99)[:-9],
            {"Content_Encoding": "gzip"},
            "damaged",
            id="gzip that was cut short",
        ),
    ],
)
async def test_bodies_that_are_not_read(site, fetcher, body, headers, reason):
    answers(site, body=body, **headers)
    with pytest.raises(FetchError, match=reason):
        await fetcher.fetch(a_feed(site.url("/")))


@pytest.mark.parametrize(
    ("status", "header", "reason", "wait"),
    [
        pytest.param(404, None, "nothing at this address", None, id="not found"),
        pytest.param(500, None, "error 500", None, id="broken server"),
        pytest.param(429, "120", "less often", timedelta(minutes=2), id="too many, seconds"),
        pytest.param(
            503,
            format_datetime(NOW + timedelta(hours=3), usegmt=True),
            "error 503",
            timedelta(hours=3),
            id="busy, until a date",
        ),
        pytest.param(429, "soon", "less often", None, id="a wait that cannot be read"),
        pytest.param(429, "9" * 30, "less often", None, id="a wait of ages"),
    ],
)
async def test_refusals_say_why_and_how_long(site, fetcher, status, header, reason, wait):
    answers(site, status=status, **({"Retry_After": header} if header else {}))
    with pytest.raises(FetchError, match=reason) as raised:
        await fetcher.fetch(a_feed(site.url("/")))
    assert (raised.value.retry_after, raised.value.gone) == (wait, False)


async def test_gone_is_for_good(site, fetcher):
    answers(site, status=410)
    with pytest.raises(FetchError) as raised:
        await fetcher.fetch(a_feed(site.url("/")))
    assert raised.value.gone


@pytest.mark.parametrize(
    ("statuses", "moved"),
    [
        pytest.param([301, 308], True, id="permanent ones are reported"),
        pytest.param([301, 302], False, id="one that is for now only"),
        pytest.param([302] * 5, False, id="five are followed"),
    ],
)
async def test_redirects(site, fetcher, statuses, moved):
    for number, status in enumerate(statuses):
        answers(site, f"/{number}", status=status, body=b"", Location=f"/{number + 1}")
    last = f"/{len(statuses)}"
    answers(site, last)
    got = await fetcher.fetch(a_feed(site.url("/0")))
    assert got.url == str(site.url(last))
    assert got.moved_to == (str(site.url(last)) if moved else None)


async def test_a_loop_of_redirects_ends(site, fetcher):
    answers(site, "/a", status=301, body=b"", Location="/a")
    with pytest.raises(FetchError, match="on and on"):
        await fetcher.fetch(a_feed(site.url("/a")))
    assert len(site.requests) == 6


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://example.org/x", "gopher://x"])
async def test_a_redirect_away_from_the_web_is_refused(site, fetcher, target):
    answers(site, status=302, body=b"", Location=target)
    with pytest.raises(FetchError, match="begin with http"):
        await fetcher.fetch(a_feed(site.url("/")))


class Inside(HttpFetcher):
    """Takes 127.0.0.2 for a public address, so that a real server can play the internet."""

    def _may_ask(self, address):
        return address == "127.0.0.2" or super()._may_ask(address)


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:{port}/secret",
        "http://[::1]:{port}/secret",
        "http://2130706433:{port}/secret",
        "http://inside.example.org:{port}/secret",
        "http://user:secret@127.0.0.2:{port}/secret",
        "http://127.0.0.2:25/secret",
    ],
)
@pytest.mark.parametrize("status", [302, 308])
async def test_a_redirect_to_where_nobody_may_ask_is_refused_before_a_packet_leaves(
    site, target, status
):
    target = target.format(port=site.port)
    answers(site, status=status, body=b"", Location=target)
    async with Inside(resolver=FakeResolver("127.0.0.1")) as fetcher:
        with pytest.raises(FetchError):
            await fetcher.fetch(a_feed(f"http://127.0.0.2:{site.port}/"))
    assert [request.path for request in site.requests] == ["/"]


async def test_nothing_of_ours_is_carried_to_another_site(site, fetcher):
    answers(
        site, status=302, body=b"", Location=f"http://127.0.0.2:{site.port}/b", Set_Cookie="a=1"
    )
    answers(site, "/b")
    await fetcher.fetch(a_feed(site.url("/"), etag='"a"'))
    assert [request.host.split(":")[0] for request in site.requests] == ["127.0.0.1", "127.0.0.2"]
    for request in site.requests:
        assert not {"Authorization", "Cookie", "Referer"} & set(request.headers)


async def test_a_site_is_asked_one_thing_at_a_time_whoever_asks(site, fetcher):
    asked, most = 0, 0

    async def slow(request):
        nonlocal asked, most
        asked += 1
        most = max(most, asked)
        await asyncio.sleep(0.01)
        asked -= 1
        return web.Response(body=b"<rss/>")

    site.answers = {f"/{n}": slow for n in range(5)}
    await asyncio.gather(*(fetcher.fetch(a_feed(site.url(f"/{n}"))) for n in range(5)))
    assert (len(site.requests), most) == (5, 1)


async def test_waiting_for_a_turn_is_not_the_servers_fault(site):
    async def slow(request):
        await asyncio.sleep(0.15)
        return web.Response(body=b"<rss/>")

    site.answers = {"/": slow}
    async with HttpFetcher(allow_private=True, timeout=timedelta(seconds=0.3)) as fetcher:
        got = await asyncio.gather(*(fetcher.fetch(a_feed(site.url("/"))) for _ in range(4)))
    assert len(got) == 4


@pytest.mark.parametrize(
    "endless",
    [
        pytest.param(b"X-Again: and again\r\n", id="headers without end"),
        pytest.param(b"x" * 1000, id="one header without end"),
    ],
)
async def test_headers_without_end_are_left(endless):
    async def answer(reader, writer):
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while not writer.is_closing():
            writer.write(endless)
            try:
                await writer.drain()
            except ConnectionError:
                break
            await asyncio.sleep(0)

    tracemalloc.start()
    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        async with HttpFetcher(allow_private=True, timeout=timedelta(seconds=2)) as fetcher:
            with pytest.raises(FetchError):
                await fetcher.fetch(a_feed(url))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 50_000_000


async def test_a_body_without_end_is_left_at_five_megabytes(site, fetcher):
    sent = 0

    async def endless(request):
        nonlocal sent
        answer = web.StreamResponse()
        await answer.prepare(request)
        while sent < 1_000_000_000:
            await answer.write(bytes(65_536))
            sent += 65_536
        return answer

    site.answers["/"] = endless
    tracemalloc.start()
    with pytest.raises(FetchError, match="longer than 5 MB"):
        await fetcher.fetch(a_feed(site.url("/")))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 50_000_000
    assert sent < 20_000_000, "what the system's buffers hold"


async def test_a_server_that_drips_is_left(site):
    async def drip(request):
        answer = web.StreamResponse()
        await answer.prepare(request)
        while True:
            await answer.write(b"x")
            await asyncio.sleep(0.02)

    site.answers["/"] = drip
    async with HttpFetcher(allow_private=True, timeout=timedelta(seconds=0.2)) as fetcher:
        with pytest.raises(FetchError, match="longer than 20 seconds"):
            await fetcher.fetch(a_feed(site.url("/")))


async def test_an_unreachable_server_is_a_plain_sentence():
    async with HttpFetcher(allow_private=True) as fetcher:
        with pytest.raises(FetchError, match="could not be reached"):
            await fetcher.fetch(a_feed(f"http://127.0.0.1:{unused_port()}/feed"))


REFUSED = [
    "http://127.0.0.1/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://017700000001/",
    "http://0177.0.0.1/",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://172.31.255.255/",
    "http://192.168.1.1/",
    "http://169.254.169.254/latest/meta-data",
    "http://100.64.0.1/",
    "http://0.0.0.0/",
    "http://0/",
    "http://224.0.0.1/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://[::1]/",
    "http://[::]/",
    "http://[fc00::1]/",
    "http://[fe80::1]/",
    "http://[fe80::1%25eth0]/",
    "http://[ff02::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://localhost/",
    "http://localhost./",
    "http://LOCALHOST:8080/",
    "http://a.localhost/",
    "http://printer.local/",
    "http://intranet/",
    "http://user:secret@example.org/",
    "http://example.org@127.0.0.1/",
    "file:///etc/passwd",
    "ftp://example.org/",
    "gopher://example.org/",
    "javascript:alert(1)",
    "//example.org/feed",
    "http://",
    "http://exa mple.org/",
    "http://example.org:99999/",
    "http://[::1/",
    "http://example.org:25/",
    "http://example.org:22/feed",
    "https://example.org:1023/",
    "feed",
]


@pytest.mark.parametrize("url", REFUSED)
async def test_addresses_that_are_never_asked(url):
    with pytest.raises(FetchError) as raised:
        refuse_address(url)
    assert str(raised.value.reason).endswith(".")
    async with HttpFetcher(resolver=FakeResolver("93.184.216.34")) as fetcher:
        with pytest.raises(FetchError):
            await fetcher.fetch(a_feed(url))


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/feed",
        "http://8.8.8.8:8080/",
        "https://[2606:4700::1111]/",
        "http://example.org:443/",
        "http://example.org:80/",
        "http://example.org:1024/",
    ],
)
def test_public_addresses_may_be_asked(url):
    refuse_address(url)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "10.1.2.3", "::ffff:192.168.0.1"])
async def test_a_name_that_leads_inside_is_refused_and_nothing_is_sent(site, address):
    answers(site)
    async with HttpFetcher(resolver=FakeResolver(address)) as fetcher:
        with pytest.raises(FetchError, match="private network"):
            await fetcher.fetch(a_feed(f"http://feeds.example.org:{site.port}/"))
    assert site.requests == []


async def test_a_name_that_changes_its_address_is_refused_at_the_connection(site):
    """A resolver that lies after the check: the socket's own address is what counts."""
    answers(site)

    class Rebinding(FakeResolver):
        async def resolve(self, host, port=0, family=socket.AF_INET):
            found = await super().resolve(host, port, family)

            class Turning(dict):
                reads = 0

                def __getitem__(self, key):
                    if key == "host":
                        self.reads += 1
                        return "93.184.216.34" if self.reads == 1 else "127.0.0.1"
                    return super().__getitem__(key)

            return [Turning(found[0])]

    async with HttpFetcher(resolver=Rebinding("93.184.216.34")) as fetcher:
        with pytest.raises(FetchError, match="private network"):
            await fetcher.fetch(a_feed(f"http://feeds.example.org:{site.port}/"))
    assert site.requests == []


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("192.0.2.1", False),
        ("fec0::1", False),
        ("no address", False),
        ("64:ff9b::808:808", True),
    ],
)
def test_public_or_not(address, public):
    assert is_public(address) is public


async def test_a_fetcher_can_be_used_again_after_closing(site):
    answers(site)
    fetcher = HttpFetcher(allow_private=True)
    for _ in range(2):
        assert isinstance(await fetcher.fetch(a_feed(site.url("/"))), Fetched)
        await fetcher.close()


async def test_what_cannot_be_stored_of_a_servers_headers_is_left_out(fetcher):
    async def answer(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b'HTTP/1.1 200 OK\r\nETag: "\xff"\r\nLast-Modified: \xfe\r\n')
        writer.write(b"Content-Type: text/\xff\r\nContent-Length: 6\r\n\r\n<rss/>")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        got = await fetcher.fetch(a_feed(f"http://127.0.0.1:{port}/"))
    assert (got.body, got.etag, got.last_modified, got.content_type) == (b"<rss/>", *[None] * 3)
