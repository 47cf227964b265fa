"""Another city is another folder: the whole bot in Bristol, without a word about Leeds."""

import shutil
from pathlib import Path

import pytest

from bot.pack import Pack, read_pack
from db.engine import make_engine, make_sessions
from directory import audit
from directory.audit import Severity
from handlers import guide_walk
from handlers.guide_state import View
from locales import translator
from people.model import Role
from tests import bristol
from tests.flows.stage import NEWCOMER, PARTNER, assemble

pytestmark = pytest.mark.skipif(not bristol.FEED.exists(), reason="the corpus is not there")


@pytest.fixture(scope="module")
def pack(tmp_path_factory) -> Pack:
    folder = tmp_path_factory.mktemp("bristol")
    bristol.write_pack(folder)
    return read_pack(folder)


@pytest.fixture
async def bot(sqlite_template: Path, tmp_path: Path, pack: Pack, clock):
    shutil.copy(sqlite_template, tmp_path / "bristol.db")
    engine = make_engine(f"sqlite:///{tmp_path / 'bristol.db'}")
    made = assemble(make_sessions(engine), pack, clock)
    async with made.application:
        yield made
    await engine.dispose()


def test_the_pack_can_be_used_and_says_what_to_look_into(pack):
    assert len(pack.services) > 400
    found = audit.findings(pack.directory, bristol.READ_ON)
    missing = {each.record for each in found if each.severity is Severity.WRONG}
    assert "housing" not in missing and "food" not in missing


def test_no_service_is_about_another_city(pack):
    text = str(pack.services)
    assert "Bristol" in text
    assert pack.gazetteer.home == "Bristol"
    assert pack.gazetteer.in_area(pack.gazetteer.find("BS5 6AA"))
    assert not pack.gazetteer.in_area(pack.gazetteer.find("LS9 8AA"))


async def test_a_newcomer_finds_help_there(bot, pack):
    await bot.knows(NEWCOMER)
    shown = await bot.says(NEWCOMER, "housing in Easton")
    assert "Easton" in shown.text
    ours = {each.name for each in pack.services}
    listed = [b.text.split(". ", 1)[1].rstrip("…") for b in shown.buttons if b.text[:1].isdigit()]
    assert listed and all(any(name.startswith(each) for name in ours) for each in listed)
    assert "Leeds" not in shown.text


async def test_a_partner_searches_there(bot):
    await bot.knows(PARTNER, Role.PARTNER)
    shown = await bot.says(PARTNER, "/find debt advice")
    assert "What I found:" in shown.text and "Leeds" not in shown.text


async def test_the_guide_has_no_dead_end_there(bot, pack):
    view = View(translator("en"), pack.directory, bot.clock(), lambda payload: f"x?start={payload}")
    walked = guide_walk.walk(view)
    assert (walked.dead_ends, walked.missing_help_now, walked.too_long) == (0, 0, 0)
    assert walked.max_buttons <= 8
