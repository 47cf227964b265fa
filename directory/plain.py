"""What people type, made comparable: one script's spellings as one, without marks. Pure.

People write without accents, vowel marks or half-spaces, with the keyboard of another
language, and repeat letters for emphasis. Two texts that a reader takes for the same words
give the same plain words here.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain, product, repeat

LONGEST = 1_000  # characters that are read at once
_LONGEST_TEXT = 4_096  # characters of a Telegram message, Bot API: sendMessage.text
_OVERLAP = 120  # characters that two pieces of a text share, so that no phrase is cut
_MOST_RUNS = 3  # drawn-out letters that are read in two ways
_APOSTROPHES = frozenset("'’‘ʼ`´′＇ʻ")
_INDIC = range(0x0900, 0x0E00)  # vowel signs there are letters, not marks
_NASAL_OR_DOUBLE = frozenset("\u0a01\u0a02\u0a70\u0a71")  # of Gurmukhi; left out by many
_LETTERS = {
    **dict(zip("łøđðħıæœ", ("l", "o", "d", "d", "h", "i", "ae", "oe"), strict=True)),
    # Arabic script: forms that differ by keyboard, not by meaning for somebody who reads
    **dict(zip("ةۃہھەۂۀ", "ههههههه", strict=True)),
    **dict(zip("ىیېێۍ", "ييييي", strict=True)),
    "ۓ": "ے",  # in Urdu another sound than ی: a son and a daughter differ by it
    **dict(zip("کڪګ", "ككگ", strict=True)),
    **dict(zip("ںڼڵڕۆۇٱ", "ننلرووا", strict=True)),
    "ـ": "",
    "ء": "",
}
# Ethiopic letters that sound alike in Tigrinya, seven orders each: ሠ ፀ ኀ as ሰ ጸ ሀ
_ALIKE = ((0x1220, 0x1230), (0x1340, 0x1338), (0x1280, 0x1200))
_LETTERS |= {chr(a + n): chr(b + n) for a, b in _ALIKE for n in range(7)}
_LETTERS["ኣ"] = "አ"  # Eritrea writes one, Ethiopia the other
_CONTRACTED = re.compile(r"(?<=\w)'(?=(?:t|s|re|ve|ll|m|d)\b)")  # don't, husband's
_ELIDED = re.compile(r"\b([ldjmtscn]|qu|jusqu|lorsqu|puisqu)'")  # l'argent
_REPEATED = re.compile(r"(.)\1{2,}")
_VERB_PREFIX = re.compile(r"\b(نم[يی]|م[يی])[ \u200c](?=\w)")


def words(text: str) -> list[str]:
    """Return the plain words of *text*, its first 1,000 characters; numbers are words too."""
    return _REPEATED.sub(r"\1", _flat(text)).split()


def readings(text: str) -> list[list[str]]:
    """Return the plain words of *text* in each way that they may be meant, likeliest first.

    Letters repeated for emphasis may stand for one or for two (``heeelp``, ``killl``), and
    Persian verbs may be written in one word or two.
    """
    flat = _flat(text)
    runs = min(len(_REPEATED.findall(flat)), _MOST_RUNS)
    spelt = dict.fromkeys(_drawn_in(flat, lengths) for lengths in product((1, 2), repeat=runs))
    joined = dict.fromkeys(each for one in spelt for each in (one, join_verbs(one)))
    return [each.split() for each in joined]


def pieces(text: str) -> list[str]:
    """Return the whole *text* in pieces that are read at once; each overlaps the next."""
    end = min(len(text), _LONGEST_TEXT)
    starts = range(0, max(end - _OVERLAP, 1), LONGEST - _OVERLAP)
    return [text[at : at + LONGEST] for at in starts]


def _drawn_in(flat: str, lengths: Sequence[int]) -> str:
    """Return *flat* with each run of a letter as long as *lengths* say; further ones as one."""
    left = chain(lengths, repeat(1))
    return _REPEATED.sub(lambda run: run[1] * next(left), flat)


def join_verbs(text: str) -> str:
    """Return *text* with the prefixes of Persian verbs joined to the verbs: ``مي خواهم``."""
    return _VERB_PREFIX.sub(r"\1", text)


def _flat(text: str) -> str:
    flat = text[:LONGEST]
    flat = flat.translate(_ASCII) if flat.isascii() else "".join(map(_letter, flat))
    if "'" in flat:
        flat = _ELIDED.sub(r"\1 ", _CONTRACTED.sub("", flat)).replace("'", "")
    return flat


_ASCII: dict[int, str] = {}  # the same as `_letter`, quicker


@lru_cache(maxsize=4096)
def _letter(char: str) -> str:
    """Return what stands for one character: letters, a digit, an apostrophe, a space, nothing."""
    if char in _APOSTROPHES:
        return "'"
    apart = unicodedata.normalize("NFKD", char).casefold()
    return "".join(map(_part, unicodedata.normalize("NFKD", apart)))


def _part(char: str) -> str:
    if (known := _LETTERS.get(char)) is not None:
        return known
    category = unicodedata.category(char)
    if category[0] == "M":
        keeps = ord(char) in _INDIC and not unicodedata.combining(char)
        return char if keeps and char not in _NASAL_OR_DOUBLE else ""
    if category == "Cf":
        return ""
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    return char if char.isalnum() else " "


_ASCII.update((code, _letter(chr(code))) for code in range(128))
