"""What may not be pushed to a phone that others see: danger from people, immigration status."""

import pytest

import locales
from directory.lexicon import lexicon
from directory.telling import telling
from locales.words import all_words

TELLS = [
    ("en", "Help for people whose asylum claim was refused.", ("asylum", "claim", "refused")),
    ("en", "No recourse to public funds? Come to us.", ("No", "recourse")),
    ("en", "Talk about deportation, ASYLUM and asylum.", ("deportation", "ASYLUM", "asylum")),
    ("en", "Does your husband beat you? Come on Monday.", ("husband", "beat", "you")),
    ("en", "Support after rape", ("rape",)),
    ("en", "Group for gay men", ("gay",)),
    ("en", "Clothes at refugeecouncil.org.uk", ("refugeecouncil.org.uk",)),
    ("ar", "طعام لطالبي اللجوء", ("اللجوء",)),
    ("ar", "طعام للاجئين", ("للاجئين",)),
    ("fa", "غذا برای پناهجویان", ("پناهجویان",)),
    ("uk", "Їжа для біженців", ("біженців",)),
    ("es", "Comida para solicitantes de asilo", ("asilo",)),
    ("fr", "Repas pour les réfugiés", ("réfugiés",)),
    ("so", "Cunto magangalyo-doon", ("magangalyo-doon",)),
    ("pl", "Posiłki dla uchodźców", ("uchodźców",)),
]
FINE = [
    ("en", "Free soup at the library tonight, from 6 to 9. Bring a bag."),
    ("en", "Heavy snow. If you have no place to sleep tonight, go to the church in York Road."),
    ("en", "Refuse collection is late. Snow removal starts at 5."),
    ("en", "A gas leak in Kirkgate. Leave the building and call 999."),
    ("en", "Children can die in cold water. Stay off the ice."),
    ("es", "Clases de deportes para niños, gratis."),
    ("ar", "حساء مجاني الليلة في المكتبة."),
    ("ar", "الجو بارد كتير، جلسات علاجية مجانية."),
    ("fa", "امشب در کتابخانه سوپ رایگان است."),
    ("uk", "Сьогодні ввечері в бібліотеці безкоштовний суп."),
    ("pl", "Darmowa zupa dziś wieczorem w bibliotece."),
    ("ro", "Supă gratuită diseară la bibliotecă."),
    ("so", "Maraq bilaash ah caawa maktabadda."),
]
WARNINGS = [
    "Your life is in danger. Leave the house now.",
    "A man with a knife is in the city centre. Go inside.",
]


@pytest.mark.parametrize(("language", "text", "words"), TELLS)
def test_what_tells_is_named_as_it_was_written(language, text, words):
    assert telling(text, language) == words


@pytest.mark.parametrize(("language", "text"), FINE)
def test_everyday_news_may_go(language, text):
    assert telling(text, language) == ()


@pytest.mark.parametrize("text", WARNINGS)
def test_a_warning_of_danger_to_life_may_speak_of_it(text):
    assert telling(text, "en") != ()
    assert telling(text, "en", warning=True) == ()


def test_a_warning_may_not_tell_of_status_or_of_home():
    assert telling("Asylum hotel on fire", "en", warning=True) == ("Asylum",)
    assert telling("Domestic violence", "en", warning=True) == ("Domestic", "violence")


def test_words_in_another_language_than_the_text_are_found_too():
    assert telling("Soup. حساء لطالبي اللجوء", "en") == ("اللجوء",)


def test_every_language_has_words_of_its_own():
    assert {each.language for each in all_words() if each.private} == set(locales.supported())


@pytest.mark.parametrize("language", locales.supported())
def test_what_a_language_calls_asylum_tells(language):
    """The words that people type for it (words.toml, needs) are no secret either."""
    words = next(each for each in all_words() if each.language == language)
    typed = [
        term.replace("*", "").replace("|", " ")
        for need in ("asylum_support", "detention_reporting")
        for term in words.needs[need]
    ]
    assert sum(bool(lexicon().telling(each, language)) for each in typed) >= 3
