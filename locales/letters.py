"""What can be wrong with the letters of a translation, found without knowing the language. Pure."""

import re
from collections.abc import Iterator

LONGEST_BUTTON = 40  # characters: more are cut off on a phone 360 pixels wide
SHORT = 28  # an English text up to this length, without a full stop, is taken for a button

# letters of a neighbour language, or of an old spelling, that spell checkers find first
_FOREIGN = {
    "fa": "يك",
    "fa-AF": "يك",
    "ckb": "يك",
    "ur": "يك",
    "ro": "şţŞŢ",
    "sk": "řůěŘŮĚ",
    "uk": "ыэъёЫЭЪЁ",
}
_DIGITS = re.compile(r"[٠-٩۰-۹੦-੯]")
_NOT_LATIN = {"ar", "fa", "fa-AF", "ckb", "ps", "ur", "ti", "uk", "pa-Guru"}
_ISOLATED = re.compile("\u2068[^\u2069]*\u2069")
_NO_WORDS = re.compile(r"\{[^}]*\}|<[^>]*>|/[a-z]+|\S*[._@:]\S*|[A-Z_]{2,}[0-9]*")
_LATIN_WORDS = re.compile(r"[A-Za-z]{2,}(?:[ ,]+[A-Za-z]{2,}){3,}")  # four in a row are a sentence


def problems(code: str, source: str, text: str) -> Iterator[str]:
    """Yield what is wrong with *text*, the translation of the English *source* into *code*."""
    if found := sorted({letter for letter in text if letter in _FOREIGN.get(code, "")}):
        yield f"letters of another language: {' '.join(found)}"
    if _DIGITS.search(text):
        yield "digits other than 0-9"
    if text.count("\u2068") != text.count("\u2069"):
        yield "an isolate (U+2068) without its end (U+2069), or the reverse"
    if _is_left_in_english(code, source, text):
        yield "English is left over"
    if _is_button(source) and len(text) > LONGEST_BUTTON:
        yield f"too long for a button: {len(text)} characters, at most {LONGEST_BUTTON}"


def _is_left_in_english(code: str, source: str, text: str) -> bool:
    """Say whether *text* holds English words that are not names, fields or commands."""
    if code in _NOT_LATIN:
        return _LATIN_WORDS.search(_NO_WORDS.sub(" ", _ISOLATED.sub(" ", text))) is not None
    words = [each for each in _NO_WORDS.sub(" ", source).split() if any(map(str.isalpha, each))]
    return text == source and len(words) > 1


def _is_button(source: str) -> bool:
    return len(source) <= SHORT and source[-1] not in ".:?!" and "{" not in source
