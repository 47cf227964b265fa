"""The command line: its documents, its exit codes, and what it says when something is wrong."""

import asyncio
import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

import db.feeds
import db.items
import db.leases
import db.outbox
import db.services
from bot.__main__ import app
from bot.pack import DEFAULT
from db.engine import make_engine, make_sessions
from delivery.model import Kind
from digests.compile import iso_week
from digests.item import Decision, Item, JudgedItem, Verdict
from tests.packs import write_small_pack

ROOT = Path(__file__).parents[2]
FEEDS = ROOT / "tests" / "data" / "feeds"
NOW = datetime.now(UTC)  # the command line asks the real clock


pytestmark = pytest.mark.usefixtures("alone")


@pytest.fixture(scope="session")
def small_pack(tmp_path_factory):
    return write_small_pack(tmp_path_factory.mktemp("pack") / "small")


@pytest.fixture
def small(alone, monkeypatch, small_pack):
    """A pack with a few services, where it does not matter which."""
    monkeypatch.setenv("FINGERPOST_PACK", str(small_pack))


with_a_small_pack = pytest.mark.usefixtures("small")


@pytest.fixture
def url(alone):
    return alone


def run(*args, code=0):
    """Run a command; return stdout when it ends with *code*."""
    result = CliRunner().invoke(app, [str(arg) for arg in args])
    assert result.exit_code == code, f"{result.exit_code}\n{result.output}\n{result.exception!r}"
    return result.stdout if code in (0, 1) and result.stdout else result.stderr


def document(*args, code=0):
    return json.loads(run(*args, "--json", code=code))


@pytest.fixture
def upgraded(url, sqlite_template, tmp_path):
    """The address of a database with all tables, as `db upgrade` leaves it."""
    shutil.copy(sqlite_template, tmp_path / "cli.db")
    return url


def in_database(url, work):
    """Run *work* (a function of a session) in one transaction."""

    async def do():
        engine = make_engine(url)
        async with make_sessions(engine).begin() as session:
            found = await work(session)
        await engine.dispose()
        return found

    return asyncio.run(do())


@pytest.mark.parametrize(
    "args",
    [
        pytest.param(
            ("--need", "housing", "--stage", "refused_asylum_seeker", "--near", "LS9"), id="housing"
        ),
        pytest.param(("--need", "domestic_abuse", "--gender", "women"), id="domestic abuse"),
        pytest.param(
            ("--need", "food", "--need", "debt", "--near", "LS9 8AA", "--language", "ar"),
            id="two needs",
        ),
        pytest.param(
            ("--need", "esol", "--near", "53.81,-1.51", "--age", "17", "--for", "other"),
            id="coordinates",
        ),
        pytest.param(("--need", "food", "--at", "2026-11-16T10:00", "--limit", "9"), id="a moment"),
        pytest.param(("--need", "food", "--audience", "workers"), id="for workers"),
    ],
)
def test_match_prints_the_documented_shape(args):
    found = document("match", *args)
    assert set(found) == {"results", "helplines", "relaxed", "next_question"}
    assert found["results"]
    assert found["helplines"]
    for each in found["results"]:
        assert set(each) == {
            "id", "name", "reasons", "distance_m", "open", "confidence", "contact_shown",
        }  # fmt: skip
        assert each["reasons"]
        assert each["open"] in ("open", "closed", "unknown")
        assert each["confidence"] in ("high", "medium", "low")
        assert each["contact_shown"] is (each["confidence"] != "low")
        assert each["distance_m"] is None or isinstance(each["distance_m"], int)


@with_a_small_pack
def test_match_keeps_to_its_limit_and_order():
    three = document("match", "--need", "food")["results"]
    one = document("match", "--need", "food", "--limit", "1")["results"]
    assert len(three) == 3
    assert one == three[:1]


@with_a_small_pack
def test_match_for_people_names_the_places_with_reasons():
    said = run("match", "--need", "domestic_abuse", "--gender", "women")
    assert said.startswith("1. ")
    assert "Helplines: " in said


@with_a_small_pack
def test_match_does_not_print_a_full_postcode():
    assert "8AA" not in run("match", "--need", "food", "--near", "LS9 8AA")


@with_a_small_pack
@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("--need", "gold"), "homelessness"),
        (("--need", "food", "--stage", "king"), "refused_asylum_seeker"),
        (("--need", "food", "--gender", "x"), "women"),
        (("--need", "food", "--near", "nowhere at all"), "LS9"),
        (("--need", "food", "--near", "nan,nan"), "LAT,LON"),
        (("--need", "food", "--near", "53.8,inf"), "LAT,LON"),
        (("--need", "food", "--near", "999,999"), "LAT,LON"),
        (("--need", "food", "--near", "53.8,-180.1"), "LAT,LON"),
        (("--need", "food", "--language", "!!"), "BCP-47"),
        (("--need", "food", "--language", ""), "BCP-47"),
        (("--need", "food", "--language", "english language"), "BCP-47"),
        (("--need", "food", "--age", "-1"), "age"),
        (("--need", "food", "--limit", "0"), "limit"),
        (("--need", "food", "--for", "dog"), "for"),
        (("--need", "food", "--at", "yesterday"), "at"),
        (("--need", "food", "--audience", "all"), "workers"),
        ((), "homelessness"),
    ],
)
def test_a_wrong_value_ends_with_two_and_names_the_known_ones(args, told):
    assert told in run("match", *args, code=2)


@with_a_small_pack
def test_a_batch_answers_in_order(tmp_path):
    lines = [{"need": ["food"], "limit": 1}, {"need": ["esol"], "near": "LS9", "limit": 2}]
    file = tmp_path / "batch.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)) + "\n\n", encoding="utf-8")
    found = json.loads(run("match", "--batch", file))
    assert [len(each["results"]) for each in found] == [1, 2]
    assert found[0] == document("match", "--need", "food", "--limit", "1")


@with_a_small_pack
@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        "NaN",
        "[" * 100_000,
        '{"need": ["food"], "nonsense": 1}',
        '{"need": [7]}',
        '{"need": ["food"], "near": "999,999"}',
    ],
    ids=lambda line: line[:30],
)
def test_a_broken_line_is_told_in_its_place_and_the_others_are_answered(tmp_path, line):
    file = tmp_path / "batch.jsonl"
    good = '{"need": ["food"], "limit": 1}'
    file.write_text(f"{good}\n\n{line}\n{good}\n", encoding="utf-8")
    first, broken, last = json.loads(run("match", "--batch", file, code=1))
    assert first == last and first["results"]
    assert set(broken) == {"error"}
    assert broken["error"].startswith("line 3: ")


@with_a_small_pack
def test_a_line_may_name_one_need_without_a_list(tmp_path):
    file = tmp_path / "batch.jsonl"
    file.write_text('{"need": "housing"}\n{"need": ["housing"]}', encoding="utf-8")
    one, listed = json.loads(run("match", "--batch", file))
    assert one == listed


@with_a_small_pack
@pytest.mark.parametrize("near", ["SW1A 1AA", "51.5074,-0.1278", "0,0"])
def test_far_from_the_city_nothing_is_near(near):
    found = document("match", "--need", "food", "--near", near)
    assert found["results"] == document("match", "--need", "food")["results"]
    assert {each["distance_m"] for each in found["results"]} == {None}
    said = CliRunner().invoke(app, ["match", "--need", "food", "--near", near])
    assert (said.exit_code, "outside Leeds" in said.stderr) == (0, True)


@with_a_small_pack
def test_an_empty_place_is_no_place():
    run("match", "--need", "food", "--near", "", code=2)


def test_a_man_who_asks_about_fgm_asks_for_a_girl_or_woman():
    asked = ("match", "--need", "fgm", "--for", "other")
    assert document(*asked, "--gender", "men")["results"] == document(*asked)["results"]
    women = {
        each["id"] for each in document("match", "--need", "women", "--limit", "50")["results"]
    }
    men = document("match", "--need", "women", "--gender", "men", "--limit", "50")["results"]
    assert women > {each["id"] for each in men}


@with_a_small_pack
def test_near_by_is_not_far():
    said = CliRunner().invoke(app, ["match", "--need", "food", "--near", "BD1"])
    assert (said.exit_code, said.stderr) == (0, "")


@with_a_small_pack
def test_a_language_may_be_written_in_capitals():
    args = ("match", "--need", "community_social", "--language")
    assert document(*args, "UK") == document(*args, "uk")


@with_a_small_pack
def test_a_batch_that_is_not_there_ends_with_two(tmp_path):
    assert "nothing.jsonl" in run("match", "--batch", tmp_path / "nothing.jsonl", code=2)


def test_match_reads_the_database_when_it_holds_services(url, tmp_path):
    folder = tmp_path / "pack"
    shutil.copytree(DEFAULT, folder)
    services = json.loads((folder / "services.json").read_text("utf-8"))
    services["services"][0]["name"] = "Renamed by hand"
    (folder / "services.json").write_text(json.dumps(services), encoding="utf-8")
    run("directory", "import", folder)
    need = services["services"][0]["needs"][0]
    found = document("match", "--need", need, "--limit", "100", "--audience", "workers")
    assert "Renamed by hand" in {each["name"] for each in found["results"]}


@pytest.mark.slow
@with_a_small_pack
def test_guide_check_walks_every_state():
    """The command; Leeds is walked in every language in tests/handlers/test_guide.py."""
    found = document("guide", "check")
    assert {"states", "longest_path", "dead_ends", "max_buttons", "missing_help_now"} <= set(found)
    assert found["states"] > 1000
    assert found["longest_path"] <= 4
    assert found["max_buttons"] <= 8
    assert (found["dead_ends"], found["missing_help_now"]) == (0, 0)


def test_feeds_check_says_of_each_file_what_came_of_it():
    good, bad = FEEDS / "feed.json", FEEDS / "bomb-exponential.xml"
    found = document("feeds", "check", good, bad, code=1)
    assert [set(each) for each in found] == [{"file", "ok", "items", "problem", "seconds"}] * 2
    assert [each["ok"] for each in found] == [True, False]
    assert found[0]["items"] > 0
    assert found[0]["problem"] is None
    assert found[1]["problem"]
    assert document("feeds", "check", good)[0]["ok"] is True


@with_a_small_pack
def test_feeds_check_of_a_file_that_is_not_there_ends_with_two(tmp_path):
    assert "nothing.xml" in run("feeds", "check", tmp_path / "nothing.xml", code=2)


def test_every_feed_of_the_tests_is_judged_without_a_crash():
    files = sorted(p for p in FEEDS.iterdir() if ".expected." not in p.name)
    result = CliRunner().invoke(app, ["feeds", "check", *map(str, files), "--json"])
    assert result.exit_code == 1, "some of them are hostile on purpose"
    assert len(json.loads(result.stdout)) == len(files)


def test_a_feed_is_followed_and_listed():
    assert "No feeds yet" in run_after_upgrade("feeds", "list")
    run("feeds", "add", "https://example.org/feed")
    run("feeds", "add", "https://example.org/feed")
    (feed,) = document("feeds", "list")
    assert feed["url"] == "https://example.org/feed"
    assert feed["problem"] is None


def run_after_upgrade(*args):
    run("db", "upgrade")
    return run(*args)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "http://127.0.0.1/feed", "nonsense"])
def test_a_feed_that_must_not_be_fetched_is_refused(url):
    assert run("feeds", "add", url, code=1)


def test_directory_check_names_file_record_and_field(tmp_path):
    assert document("directory", "check")["ok"] is True
    folder = tmp_path / "pack"
    shutil.copytree(DEFAULT, folder)
    rows = json.loads((folder / "services.json").read_text("utf-8"))
    rows["services"][3]["confidence"] = "certain"
    rows["services"][5]["needs"] = ["gold"]
    (folder / "services.json").write_text(json.dumps(rows), encoding="utf-8")
    (folder / "outcodes.csv").unlink()
    found = document("directory", "check", folder, code=1)
    assert found["ok"] is False
    named = {(p["file"], p["record"], p["field"]) for p in found["problems"]}
    assert ("services.json", rows["services"][3]["id"], "confidence") in named
    assert ("services.json", rows["services"][5]["id"], "needs") in named
    assert any(file == "outcodes.csv" for file, _, _ in named)
    assert all(p["problem"] for p in found["problems"])
    said = run("directory", "check", folder, code=1)
    assert "services.json" in said
    assert "confidence" in said


def test_a_broken_pack_is_not_imported(tmp_path, upgraded):
    folder = tmp_path / "pack"
    shutil.copytree(DEFAULT, folder)
    (folder / "helplines.json").write_text("{", encoding="utf-8")
    assert "helplines.json" in run("directory", "import", folder, code=1)
    assert in_database(upgraded, db.services.is_empty)


def test_an_import_twice_changes_nothing_and_keeps_what_a_person_confirmed(url):
    first = document("directory", "import", DEFAULT)
    assert len(first["added"]) == 165
    assert set(first) == {"added", "changed", "unchanged", "kept", "hidden"}
    second = document("directory", "import", DEFAULT)
    assert len(second["unchanged"]) == 165
    assert not any(second[name] for name in ("added", "changed", "kept", "hidden"))
    one = first["added"][0]
    assert in_database(url, lambda s: db.services.confirm(s, one, by=1, now=NOW, today=NOW.date()))
    third = document("directory", "import", DEFAULT)
    assert third["kept"] == [one]
    assert len(third["unchanged"]) == 164


@with_a_small_pack
def test_db_check_before_and_after_the_upgrade():
    before = document("db", "check", code=1)
    assert before["ok"] is False
    assert before["problems"]
    run("db", "upgrade")
    assert document("db", "check") == {"ok": True, "problems": []}
    assert "up to date" in run("db", "upgrade")


def test_a_database_that_cannot_be_used_is_named(monkeypatch):
    monkeypatch.setenv("FINGERPOST_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none")
    assert "FINGERPOST_DATABASE_URL" in run("health", code=1)


def digest_of_this_week(url):
    """Store a post that is accepted and one that waits."""

    async def store(session):
        feed = await db.feeds.add(session, "https://example.org/feed", NOW)
        judged = [
            JudgedItem(
                Item(title, title, f"https://example.org/{n}", "About it.", NOW, "Example"),
                Verdict(decision, (), ("housing",)),
            )
            for n, (title, decision) in enumerate(
                [("Rooms to let", Decision.ACCEPT), ("Perhaps", Decision.REVIEW)]
            )
        ]
        return await db.items.add(session, feed, judged, NOW)

    assert in_database(url, store) == 2


@with_a_small_pack
def test_digest_preview_in_its_formats(upgraded):
    digest_of_this_week(upgraded)
    shown = json.loads(run("digest", "preview", "--format", "json", "--week", "2026-W47"))
    assert shown["week"] == "2026-W47"
    titles = [item["title"] for section in shown["sections"] for item in section["items"]]
    assert titles == ["Rooms to let"]
    assert shown["parts"]
    html = run("digest", "preview", "--format", "html")
    assert "<b>" in html
    assert "Rooms to let" in html
    text = run("digest", "preview")
    assert "Rooms to let" in text
    assert "<b>" not in text
    assert "Perhaps" not in text + html
    assert run("digest", "preview", "--language", "ar") != text


@with_a_small_pack
@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("--week", "next"), "2026-W47"),
        (("--week", "2026-W60"), "2026-W60"),
        (("--language", "xx"), "en"),
        (("--topics", "gold"), "gold"),
        (("--format", "pdf"), "pdf"),
    ],
)
def test_a_preview_of_what_is_not_there_ends_with_two(upgraded, args, told):
    assert told in run("digest", "preview", *args, code=2)


def test_digest_send_without_approval_sends_nothing(upgraded):
    digest_of_this_week(upgraded)
    assert document("digest", "send", code=1) == {"queued": False}


def test_health_names_what_is_wrong(upgraded):
    found = document("health", code=1)
    assert found["ok"] is False
    assert any("Nobody sends or polls" in problem for problem in found["problems"])
    soon = timedelta(minutes=5)
    now = datetime.now(UTC)
    in_database(upgraded, lambda s: db.leases.acquire(s, "jobs", "me", now, soon))
    told = f"notice:digest:{iso_week(now, ZoneInfo('Europe/London'))}"
    in_database(upgraded, lambda s: db.outbox.open_campaign(s, told, Kind.NOTICE, now))
    note = "No backup was made yet. “fingerpost backup” makes one."
    assert document("health") == {"ok": True, "problems": [], "notes": [note]}


def test_locales_check_counts_every_language():
    result = CliRunner().invoke(app, ["locales", "check", "--json"])
    (english, *others) = json.loads(result.stdout)["languages"]
    assert english["code"] == "en"
    assert english["translated"] == english["messages"] > 200
    for each in others:
        assert set(each) == {"code", "messages", "translated", "fuzzy", "problems"}
        assert each["messages"] == english["messages"]
    whole = all(e["translated"] == e["messages"] and not e["problems"] for e in others)
    assert (result.exit_code == 0) == whole


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FINGERPOST_DATABASE_URL", "mysql://x"),
        ("FINGERPOST_COORDINATORS", "somebody"),
        ("FINGERPOST_SEND_RATE", "fast"),
    ],
)
def test_a_wrong_setting_ends_with_two_and_is_named(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    assert name in run("health", code=2)


def test_run_without_a_token_says_how_to_get_one():
    said = run("run", code=2)
    assert "FINGERPOST_BOT_TOKEN" in said
    assert "BotFather" in said


def test_demo_is_either_a_tour_or_quiet():
    assert "--tour" in run("demo", "--tour", "--quiet", code=2)


def test_every_command_has_help():
    groups = ["db", "directory", "guide", "feeds", "digest", "locales"]
    commands = ["run", "demo", "sandbox", "match", "health", "feeds check"]
    for command in ["", *groups, *commands]:
        assert "Usage" in run(*command.split(), "--help"), command


@pytest.mark.slow
def test_the_tour_does_what_it_should(tmp_path):
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "bot", "demo", "--tour"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "✗ 1" not in done.stdout
    assert "checks hold" in done.stdout
    assert not done.stderr
