"""Translators, the choice of a language, and what the check of catalogues finds."""

from gettext import c2py  # what reads .mo files
from io import BytesIO

import pytest
from babel import Locale
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

import locales
from locales import check
from locales.errors import N_, Text, UserError
from locales.order import NATIVE_NAMES

HEAD = """
msgid ""
msgstr ""
"Language: pl\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=3; "
"plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);\\n"
"""


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        ("en", "en"),
        ("en-GB", "en"),
        ("ar", "ar"),
        ("AR", "ar"),
        ("ar_SY", "ar"),
        ("ar-Arab-SY", "ar"),
        ("xx", "en"),
        ("", "en"),
        ("-", "en"),
        (None, "en"),
    ],
)
def test_choose(wanted, chosen):
    assert locales.choose(wanted) == chosen


@given(st.text(max_size=20))
def test_whatever_is_wanted_is_supported(wanted):
    assert locales.choose(wanted) in locales.supported()


@pytest.mark.parametrize(
    ("tag", "first"),
    [
        ("fa", ["fa", "fa-AF"]),
        ("fa-IR", ["fa", "fa-AF"]),
        ("ku", ["ckb"]),
        ("ckb", ["ckb"]),
        ("pa", ["pa-Guru", "ur"]),
        ("pt-br", ["pt-PT"]),
        ("prs", ["fa-AF", "fa"]),
        ("vi", []),
        (None, []),
    ],
)
def test_the_languages_that_the_app_makes_likely_are_offered_first(tag, first):
    offered = locales.offered(tag)
    known = [code for code in first if code in locales.supported()]
    assert list(offered[: len(known)]) == known
    assert offered[-1] == "en"
    assert sorted(offered) == sorted(locales.supported())


def test_every_language_has_one_name_that_no_other_has():
    assert len(set(NATIVE_NAMES.values())) == len(NATIVE_NAMES) == 17


def test_a_language_without_a_catalogue_has_no_translator():
    with pytest.raises(KeyError):
        locales.translator("xx")


def test_values_are_isolated_only_where_the_direction_needs_it():
    text = Text("Call {number}.", {"number": "999"})
    assert locales.translator("en").say(text) == "Call 999."
    assert locales.translator("ar").fill(text.sentence, number="999") == "Call \u2068999\u2069."
    assert str(text) == "Call 999."


@pytest.mark.parametrize("language", ["en", "pl"])
def test_a_name_from_the_right_does_not_turn_the_line_of_a_left_to_right_reader(language):
    said = locales.translator(language).fill("{name}: {n} of {total}", name="اردو", n=2, total=5)
    assert said == "\u2068اردو\u2069: 2 of 5"


@pytest.mark.parametrize(
    ("reader", "language", "shown"),
    [
        ("ar", "en", "\u200eCall 999.\n\u200e2 beds."),
        ("pl", "ur", "\u200fCall 999.\n\u200f2 beds."),
        ("ar", "fa", "Call 999.\n2 beds."),
        ("pl", "en", "Call 999.\n2 beds."),
    ],
)
def test_words_in_another_language_keep_their_own_direction(reader, language, shown):
    assert locales.translator(reader).quoted(language, "Call 999.\n2 beds.") == shown


def test_every_language_has_a_name_of_its_own():
    names = [locales.native_name(code) for code in locales.supported()]
    assert len(set(names)) == len(names)
    assert locales.native_name("ar") == "العربية"


@pytest.mark.parametrize("n", [0, 1, 2, 3, 11, 21, 100, 101])
@pytest.mark.parametrize("language", locales.supported())
def test_every_number_has_a_plural(language, n):
    t = locales.translator(language)
    said = t.ngettext("{n} post", "{n} posts", n).format(n=n)
    assert said.strip()
    assert language == "en" or said not in {f"{n} post", f"{n} posts"}


def test_arabic_tells_few_from_many():
    t = locales.translator("ar")
    forms = {t.ngettext("{n} post", "{n} posts", n) for n in (0, 1, 2, 3, 11, 100)}
    assert len(forms) >= 4


@pytest.fixture(scope="module")
def all_checked():
    return {found.code: found for found in check.check_all()}


def test_no_language_is_left_out(all_checked):
    assert set(all_checked) == {*locales.supported(), *NATIVE_NAMES}


@pytest.mark.parametrize("code", sorted({*locales.supported(), *NATIVE_NAMES}))
def test_no_catalogue_has_a_problem(code, all_checked):
    assert all_checked[code].problems == ()
    assert all_checked[code].fuzzy == 0


def checked(source, translated, plural=False):
    """Check one message of a made-up catalogue."""
    key = f'msgid "{source}"\n' + (f'msgid_plural "{source}s"\n' if plural else "")
    forms = translated if plural else [translated]
    name = "msgstr[{}]" if plural else "msgstr"
    body = "".join(f'{name.format(n)} "{text}"\n' for n, text in enumerate(forms))
    empty = 'msgstr[0] ""\nmsgstr[1] ""\n' if plural else 'msgstr ""\n'
    catalogue = read_po(BytesIO((HEAD + "\n" + key + body).encode()), locale="pl")
    template = read_po(BytesIO((HEAD + "\n" + key + empty).encode()), locale="en")
    return check.check("pl", catalogue, template)


@pytest.mark.parametrize(
    ("source", "translated", "problem"),
    [
        ("Call {name}.", "Zadzwoń.", "it lacks fields: name"),
        ("Call {name}.", "Zadzwoń {name} {other}.", "fields that the source does not: other"),
        ("<b>Stop</b>", "<b>Stój", "tags"),
        ("Stop", "Stój ", "spaces at an end"),
        ("Call 999.", "Zadzwoń ٩٩٩.", "a number of the source is missing"),
    ],
)
def test_the_check_finds(source, translated, problem):
    found = checked(source, translated)
    assert problem in " ".join(found.problems)


def test_the_check_lets_pass_what_is_right():
    found = checked("Call {name} at <b>9</b>.", "Zadzwoń: {name}, <b>9</b>.")
    assert (found.problems, found.translated, found.messages) == ((), 1, 1)
    assert checked("Stop", "").translated == 0


def test_a_users_error_carries_its_sentence():
    class TooMany(UserError):
        message = N_("At most {n}.")

    error = TooMany(n=3)
    assert str(error) == "At most 3."
    assert error.text == Text("At most {n}.", {"n": 3})


@pytest.mark.parametrize("language", locales.supported()[1:])
def test_plural_forms_are_those_of_cldr(language):
    """Numbers share a form exactly when CLDR puts them into one category."""
    with locales.catalogue_path(language).open("rb") as file:
        form = c2py(read_po(file, locale=language.replace("-", "_")).plural_expr)
    category = Locale.parse(language, sep="-").plural_form
    numbers = [*range(131), 1_000, 1_000_000, 1_000_001, 2_000_000]
    pairs = {(form(n), category(n)) for n in numbers}
    assert len(pairs) == len({each for each, _ in pairs}) == len({each for _, each in pairs})
