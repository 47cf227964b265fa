"""Pages from files, and from a real HTTP server on this machine."""

import json

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot import importing
from bot.importing import ImportFailed, Unreachable, Wanted
from bot.publishers import JSON, FilePages, HttpPages, PoliteGetter, source_key
from db import services
from digests.fetch import HttpFetcher
from directory.oruk import mapping
from directory.oruk.dialects import BrokenPage, Dialect, Page
from directory.oruk.notes import Reason
from directory.oruk.reading import DataSet, source_id

# what a database does with it is tried in test_importing
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])
TERMS = mapping.read_mapping('[[word]]\nwords = ["food"]\nneeds = ["food"]')


def a_short(number):
    return {
        "id": f"id {number}",
        "name": f"Food {number}",
        "description": "Food.",
        "status": "active",
        "organization": {"id": "o", "name": "Harbour", "description": "A charity."},
    }


def a_full(number):
    return {**a_short(number), "phones": [{"id": "p", "number": "0113 222 4412"}], "contacts": []}


class Api:
    """An API of version 3.0 with *count* services; remembers what it was asked."""

    def __init__(self, count):
        self.count, self.asked, self.accepted, self.broken = count, [], set(), set()
        self.url = ""

    async def list(self, request):
        self.accepted.add(request.headers["Accept"])
        self.asked.append(str(request.rel_url))
        number = int(request.query["page"])
        some = range(self.count)[(number - 1) * 2 : number * 2]
        return web.json_response(
            {
                "total_items": self.count,
                "total_pages": -(-self.count // 2),
                "page_number": number,
                "size": len(some),
                "contents": [a_short(each) for each in some],
            }
        )

    async def one(self, request):
        number = int(request.match_info["id"].removeprefix("id "))
        if number in self.broken:
            return web.Response(status=500)
        return web.json_response(a_full(number))


@pytest.fixture
async def api():
    made = Api(5)
    app = web.Application()
    app.router.add_get("/api/services", made.list)
    app.router.add_get("/api/services/{id}", made.one)
    server = TestServer(app)
    await server.start_server()
    made.url = str(server.make_url("/api"))
    yield made
    await server.close()


@pytest.fixture
async def getter():
    async with HttpFetcher(allow_private=True, accept=JSON) as fetcher:
        yield PoliteGetter(fetcher)


def a_job(pages, **options):
    return Wanted(DataSet("harbour", pages.url, "Leeds"), pages, TERMS, **options)


@ON_SQLITE
async def test_an_api_is_paged_and_each_record_read_in_full(sessions, now, api, getter):
    pages = HttpPages(api.url, getter)
    done = await importing.run(a_job(pages), sessions, lambda: now)
    assert done.whole and done.records == 5
    async with sessions() as session:
        shown = await services.published(session)
    assert {phone.number for each in shown for phone in each.phones} == {"+441132224412"}
    assert shown[0].sources[0].url.startswith(f"{api.url}/services/id%20")
    assert [each.partition("&")[0] for each in api.asked] == [
        "/api/services?page=1",
        "/api/services?page=2",
        "/api/services?page=3",
    ]
    assert api.accepted == {JSON}
    await importing.run(a_job(pages), sessions, lambda: now)
    assert "modified_after=2026-11-15T09" in api.asked[-1]


@ON_SQLITE
async def test_a_full_record_that_fails_is_named(sessions, now, api, getter):
    api.broken = {1}
    done = await importing.run(a_job(HttpPages(api.url, getter)), sessions, lambda: now)
    assert done.refused == {Reason.UNREACHABLE: 1}
    assert done.ids["refused unreachable"] == ["id 1"]


@ON_SQLITE
async def test_a_dead_server_cuts_the_run_off(sessions, now, getter):
    pages = HttpPages("http://127.0.0.1:65533/services", getter)
    with pytest.raises(ImportFailed, match=r"Page 1: .*could not be reached"):
        await importing.run(a_job(pages), sessions, lambda: now)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8080/services",
        "http://localhost/services",
        "http://169.254.169.254/services",
        "file:///etc/passwd",
        "ftp://example.org/services",
        "http://user@example.org/services",
    ],
)
async def test_private_and_strange_addresses_are_refused(url):
    async with HttpFetcher(accept=JSON) as fetcher:
        with pytest.raises(Unreachable):
            await HttpPages(url, PoliteGetter(fetcher)).page(1, None)


class FakeGetter:
    """Gives what it has for an address, whatever its parameters; remembers the addresses."""

    def __init__(self, **bodies):
        self.bodies, self.asked = bodies, []

    async def get(self, url):
        self.asked.append(url)
        return self.bodies["body"]


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("https://a.b", "https://a.b/services?page=2&per_page=100"),
        ("https://a.b/api/v1/", "https://a.b/api/v1/services?page=2&per_page=100"),
        ("https://a.b/api/services", "https://a.b/api/services?page=2&per_page=100"),
        (
            "https://a.b/api/services/?directory=x",
            "https://a.b/api/services?directory=x&page=2&per_page=100",
        ),
    ],
)
async def test_the_address_of_an_api_may_be_written_in_ways(url, asked):
    getter = FakeGetter(body=b"[]")
    await HttpPages(url, getter).page(2, None)
    assert getter.asked == [asked]


async def test_the_servers_record_must_be_the_one_that_was_asked_for():
    getter = FakeGetter(body=json.dumps(a_full(2)).encode())
    pages = HttpPages("https://a.b", getter)
    with pytest.raises(Unreachable, match="another record"):
        await pages.whole(a_short(1), Dialect.V3)
    assert await pages.has("id 2") and not await pages.has("id 1")
    assert getter.asked[0] == "https://a.b/services/id%201"


@pytest.mark.parametrize(
    ("status", "there"),
    [(200, True), (404, False), (410, False), (403, True), (429, True), (500, True), (503, True)],
)
async def test_only_a_server_that_says_so_has_lost_a_record(getter, status, there):
    async def one(request):
        return web.json_response(a_full(1), status=status)

    app = web.Application()
    app.router.add_get("/services/{id}", one)
    async with TestServer(app) as server:
        assert await HttpPages(str(server.make_url("/")), getter).has("id 1") is there


async def test_a_record_that_cannot_be_read_is_not_lost():
    pages = HttpPages("https://a.b", FakeGetter(body=b"<html>Come back later</html>"))
    assert await pages.has("id 1")


async def test_full_records_are_not_asked_for_again():
    pages = HttpPages("https://a.b", FakeGetter(body=b""))
    assert await pages.whole(a_full(1), Dialect.V3) == a_full(1)
    assert await pages.whole(a_short(1), Dialect.OUTPOST) == a_short(1)


async def test_a_folder_is_read_in_natural_order(tmp_path):
    for number in (1, 2, 10):
        body = {"contents": [a_short(number)], "page_number": number}
        (tmp_path / f"page_{number}.json").write_text(json.dumps(body), "utf-8")
    (tmp_path / "notes.txt").write_text("no page", "utf-8")
    pages = FilePages(tmp_path, per_page=2)
    found = [await pages.page(number, None) for number in (1, 2, 3)]
    read = [page for page in found if isinstance(page, Page)]
    assert [[source_id(record) for record in page.records] for page in read] == [
        ["id 1", "id 2"],
        ["id 10"],
    ]
    assert found[2] is None
    assert await pages.whole(a_short(1), Dialect.V3) == a_short(1)
    assert not await pages.has("id 1")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "not JSON"),
        (b"<html>", "not JSON"),
        (b"\xff\xfe", "not text in UTF-8"),
        (b"[" * 100_000 + b"]" * 100_000, "nested too deeply"),
        (b"[" + b"9" * 5_000 + b"]", "number that is too long"),
        (b'"services"', "neither an object nor a list"),
        (b'{"id": "1", "name": "Food"}', "not a page of services"),
    ],
    ids=["empty", "HTML", "UTF-16", "deep", "a long number", "text", "a term"],
)
def test_what_is_no_page_is_said_with_its_file(tmp_path, body, said):
    file = tmp_path / "page.json"
    file.write_bytes(body)
    with pytest.raises(BrokenPage, match=rf"page\.json: .*{said}"):
        FilePages(file)


def test_a_folder_without_pages_is_no_source(tmp_path):
    with pytest.raises(BrokenPage, match=r"no \.json file"):
        FilePages(tmp_path)


async def test_a_byte_order_mark_and_what_json_does_not_know_are_passed_over(tmp_path):
    file = tmp_path / "page.json"
    body = b'\xef\xbb\xbf{"content": [{"id": 1, "name": "x", "status": NaN}], "totalPages": "x"}'
    file.write_bytes(body)
    page = await FilePages(file).page(1, None)
    assert page is not None
    assert page.records == ({"id": 1, "name": "x", "status": None},)


@pytest.mark.parametrize(
    ("address", "key"),
    [
        (
            "https://bristol.openplace.directory/o/Service/v2/services",
            "bristol-openplace-directory",
        ),
        ("https://api.familyinfo.example.gov.uk/api/v1", "familyinfo-example-gov-uk"),
        ("../feeds/bristol_services_v1.json", "bristol-services-v1"),
        ("/", "oruk"),
        ("x" * 60, "x" * 40),
    ],
)
def test_sources_have_a_key_by_default(address, key):
    assert source_key(address) == key
