"""The directory over HTTP: what every client of Open Referral UK relies on."""

import asyncio
import json
import logging
import urllib.error
import urllib.parse
import urllib.request
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from aiohttp import TCPConnector, web
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from directory.model import Origin, Point
from directory.oruk.entries import Moments
from directory.oruk.publication import Publication
from tests.directory.oruk import schemas
from tests.directory.oruk.schemas import needs_schemas, wrong
from tests.directory.oruk.test_writing import EARLY, LATE, MARKS, hostile
from tests.directory.rows import a_city, a_service
from tests.packs import leeds_pack
from tests.web.serving import serving, site
from web.directory import MOST_WAITING, mount

LISTS = ("/services", "/taxonomies", "/taxonomy_terms", "/service_at_locations")
TEA = "ac148810-d857-441c-9679-408f346de14b"


@pytest.fixture(scope="module")
def leeds():
    pack = leeds_pack()
    return Publication(pack.services, pack.directory.gazetteer)


@asynccontextmanager
async def client(publication, base=None):
    async with TestClient(TestServer(site(publication, base))) as opened:
        yield opened


async def get(publication, path, status=200, **params):
    async with client(publication) as opened:
        answer = await opened.get(path, params=params)
        assert answer.status == status, await answer.text()
        return json.loads(await answer.text())


def published(*services, **moments):
    return Publication(services, a_city().gazetteer, moments)


@needs_schemas
async def test_the_official_checks_of_the_first_level_pass(leeds):
    root = await get(leeds, "/")
    assert wrong(schemas.validator("api_details.json"), root) == []
    assert root["version"] == "HSDS-UK-3.0"
    page = await get(leeds, "/services", page="1")
    assert wrong(schemas.validator("service_list.json"), page) == []
    for each in page["contents"][:10]:
        whole = await get(leeds, f"/services/{each['id']}")
        assert wrong(schemas.validator("service.json"), whole) == []
        assert whole["name"] == each["name"]


@needs_schemas
@pytest.mark.parametrize(
    ("path", "many", "one"),
    [
        pytest.param("/taxonomies", "taxonomy_list.json", "taxonomy.json", id="taxonomies"),
        pytest.param("/taxonomy_terms", "taxonomy_term_list.json", None, id="terms"),
        pytest.param(
            "/service_at_locations",
            "service_at_location_list.json",
            "service_at_location.json",
            id="places",
        ),
    ],
)
async def test_the_official_checks_of_the_second_level_pass(leeds, path, many, one):
    page = await get(leeds, path)
    assert wrong(schemas.validator(many), page) == []
    single = await get(leeds, f"{path}/{page['contents'][0]['id']}")
    checker = schemas.validator(one) if one else schemas.profile("taxonomy_term.json")
    assert wrong(checker, single) == []


async def test_every_page_together_has_each_service_once(leeds):
    first = await get(leeds, "/services", per_page="40")
    pages = [first] + [
        await get(leeds, "/services", per_page="40", page=str(number))
        for number in range(2, first["total_pages"] + 1)
    ]
    ids = [each["id"] for page in pages for each in page["contents"]]
    assert len(ids) == len(set(ids)) == first["total_items"] == len(leeds.entries)
    assert [page["first_page"] for page in pages] == [True, False, False, False]
    assert [page["last_page"] for page in pages] == [False, False, False, True]
    assert sum(page["size"] for page in pages) == len(ids)


async def test_a_page_behind_the_last_is_empty(leeds):
    page = await get(leeds, "/services", page="1000")
    assert (page["empty"], page["size"], page["last_page"]) == (True, 0, True)


async def test_the_minimal_form_has_every_service_on_one_page(leeds):
    page = await get(leeds, "/services", minimal="true")
    assert page["size"] == len(leeds.entries)
    assert set(page["contents"][0]) <= {"id", "name", "status", "last_modified"}


TWO = (
    replace(
        a_service(
            "tea", name="Tea room", needs=["food"], min_age=16, opening_hours="Mo 10:00-12:00"
        ),
        origin=Origin("x", TEA),
        last_modified=EARLY,
        location=Point(53.8, -1.5),
    ),
    a_service("law", name="Law centre", needs=["legal_immigration"], max_age=25),
)


@pytest.mark.parametrize(
    ("params", "found"),
    [
        pytest.param({}, {"Tea room", "Law centre"}, id="nothing asked"),
        pytest.param({"search": "law cent"}, {"Law centre"}, id="words, the last one begun"),
        pytest.param({"search": "legal aid"}, set(), id="a word that is nowhere"),
        pytest.param({"search": "😀"}, set(), id="no word"),
        pytest.param({"search": "\x00"}, set(), id="no letter"),
        pytest.param({"search": "Immigration law"}, {"Law centre"}, id="the name of a need"),
        pytest.param({"minimum_age": "16"}, {"Tea room"}, id="lowest age"),
        pytest.param({"minimum_age": "17"}, set(), id="lowest age above"),
        pytest.param({"maximum_age": "25.5"}, {"Law centre"}, id="highest age"),
        pytest.param({"day": "monday"}, {"Tea room"}, id="a day"),
        pytest.param({"day": "MO", "start_time": "10:30"}, set(), id="opens too early"),
        pytest.param(
            {"day": "MO", "start_time": "09:00", "end_time": "12:00:00"}, {"Tea room"}, id="times"
        ),
        pytest.param({"end_time": "11:00"}, set(), id="closes too late"),
        pytest.param({"modified_after": EARLY.isoformat()}, {"Tea room"}, id="a change"),
        pytest.param({"modified_after": "2026-01-01T00:00:01Z"}, set(), id="no change since"),
        pytest.param({"taxonomy_term_id": "nothing"}, set(), id="no such term"),
        pytest.param({"organization_id": TEA}, set(), id="no such organisation"),
        pytest.param({"unknown": "x"}, {"Tea room", "Law centre"}, id="a parameter of others"),
    ],
)
async def test_filters(params, found):
    page = await get(published(*TWO), "/services", **params)
    assert {each["name"] for each in page["contents"]} == found


async def test_a_service_is_found_by_its_term_taxonomy_and_organisation():
    publication = published(*TWO)
    whole = await get(publication, f"/services/{TEA.upper()}")
    term = whole["attributes"][0]["taxonomy_term"]
    asked = [
        {"taxonomy_term_id": term["id"]},
        {"organization_id": whole["organization"]["id"]},
        {"taxonomy_term_id": term["id"], "taxonomy_id": term["taxonomy_id"]},
    ]
    pages = [await get(publication, "/services", **each) for each in asked]
    assert [[each["id"] for each in page["contents"]] for page in pages] == [[TEA]] * 3


async def test_places_come_nearest_first_and_within_the_distance(leeds):
    near = await get(leeds, "/service_at_locations", postcode="LS9 8AA")
    close = await get(leeds, "/service_at_locations", postcode="ls98aa", proximity="1500")
    assert near["total_items"] > close["total_items"] > 0
    ids = [each["id"] for each in near["contents"]]
    assert [each["id"] for each in close["contents"]][:50] == ids[: close["size"]]


@pytest.mark.parametrize(
    ("path", "params", "status", "names"),
    [
        pytest.param("/services", {"page": "0"}, 400, "page", id="page 0"),
        pytest.param("/services", {"per_page": "501"}, 400, "per_page", id="a page too large"),
        pytest.param("/services", {"per_page": "٣"}, 400, "per_page", id="other digits"),
        pytest.param("/services", {"format": "xml"}, 400, "format", id="another format"),
        pytest.param("/services", {"full": "1"}, 400, "full", id="no boolean"),
        pytest.param("/services", {"modified_after": "now"}, 400, "modified_after", id="a word"),
        pytest.param("/services", {"day": "XX"}, 400, "day", id="no day"),
        pytest.param("/services", {"search": "x" * 201}, 400, "search", id="too long"),
        pytest.param("/services", {"minimum_age": "nan"}, 400, "minimum_age", id="no number"),
        pytest.param("/services/x", {}, 404, "nothing", id="no service"),
        pytest.param("/nowhere", {}, 404, "nothing", id="no page"),
        pytest.param(
            "/service_at_locations", {"postcode": "ZZ99 9ZZ"}, 404, "postcode", id="unknown place"
        ),
        pytest.param(
            "/service_at_locations", {"proximity": "5"}, 400, "proximity", id="from nowhere"
        ),
        pytest.param(
            "/service_at_locations", {"postcode": "Leeds"}, 400, "postcode", id="no postcode"
        ),
    ],
)
async def test_mistakes_are_told_in_json(leeds, path, params, status, names):
    problem = await get(leeds, path, status=status, **params)
    assert problem["status"] == status
    assert names in problem["detail"]


async def test_what_the_client_has_is_not_sent_again(leeds):
    async with client(leeds) as opened:
        first = await opened.get("/services")
        tag = first.headers["ETag"]
        for header in (tag, f"W/{tag}", f'"other", {tag}', "*"):
            again = await opened.get("/services", headers={"If-None-Match": header})
            assert (again.status, await again.read()) == (304, b"")
            assert again.headers["ETag"] == tag
        other = await opened.get("/services", headers={"If-None-Match": '"other"'})
        assert other.status == 200
        assert (await opened.get("/services?page=2")).headers["ETag"] != tag


@pytest.mark.parametrize("path", ["/", "/openapi.json", *LISTS, "/services/x", "/nowhere"])
async def test_every_website_may_read_it(leeds, path):
    async with client(leeds) as opened:
        assert (await opened.get(path)).headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("path", ["/", *LISTS])
async def test_it_can_only_be_read(leeds, path):
    async with client(leeds) as opened:
        preflight = await opened.options(path)
        assert preflight.status == 204
        assert "GET" in preflight.headers["Access-Control-Allow-Methods"]
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            refused = await opened.request(method, path)
            assert refused.status == 405
            assert refused.headers["Allow"] == "GET, HEAD, OPTIONS"
        head = await opened.head(path)
        whole = await opened.get(path)
        assert head.headers["Content-Length"] == whole.headers["Content-Length"]
        assert await head.read() == b""


async def test_the_health_page_stays_as_it_was(leeds):
    async with client(leeds) as opened:
        answer = await opened.get("/health")
        assert await answer.text() == "well"
        assert "Access-Control-Allow-Origin" not in answer.headers


async def test_it_names_the_address_at_which_others_reach_it(leeds):
    async with client(leeds, base="https://directory.example.org") as opened:
        root = await (await opened.get("/")).json()
        described = await (await opened.get("/openapi.json")).json()
    assert root["openapi_url"] == "https://directory.example.org/openapi.json"
    assert described["servers"] == [{"url": "https://directory.example.org"}]


async def test_an_import_is_a_change_for_whoever_follows():
    publication = published(*TWO, tea=Moments(LATE))
    page = await get(publication, "/services", modified_after=LATE.isoformat())
    assert [each["last_modified"] for each in page["contents"]] == ["2026-01-01T00:00:00Z"]


async def test_the_header_says_when_anything_last_changed_but_withdrawals_are_seen_too():
    moments = {"tea": Moments(LATE)}
    async with client(published(*TWO, **moments)) as opened:
        first = await opened.get("/services")
        assert first.headers["Last-Modified"] == "Mon, 02 Feb 2026 00:00:00 GMT"
    async with client(published(TWO[0], **moments)) as opened:  # the other one was withdrawn
        since = {"If-Modified-Since": first.headers["Last-Modified"]}
        later = await opened.get("/services", headers=since)
        assert (await later.json())["total_items"] == 1


async def test_a_confidential_place_is_in_no_answer_no_header_and_no_log(caplog):
    caplog.set_level(logging.DEBUG)
    publication = published(hostile(), a_service("other"))
    seen = []
    async with client(publication) as opened:
        page = await (await opened.get("/services")).json()
        paths = [f"/services/{each['id']}" for each in page["contents"]]
        asked = [f"{path}?full=true" for path in LISTS] + ["/services?minimal=true"]
        for path in ("/", "/openapi.json", *LISTS, *paths, *asked):
            answer = await opened.get(path)
            seen += [await answer.text(), str(answer.headers)]
        for each in ("/services?search=", "/service_at_locations?search="):
            for mark in MARKS:
                assert (await (await opened.get(each + mark)).json())["total_items"] == 0
    seen += [str(record.__dict__) for record in caplog.records if record.name.startswith("web")]
    text = "\n".join(seen).casefold()
    assert [mark for mark in MARKS if mark.casefold() in text] == []


WORD = st.text(max_size=12)
NAMES = st.sampled_from(
    [
        *("search", "page", "per_page", "format", "taxonomy_term_id", "taxonomy_id"),
        *("organization_id", "modified_after", "minimal", "full", "minimum_age", "maximum_age"),
        *("day", "start_time", "end_time", "postcode", "proximity", "parent_id", "top_only"),
    ]
)


def asked(url):
    """Ask for *url*; give the status and the JSON."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


@pytest.fixture(scope="module")
def address(leeds):
    with serving(site(leeds)) as found:
        yield found


@settings(max_examples=60, deadline=None, derandomize=True, phases=[Phase.generate])
@given(path=st.sampled_from(LISTS), query=st.lists(st.tuples(NAMES, WORD), max_size=4))
def test_no_query_ever_breaks_it(address, path, query):
    url = f"{address}{path}?{urllib.parse.urlencode(query)}"
    status, found = asked(url)
    assert status in {200, 400, 404}
    assert ("contents" if status == 200 else "detail") in found


async def test_more_than_can_wait_are_told_to_come_back():
    begun, go = asyncio.Event(), asyncio.Event()

    async def slow():
        begun.set()
        await go.wait()
        return published(a_service("one"))

    app = web.Application()
    mount(app, slow)
    async with TestClient(TestServer(app), connector=TCPConnector(limit=0)) as many:
        waiting = [asyncio.create_task(many.get("/services")) for _ in range(MOST_WAITING)]
        await begun.wait()
        refused = None
        while refused is None:  # until all of them have come in
            task = asyncio.create_task(many.get("/services"))
            done, _ = await asyncio.wait({task}, timeout=0.2)
            refused = task.result() if done else None
            waiting.append(task)
        assert refused.status == 503
        assert refused.headers["Retry-After"] == "1"
        go.set()
        answers = await asyncio.gather(*waiting)
        assert sum(each.status == 200 for each in answers) == MOST_WAITING
