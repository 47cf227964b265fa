"""A text about danger that no native speaker has checked has its English below."""

from datetime import UTC, datetime
from gettext import NullTranslations

import pytest

from directory import flow
from handlers import guide_screens
from handlers.guide_state import View, screen
from locales import Translator, translator
from tests.packs import leeds_pack

LEEDS = leeds_pack().directory
NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
NOTE = "No native speaker has checked this text."


class Approved(NullTranslations):
    """A catalogue whose messages about danger were approved."""

    def info(self):
        return {"x-checked": "crisis"}


def arabic(*, approved):
    return Translator("ar", Approved() if approved else NullTranslations())


def answered(*codes):
    """Return the answers after these presses from the start."""
    answers = flow.START
    for code in codes:
        asked = flow.next_question(answers, LEEDS)
        assert asked is not None
        answers = flow.answer(answers, asked, code)
    return answers


def view(t):
    return View(t, LEEDS, NOW, lambda payload: f"https://t.me/bot?start={payload}")


@pytest.mark.parametrize("codes", [("5",), ("5", "1")], ids=["is it safe", "what it is"])
def test_a_question_about_danger(codes):
    assert NOTE in screen(view(arabic(approved=False)), answered(*codes)).text
    assert NOTE not in screen(view(arabic(approved=True)), answered(*codes)).text
    assert NOTE not in screen(view(translator("en")), answered(*codes)).text


def test_other_questions_stay_short():
    assert NOTE not in screen(view(arabic(approved=False)), answered("1")).text


def test_help_now_says_every_number_in_english_too():
    shown = guide_screens.help_now(translator("ar"), LEEDS.helplines, packed="").text
    own, _, english = shown.rpartition("</i>")
    assert "999 – danger to life now: police, ambulance, fire" in english
    for number in ("999", "111", "116 123", "0808 200 0247"):
        assert number in own
        assert number in english
    assert "\u200e999 – danger to life now" in english, "English runs from the left"
