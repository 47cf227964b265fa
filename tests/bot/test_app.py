"""The wiring, and the lists that Telegram shows of the bot."""

from datetime import UTC, datetime

import pytest
from telegram.warnings import PTBUserWarning

import locales
from bot.app import Choices, build, now, wire
from handlers import menu
from handlers.table import COMMANDS
from tests.flows.stage import API_BASE, REVIEW, SEND, nothing_wrong
from tests.telegram_api import TOKEN, RecordingApi


@pytest.fixture
def app(pack):
    return wire(None, pack, Choices(REVIEW, SEND, send_rate=5), health=nothing_wrong)  # type: ignore[arg-type]


def test_the_wiring_comes_from_the_pack_and_the_choices(app, pack):
    assert (app.city, app.per_second, str(app.zone)) == ("Leeds", 5, "Europe/London")
    assert app.topics == pack.interests.topics
    assert app.sends_at("2026-W47") == datetime(2026, 11, 19, 10, 0, tzinfo=UTC)
    assert app.sends_at("2026-W30") == datetime(2026, 7, 23, 9, 0, tzinfo=UTC), "summer time"
    assert now().tzinfo is UTC


def test_the_day_is_that_of_the_city(pack):
    late = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    app = wire(None, pack, Choices(REVIEW, SEND), health=nothing_wrong, clock=lambda: late)  # type: ignore[arg-type]
    assert app.today().isoformat() == "2026-07-02"


def test_nothing_of_the_library_keeps_state_or_runs_jobs(app):
    application = build(app, TOKEN, api_base=API_BASE, request=RecordingApi())
    assert application.updater is None
    with pytest.warns(PTBUserWarning, match="No `JobQueue` set up"):
        assert application.job_queue is None
    assert application.persistence is None
    assert application.bot.base_url == f"{API_BASE}/bot{TOKEN}"


@pytest.mark.parametrize("language", locales.supported())
def test_what_telegram_shows_fits(language):
    t = locales.translator(language)
    assert len(menu.description(t)) <= 512
    assert len(menu.short_description(t)) <= 120
    for command in menu.menu(t):
        assert command.command in COMMANDS
        assert 1 <= len(command.description) <= 256


async def test_every_language_gets_its_lists(app):
    api = RecordingApi()
    application = build(app, TOKEN, api_base=API_BASE, request=api)
    async with application:
        await menu.publish(application.bot)
    codes = [call.get("language_code") for call in api.of("setMyCommands")]
    bases = [code.split("-")[0] for code in locales.supported()[1:]]
    assert codes == [None, *dict.fromkeys(base for base in bases if len(base) == 2)]


async def test_a_bot_without_its_lists_works_all_the_same(app, caplog):
    api = RecordingApi()
    api.fail(400, "Bad Request: no", method="setMyCommands")
    application = build(app, TOKEN, api_base=API_BASE, request=api)
    async with application:
        await menu.publish(application.bot)
    assert "commands not published" in caplog.text
