"""What the letters of a translation give away."""

import pytest

from locales.letters import LONGEST_BUTTON, problems


@pytest.mark.parametrize(
    ("code", "source", "text", "problem"),
    [
        ("fa", "Start", "شروع كنيد", "letters of another language"),
        ("sk", "Start", "Začněte", "letters of another language: ě"),
        ("ro", "Start", "Începeţi", "letters of another language: ţ"),
        ("uk", "Start", "Начать сейчас вы", "letters of another language: ы"),
        ("ar", "Call 999.", "اتصلوا بالرقم ٩٩٩.", "digits other than 0-9"),
        ("ar", "Send /help.", "أرسلوا \u2068/help.", "an isolate"),
        ("ti", "You can go there now.", "You can go there now.", "English is left over"),
        ("ar", "Ask them first.", "اسأل them first before you go", "English is left over"),
        ("pl", "Ask them first.", "Ask them first.", "English is left over"),
        ("pl", "Yes", "T" * (LONGEST_BUTTON + 1), "too long for a button"),
    ],
)
def test_what_is_wrong(code, source, text, problem):
    assert any(problem in found for found in problems(code, source, text))


@pytest.mark.parametrize(
    ("code", "source", "text"),
    [
        ("fa", "Start", "شروع"),
        ("ar", "Start “fingerpost run”.", "يجب تشغيل «\u2068fingerpost run\u2069»."),
        ("ar", "In Home Office housing.", "في سكن Home Office."),
        ("uk", "{name} has stopped: NHS, GP.", "{name}: NHS, GP."),
        ("fr", "Start", "Start"),
        ("es", "No", "No"),
        ("pl", "LS9 8", "LS9 8"),
        ("es", "{need} ({place})", "{need} ({place})"),
        (
            "pl",
            "Some places help only people here.",
            "Niektóre miejsca pomagają tylko osobom, " * 2,
        ),
    ],
)
def test_what_is_right(code, source, text):
    assert list(problems(code, source, text)) == []
