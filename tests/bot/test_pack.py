"""A pack is read whole or not at all, whatever is wrong with it."""

import json
import shutil
from pathlib import Path

import pytest

from bot.pack import DEFAULT, PackError, read_pack
from directory.model import Confidence
from locales.order import NATIVE_NAMES
from tests.directory.rows import a_line_row, a_row
from tests.packs import leeds_pack

HEAD = """
id = "small"
name = "Smallville"
country = "GB"
time_zone = "Europe/London"
attribution = ["Somebody's data."]
notes = ["Made up."]
general_helplines = ["night-line"]
[[districts]]
id = "north"
name = "North"
outcodes = ["SM1"]
[neighbourhoods]
Riverside = "SM1 1"
"""

TOPICS = """
context = ["migrant*"]

[[topic]]
id = "housing"
names = { en = "Housing" }
keywords = ["housing"]
hints = []
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = {
        "pack.toml": HEAD,
        "services.json": json.dumps({"services": [a_row()]}),
        "helplines.json": json.dumps({"helplines": [a_line_row()]}),
        "topics.toml": TOPICS,
        "outcodes.csv": "outcode,lat,lon,postcodes,places\nSM1,53.8,-1.5,10,Old; New\n",
        "sectors.csv": "sector,lat,lon,postcodes,inside\nSM1 1,53.8,-1.5,10,yes\n",
    }
    for name, content in files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    return tmp_path


def test_the_leeds_pack_is_whole():
    pack = read_pack()
    assert (pack.id, pack.name, pack.zone) == ("leeds", "Leeds", "Europe/London")
    assert (len(pack.services), len(pack.helplines)) == (165, 54)
    assert len(pack.gazetteer.districts) == 4
    assert any("Ordnance Survey" in line for line in pack.attribution)
    assert any("GeoNames" in line for line in pack.attribution)


def test_the_leeds_pack_keeps_the_ids_and_facts_of_its_source():
    source = Path(__file__).parents[2].parent / "shared" / "data" / "leeds" / "services.json"
    if not source.exists():
        pytest.skip("the corpus is not on this machine")
    rows = {row["id"]: row for row in json.loads(source.read_text("utf-8"))["services"]}
    services = {service.id: service for service in leeds_pack().services}
    assert services.keys() == rows.keys()
    for service_id, row in rows.items():
        assert services[service_id].description == row["description"]
        assert services[service_id].confidence is Confidence(row["confidence"])


def test_no_confidential_place_of_the_pack_has_an_address():
    hidden = [service for service in leeds_pack().services if service.confidential_location]
    assert len(hidden) == 5
    assert [(service.address, service.location) for service in hidden] == [(None, None)] * 5


def test_another_city_is_another_folder(folder):
    pack = read_pack(folder)
    assert (pack.name, [service.id for service in pack.services]) == ("Smallville", ["tea-room"])
    assert [topic.id for topic in pack.interests.topics] == ["housing"]
    assert pack.feeds == ()
    assert pack.directory.general == ("night-line",)
    riverside = pack.gazetteer.find("riverside")
    assert riverside is not None
    assert riverside.key == "SM1-1"


def test_feeds_to_begin_with(folder):
    (folder / "feeds.toml").write_text('[[feed]]\nurl = "https://a.org/feed/"\n', encoding="utf-8")
    assert read_pack(folder).feeds == ("https://a.org/feed/",)


def test_a_directory_of_other_services_keeps_the_city(folder):
    pack = read_pack(folder)
    other = pack.directory_of(pack.services * 0)
    assert (other.services, other.helplines) == ((), pack.helplines)
    assert (other.gazetteer, other.zone) == (pack.gazetteer, pack.zone)


@pytest.mark.parametrize(
    ("file", "content", "problem"),
    [
        pytest.param(
            "services.json", None, "services.json: -: file: This file is missing.", id="no file"
        ),
        pytest.param("pack.toml", "id = ", "pack.toml: -: file", id="not TOML"),
        pytest.param("services.json", "{", "services.json: -: file", id="not JSON"),
        pytest.param("services.json", "[", "services.json: -: file", id="cut JSON"),
        pytest.param(
            "services.json", '{"services": 3}', "services.json: -: services", id="no list"
        ),
        pytest.param("helplines.json", "[{}]", "helplines.json: #1: id", id="empty record"),
        pytest.param("outcodes.csv", "outcode\nSM1\n", "outcodes.csv: -: file", id="no columns"),
        pytest.param(
            "sectors.csv",
            "sector,lat,lon,postcodes,inside\nSM1 1,north,-1.5,10,yes\n",
            "sectors.csv: -: file",
            id="not a number",
        ),
        pytest.param(
            "pack.toml",
            HEAD.replace("Europe/London", "Mars/Base"),
            "pack.toml: -: time_zone",
            id="zone",
        ),
        pytest.param(
            "pack.toml",
            HEAD.replace('"night-line"', '"no-line"'),
            "pack.toml: -: general_helplines",
            id="line",
        ),
        pytest.param(
            "pack.toml",
            HEAD + '[[districts]]\nid = "northern"\nname = "A"\noutcodes = ["SM1"]\n'
            '[[districts]]\nid = "northern-end"\nname = "B"\noutcodes = ["SM1"]\n',
            "pack.toml: -: districts",
            id="districts",
        ),
        pytest.param("pack.toml", HEAD.replace("SM1 1", "SM9 9"), "pack.toml: -: file", id="place"),
        pytest.param(
            "pack.toml", HEAD.replace('name = "Smallville"', ""), "pack.toml: -: name", id="name"
        ),
        pytest.param("topics.toml", "= =", "topics.toml: -: file", id="topics"),
        pytest.param("feeds.toml", "[[feed]]\n", "feeds.toml: -: url", id="feed"),
    ],
)
def test_what_is_wrong_is_named_with_its_file(folder, file, content, problem):
    (folder / file).unlink(missing_ok=True)
    if content is not None:
        (folder / file).write_text(content, encoding="utf-8")
    with pytest.raises(PackError) as caught:
        read_pack(folder)
    assert problem in str(caught.value)


def test_all_files_are_checked_before_giving_up(folder):
    (folder / "services.json").write_text(json.dumps([a_row(gender="woman")]), encoding="utf-8")
    (folder / "helplines.json").write_text(json.dumps([a_line_row(number="1")]), encoding="utf-8")
    (folder / "sectors.csv").unlink()
    with pytest.raises(PackError) as caught:
        read_pack(folder)
    places = [(problem.file, problem.record) for problem in caught.value.problems]
    assert places == [
        ("services.json", "tea-room"),
        ("helplines.json", "night-line"),
        ("sectors.csv", "-"),
    ]


def test_an_empty_folder_says_everything_that_is_missing(tmp_path):
    with pytest.raises(PackError) as caught:
        read_pack(tmp_path / "nowhere")
    assert len(caught.value.problems) == 6


def test_a_pack_can_be_moved(tmp_path):
    shutil.copytree(DEFAULT, tmp_path / "copy")
    assert read_pack(tmp_path / "copy").services == leeds_pack().services


def test_an_id_too_long_for_a_button_is_named(folder):
    rows = [a_row(id="a" * 39), a_row(id="b" * 60)]
    (folder / "services.json").write_text(json.dumps(rows), encoding="utf-8")
    with pytest.raises(PackError) as caught:
        read_pack(folder)
    (problem,) = caught.value.problems
    assert (problem.record, problem.field) == ("b" * 60, "id")
    assert "at most 44 characters" in str(problem)


@pytest.mark.parametrize("language", [code for code in NATIVE_NAMES if code != "en"])
def test_areas_and_topics_of_leeds_are_named_in_every_language(language):
    pack = leeds_pack()
    for district in pack.directory.gazetteer.districts:
        assert district.named(language) != district.name
    for topic in pack.interests.topics:
        assert topic.names[language]
