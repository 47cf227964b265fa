"""The short way to the rules that fit finds what trying every rule finds."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests.classifier import shipped
from digests.lures import LURES
from digests.manners import MANNERS
from digests.rulebook import RuleBook, needed
from digests.rules import WARES, lower_case

RULES = (*WARES, *LURES, *MANNERS)
BOOK = RuleBook(RULES)
EXPRESSIONS = [expression for rule in RULES for expression in rule.expressions]


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        pytest.param(r"\bpayday (?:loans?|lend)", {"payday loan", "payday loans", "payday lend"}),
        pytest.param(r"\bhacker\b.{0,40}\b(?:hire|help)", {"hacker"}, id="the longer side"),
        pytest.param(r"(?:free|win) +(?:an? )?ipad", {"ipad", "a ipad", "an ipad"}),
        pytest.param(r"licen[cs]es?\b", {"license", "licence", "licenses", "licences"}),
        pytest.param(r"(?:pills \d+|meds \d+)", {"pills ", "meds "}, id="each side its own"),
        pytest.param(r"^my (?!own)", {"my "}, id="what is not there needs nothing"),
        pytest.param(r"f+u+n|party", set(), id="one side cannot be told"),
        pytest.param(r"(?:party)?\d", set(), id="what may be missing"),
        pytest.param(r"(?i:party)", set(), id="in any case"),
    ],
)
def test_what_an_expression_cannot_do_without(expression, words):
    assert needed(expression) == words


def test_hardly_a_rule_must_be_tried_on_every_text():
    assert sum(not needed(expression) for expression in EXPRESSIONS) <= 5


@settings(max_examples=60)
@given(st.data())
def test_whatever_an_expression_fits_has_a_word_that_it_needs(data):
    expression = data.draw(st.sampled_from(EXPRESSIONS))
    text = data.draw(st.from_regex(expression))
    words = needed(expression)
    assert not words or any(word in text for word in words)


def test_the_book_finds_what_trying_every_rule_finds():
    examples = random.Random(20261122).sample(shipped(), 100)
    texts = [lower_case(f"{example.title}\n{example.text}") for example in examples]
    assert [BOOK.fitting(text) for text in texts] == [
        [rule for rule in RULES if rule.fits(text)] for text in texts
    ]


def test_a_rule_that_fits_two_texts_is_named_once():
    assert [rule.id for rule in BOOK.fitting("casino bonus", "casino bonus")] == [
        "gambling",
        "gambling-word",
    ]
