"""Texts of strangers made plain and short."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.oruk import clean


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("Tea &amp; coffee", "Tea & coffee"),
        ("<p>One</p><p>Two<br>Three</p>", "One\nTwo\nThree"),
        ("<p><br></p>", ""),
        ("One\r\n\r\nTwo  words", "One\nTwo words"),
        ("<p>One\ntwo</p>", "One two"),
        ("&lt;p&gt;Escaped twice&lt;/p&gt;", "Escaped twice"),
        ("<script>alert(1)</script><style>p{}</style>Kept", "Kept"),
        ("<!--{cke_protected}%3Cmeta%3E-->Kept", "Kept"),
        ("for ages < 5 and > 65", "for ages < 5 and > 65"),
        ("a\u202eb\u200bc\x07", "abc"),
        ("می‌خواهم", "می‌خواهم"),
        ("<p>unclosed <b>tag", "unclosed tag"),
    ],
)
def test_words_without_markup(markup, words):
    assert clean.plain(markup) == words


@given(st.text(max_size=300), st.integers(min_value=5, max_value=120))
def test_what_is_shortened_fits(text, most):
    short = clean.shortened(text.encode("utf-8", "ignore").decode(), most)
    assert clean.units(short) <= most


def test_it_is_cut_after_a_sentence_or_a_word():
    assert clean.shortened("One two. Three four five.", 20) == "One two."
    assert clean.shortened("Onetwothree four five six", 18) == "Onetwothree four…"
    assert clean.shortened("Short.", 18) == "Short."


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("https://a.org/x?y=1&amp;z=2", "https://a.org/x?y=1&z=2"),
        ("www.a.org", "https://www.a.org"),
        ("HTTP://A.org", "http://A.org"),
        ("a.org/path", "https://a.org/path"),
        ("via facebook", None),
        ("mailto:x@a.org", None),
        ("javascript:alert(1)", None),
        ("https://user@a.org", None),
        ("http://10.0.0.1/", None),
        ("http://[::1]/", None),
        ("http://a.org:99999/", None),
        ("https://a.org/" + "x" * 600, None),
        ("", None),
    ],
)
def test_web_addresses(written, url):
    assert clean.url(written) == url
