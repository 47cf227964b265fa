"""The public pages of the digest: what has left, for everybody, and nothing else."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import feedparser
import html5lib
import pytest
from typer.testing import CliRunner

import db.ledger
import db.outbox
import db.retention
from bot.__main__ import app as fingerpost
from db.engine import make_engine, make_sessions
from db.news import PictureRow
from delivery.model import CampaignState
from digests.edition import Empty
from locales.errors import Text
from tests.mails.house import ANN, THURSDAY, WEEK, housed
from tests.mails.server import MailServer

PAGE = f"/digest/{WEEK}"


async def test_only_what_has_left_is_there(house):
    await house.posts("Rooms to let")
    await house.get(PAGE, 404)  # a draft
    await house.approves(note="Good morning.")
    await house.get(PAGE, 404)  # approved, and not due before Thursday
    assert WEEK not in await house.get("/digest/")
    await house.leaves()
    page = await house.get(PAGE)
    assert "Rooms to let" in page and "Good morning." in page
    assert f"/digest/{WEEK}" in await house.get("/digest/")
    (entry,) = feedparser.parse(await house.get("/digest/atom.xml")).entries
    assert entry.link == f"https://digest.example.org{PAGE}?lang=en"
    assert "Rooms to let" in entry.content[0].value


async def test_a_page_tells_nobody_who_reads_it_and_is_known_again(house):
    await house.posts("Rooms to let")
    await house.approves()
    await house.leaves()
    for path in (PAGE, "/digest/", "/digest/atom.xml"):
        async with house.client.get(path) as answer:
            assert "Set-Cookie" not in answer.headers
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy and "unsafe" not in policy
            tag = answer.headers["ETag"]
            assert answer.headers["Cache-Control"].startswith("public")
        for known in (tag, f"W/{tag}", f'"x", {tag}', "*"):
            async with house.client.get(path, headers={"If-None-Match": known}) as answer:
                assert (answer.status, await answer.read()) == (304, b"")
    async with house.client.get(PAGE) as answer:
        assert answer.headers["Last-Modified"] == "Thu, 19 Nov 2026 10:00:00 GMT"


@pytest.mark.parametrize("empty", [pytest.param(each, id=each) for each in Empty])
async def test_an_edition_with_nothing_in_it_is_not_kept(house, empty):
    object.__setattr__(house.app, "empty", empty)
    await house.joins()
    await house.approves()
    await house.leaves()
    await house.mails()
    assert WEEK not in await house.get("/digest/")
    assert feedparser.parse(await house.get("/digest/atom.xml")).entries == []
    await house.get(PAGE, 404)
    letters = house.server.to(ANN)[1:]
    assert len(letters) == (empty is Empty.SHORT)
    for part in (part for letter in letters for part in letter.walk()):
        assert part.is_multipart() or PAGE not in part.get_content()


async def test_what_is_too_old_is_public_only_after_a_yes(house):
    await house.posts("Rooms to let")
    await house.joins()
    await house.approves()
    house.clock.now = THURSDAY + timedelta(days=2)
    await house.get(PAGE, 404)  # nobody has looked whether it may leave
    await house.leaves()
    await house.get(PAGE, 404)
    assert WEEK not in await house.get("/digest/")
    async with house.sessions.begin() as session:
        name = f"digest:{WEEK}"
        await db.outbox.set_state(session, name, CampaignState.ACTIVE, None, house.clock())
    assert "Rooms to let" in await house.get(PAGE)
    (entry,) = feedparser.parse(await house.get("/digest/atom.xml")).entries
    assert entry.updated == "2026-11-21T10:00:00Z"


@pytest.mark.parametrize(
    ("mailed", "status"),
    [pytest.param(0, 404, id="nobody has it"), pytest.param(1, 200, id="somebody has it")],
)
async def test_what_was_stopped_for_good_is_public_if_somebody_got_it(houses, mailed, status):
    house = houses
    await house.posts("Rooms to let")
    await house.joins()
    await house.approves()
    await house.leaves()
    if mailed:
        await house.mails()
    async with house.sessions.begin() as session:
        name, why = f"digest:{WEEK}", Text("By hand.")
        await db.outbox.set_state(session, name, CampaignState.CANCELLED, why, house.clock())
    await house.get(PAGE, status)
    async with house.sessions.begin() as session:
        await db.retention.purge(session, house.clock() + timedelta(days=200))
    await house.get(PAGE, status)  # for good


@pytest.mark.parametrize(
    ("query", "accepted", "language"),
    [
        pytest.param("", None, "en", id="nothing said"),
        pytest.param("", "ar-SY,ar;q=0.9,en;q=0.8", "ar", id="the browser's"),
        pytest.param("", "nl, pl;q=0.5", "pl", id="the first that we speak"),
        pytest.param("", "en-US, ar;q=0.5", "en", id="English comes first"),
        pytest.param("?lang=ti", "ar", "ti", id="the link's"),
        pytest.param("?lang=xx%00", "ar", "en", id="one that there is not"),
        pytest.param("", "a" * 4000 + ",;q=;;,,*", "en", id="nonsense"),
    ],
)
async def test_the_language_is_the_readers(house, query, accepted, language):
    headers = {} if accepted is None else {"Accept-Language": accepted}
    tree = html5lib.parse(await house.get(f"/digest/{query}", headers=headers))
    assert tree.get("lang") == language


async def test_addresses_at_which_there_is_nothing(house):
    for path in (
        "2026-W99",
        "2025-W53",
        "0000-W01",
        "2026-w47",
        "%2e%2e/health",
        "x/y/z",
        "pictures/1",
        "pictures/99999999999999999999",
        "pictures/x",
        "<script>",
    ):
        page = await house.get(f"/digest/{path}", 404)
        assert "<script>" not in page
    async with house.client.get("/digest", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (301, "/digest/")


@pytest.mark.parametrize(
    ("mime", "status"),
    [pytest.param("image/png", 200, id="a picture"), pytest.param("text/html", 404, id="a page")],
)
async def test_a_picture_is_public_once_its_post_has_left(house, mime, status):
    await house.posts("Rooms to let")
    async with house.sessions.begin() as session:
        (item,) = await db.ledger.accepted_without_week(session)
        session.add(
            PictureRow(item_id=item.id, file_id="f", mime=mime, content=b"\x89PNG", alt="A room")
        )
    path = f"/digest/pictures/{item.id}"
    await house.get(path, 404)
    await house.approves()
    await house.leaves()
    async with house.client.get(path) as answer:
        assert answer.status == status
        if status == 200:
            assert (await answer.read(), answer.content_type) == (b"\x89PNG", mime)
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
    page = await house.get(PAGE)
    assert 'alt="A room"' in page


def test_the_copy_that_survives_the_server(tmp_path, sqlite_template, pack):
    file, folder = tmp_path / "kept.db", tmp_path / "copy"
    file.write_bytes(sqlite_template.read_bytes())
    env = {"FINGERPOST_DATABASE_URL": f"sqlite:///{file}"}

    async def fill():
        engine = make_engine(f"sqlite:///{file}")
        async with housed(make_sessions(engine), pack, MailServer()) as house:
            house.clock.now = datetime(2020, 3, 5, 12, tzinfo=UTC)
            await house.posts("Rooms to let")
            await house.approves("2020-W10")
            await house.posts("Waits for the next")
        await engine.dispose()

    asyncio.run(fill())
    done = CliRunner().invoke(fingerpost, ["digest", "archive", "--json"], env=env)
    assert json.loads(done.stdout) == {
        "editions": [{"week": "2020-W10", "left_at": "2020-03-05T12:00:00+00:00", "items": 1}],
        "items": 2,
    }
    done = CliRunner().invoke(
        fingerpost, ["digest", "archive", "--output", str(folder), "--language", "ar"], env=env
    )
    assert done.exit_code == 0, done.output
    names = {path.name for path in folder.iterdir()}
    assert names == {"2020-W10.html", "index.html", "atom.xml", "items.jsonl"}
    for name in ("2020-W10.html", "index.html"):
        tree = html5lib.HTMLParser(strict=True).parse((folder / name).read_text("utf-8"))
        inside = [e.get("href") for e in tree.iter() if e.get("href") and "//" not in e.get("href")]
        assert {each for each in inside if not each.startswith("#")} <= names
    assert len(feedparser.parse((folder / "atom.xml").read_bytes()).entries) == 1
    kept = [json.loads(line) for line in (folder / "items.jsonl").read_text("utf-8").splitlines()]
    assert [(each["title"], each["week"]) for each in kept] == [
        ("Rooms to let", "2020-W10"),
        ("Waits for the next", None),
    ]
