"""Catalogues, the translator of a language, and the choice of a language for a person."""

from datetime import date
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from unicodedata import bidirectional

from babel import Locale
from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from locales.errors import Text
from locales.order import ALIASES, NATIVE_NAMES, likely, ranked

SOURCE = "en"
_HERE = Path(__file__).parent
_RIGHT_TO_LEFT = frozenset({"R", "AL"})  # strong characters (UAX 9, table 4)


@cache
def supported() -> tuple[str, ...]:
    """Return the BCP-47 codes that have a catalogue, by need; English, the source, comes first."""
    found = {p.parent.parent.name.replace("_", "-") for p in _HERE.glob("*/LC_MESSAGES/bot.po")}
    return (SOURCE, *sorted(found, key=ranked))


def offered(tag: str | None) -> tuple[str, ...]:
    """Return the supported languages in the order of the list for somebody whose app speaks *tag*.

    Those that the app's language makes likely first (it is the app's, not the person's, so it
    only orders), then by need, English last.
    """
    first = [code for code in likely(tag) if code in supported() and code != SOURCE]
    return (*first, *(code for code in supported()[1:] if code not in first), SOURCE)


def choose(wanted: str | None) -> str:
    """Return the supported language nearest to the tag *wanted*; English if there is none.

    Exact tag first, then ever shorter ones, then any supported variant of the language.
    Not `babel.negotiate_locale`, which gives back the tag that was asked for.
    """
    lowered = {code.lower(): code for code in supported()}
    lowered |= {tag: code for tag, code in ALIASES.items() if code in supported()}
    parts = (wanted or "").lower().replace("_", "-").split("-")
    for length in range(len(parts), 0, -1):
        if (found := lowered.get("-".join(parts[:length]))) is not None:
            return found
    return next((code for low, code in lowered.items() if low.split("-")[0] == parts[0]), SOURCE)


class Translator:
    """The words of one language: gettext, and sentences with their fields put in.

    *language* is a supported BCP-47 code; *right_to_left* says how it is written.
    """

    def __init__(self, language: str, catalogue: NullTranslations) -> None:
        self.language = language
        self.right_to_left = is_right_to_left(language)
        self._checked = frozenset(catalogue.info().get("x-checked", "").split())
        self.gettext = catalogue.gettext
        self.ngettext = catalogue.ngettext
        self.pgettext = catalogue.pgettext

    def is_checked(self, group: str) -> bool:
        """Say whether a native speaker has approved the messages of *group* (``crisis``).

        The catalogue's header says so: ``X-Checked: crisis``. English needs no approval.
        """
        return self.language == SOURCE or group in self._checked

    def say(self, text: Text) -> str:
        """Return *text* in this language, plain (not escaped), its values isolated."""
        values = {k: self._weekday(v) if isinstance(v, date) else v for k, v in text.fields.items()}
        return self.fill(self.gettext(text.sentence), **values)

    def _weekday(self, day: date) -> str:
        return str(format_date(day, "EEEE", locale=Locale.parse(self.language, sep="-")))

    def fill(self, sentence: str, **fields: str | int) -> str:
        """Put *fields* into a translated *sentence*, each whole whatever its direction."""
        return sentence.format(**{name: self.isolate(str(v)) for name, v in fields.items()})

    def isolate(self, fragment: str) -> str:
        """Keep what has another direction than the text around it whole (UAX 9).

        In right-to-left text that is every number and name, elsewhere a right-to-left name.
        """
        foreign = self.right_to_left or _has_right_to_left(fragment)
        return isolated(fragment) if foreign else fragment

    def directed(self, text: str) -> str:
        """Let every line of a right-to-left *text* say so itself (U+200F, UAX 9).

        A line that begins with a number or a Latin name, isolated as it is, would otherwise
        stand on the wrong side.
        """
        return _mark_lines(text, "\u200f") if self.right_to_left else text

    def english(self, text: str) -> str:
        """Let every line of an English *text* in a right-to-left message run from the left."""
        return self.quoted(SOURCE, text)

    def quoted(self, language: str, text: str) -> str:
        """Let every line of a *text* in *language* run as that language does, in our message."""
        right_to_left = is_right_to_left(language)
        if right_to_left == self.right_to_left:
            return text
        return _mark_lines(text, "\u200f" if right_to_left else "\u200e")


@cache
def translator(language: str) -> Translator:
    """Return the translator of a supported *language*; English needs no catalogue.

    The .po file is compiled in memory at first use, so no .mo files are built or shipped.

    Raises:
        KeyError: *language* is not supported.
    """
    if language not in supported():
        raise KeyError(language)
    if language == SOURCE:
        return Translator(language, NullTranslations())
    with catalogue_path(language).open("rb") as file:
        # without locale= the file's own Plural-Forms line is ignored
        catalogue = read_po(file, locale=language.replace("-", "_"))
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translator(language, GNUTranslations(compiled))


def isolated(fragment: str) -> str:
    """Wrap *fragment* so that its direction does not mix with the text around it (UAX 9)."""
    return f"\u2068{fragment}\u2069"


def _has_right_to_left(text: str) -> bool:
    return not text.isascii() and any(bidirectional(each) in _RIGHT_TO_LEFT for each in text)


def _mark_lines(text: str, mark: str) -> str:
    """Begin every line with *mark*, but those that are empty or marked already."""
    return "\n".join(
        mark + line if line and line[0] not in "\u200e\u200f" else line for line in text.split("\n")
    )


def catalogue_path(language: str) -> Path:
    """Return where the catalogue of *language* is (folder ``fa_AF`` for ``fa-AF``)."""
    return _HERE / language.replace("-", "_") / "LC_MESSAGES" / "bot.po"


def is_right_to_left(language: str) -> bool:
    """Say whether *language* is written from right to left."""
    return Locale.parse(language, sep="-").text_direction == "rtl"


def native_name(language: str) -> str:
    """Return the name of *language* in itself, as its readers look for it."""
    if language in NATIVE_NAMES:
        return NATIVE_NAMES[language]
    name = Locale.parse(language, sep="-").get_display_name(language.replace("-", "_"))
    return name[0].upper() + name[1:] if name else language
