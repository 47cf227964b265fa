"""`feeds` on the command line: follow, list, take in and give out lists."""

import json

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from digests import opml

GOOD = ("https://a.example/feed/", "https://b.example/atom.xml")


pytestmark = pytest.mark.usefixtures("alone")


def run(*args, code=0):
    result = CliRunner().invoke(app, [str(arg) for arg in args])
    assert result.exit_code == code, f"{result.exit_code}\n{result.output}\n{result.exception!r}"
    return result


def listed():
    return json.loads(run("feeds", "list", "--json").stdout)


def a_list(folder, *urls):
    rows = "".join(f'\n<outline type="rss" text="T" xmlUrl="{url}"/>' for url in urls)
    path = folder / "list.opml"
    path.write_text(f'<opml version="2.0"><body>{rows}\n</body></opml>', "utf-8")
    return path


def test_a_list_comes_in_and_goes_out(tmp_path):
    answer = json.loads(run("feeds", "import", a_list(tmp_path, *GOOD), "--json").stdout)
    assert answer == {"followed": 2, "refused": []}
    run("feeds", "import", a_list(tmp_path, *GOOD))
    assert [feed["url"] for feed in listed()] == list(GOOD)
    assert {(feed["title"], feed["trust"]) for feed in listed()} == {("T", "watched")}
    run("feeds", "export", "--output", "out.opml")
    out = (tmp_path / "out.opml").read_bytes()
    assert [each.url for each in opml.read(out, "out").feeds] == list(GOOD)
    assert b"Leeds" in out
    assert "<opml" in run("feeds", "export").stdout


def test_what_may_not_be_asked_is_reported_by_line_and_the_rest_is_followed(tmp_path):
    path = a_list(tmp_path, GOOD[0], "http://127.0.0.1/feed", "ftp://a.example/")
    result = run("feeds", "import", path, "--json", code=1)
    refused = json.loads(result.stdout)["refused"]
    assert [each["line"] for each in refused] == [3, 4]
    assert "private network" in refused[0]["problem"]
    assert [feed["url"] for feed in listed()] == [GOOD[0]]
    assert "Line 3: http://127.0.0.1/feed" in run("feeds", "import", path, code=1).stdout


def test_a_hostile_list_is_refused_whole(tmp_path):
    path = tmp_path / "x.opml"
    path.write_text('<!DOCTYPE opml [<!ENTITY a "b">]><opml/>', "utf-8")
    assert "declares" in run("feeds", "import", path, code=1).stderr
    assert "nothing.opml" in run("feeds", "import", tmp_path / "nothing.opml", code=2).stderr
    run("db", "upgrade")
    run("feeds", "export", "--output", tmp_path / "no" / "folder.opml", code=2)


def test_an_archive_is_asked_for(tmp_path):
    run("feeds", "add", GOOD[0], "--archive")
    run("feeds", "add", GOOD[1])
    assert [feed["reads_back_to"] for feed in listed()] == ["all", None]
    run("feeds", "archive", 2)
    assert [feed["reads_back_to"] for feed in listed()] == ["all", "all"]
    assert "no feed 9" in run("feeds", "archive", 9, code=1).stderr
    assert "I have not read it yet." in run("feeds", "list").stdout


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://example.org:25/feed", "port"),
        ("http://10.0.0.1/", "private network"),
        ("http://localhost./", "private network"),
        ("file:///etc/passwd", "begin with http"),
    ],
)
def test_an_address_that_may_not_be_asked_is_not_followed(url, reason):
    assert reason in run("feeds", "add", url, code=1).stderr
