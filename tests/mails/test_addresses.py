"""Which addresses we take, and as what they are stored."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.mailing import LONGEST_ADDRESS, is_token, read_address


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        pytest.param(" Ann@Example.ORG ", "ann@example.org", id="blanks and capitals"),
        pytest.param("o'brien+news@x.co.uk", "o'brien+news@x.co.uk", id="odd characters"),
        pytest.param("ann@bücher.example", "ann@xn--bcher-kva.example", id="own script"),
        pytest.param("ann", None, id="no domain"),
        pytest.param("ann@localhost", None, id="no dot"),
        pytest.param("ann@example.com,eve@example.com", None, id="two"),
        pytest.param("a" * 65 + "@example.com", None, id="a long name"),
        pytest.param("ann@[127.0.0.1]", None, id="a number in brackets"),
        pytest.param("ann@127.0.0.1", None, id="a number"),
        pytest.param("äda@example.com", None, id="letters that need SMTPUTF8"),
        pytest.param('"ann eve"@example.com', None, id="quoted"),
        pytest.param(".ann@example.com", None, id="a dot first"),
        pytest.param("ann@-example.com", None, id="a hyphen first"),
        pytest.param("ann@example..com", None, id="two dots"),
    ],
)
def test_addresses(typed, stored):
    assert read_address(typed) == stored


@given(st.text())
def test_whatever_is_typed_nothing_dangerous_comes_of_it(typed):
    found = read_address(typed)
    if found is not None:
        assert found.isascii() and len(found) <= LONGEST_ADDRESS
        assert not set(found) & set(' \r\n<>,;:"()\\')
        assert read_address(found) == found


@given(st.text(max_size=60))
def test_a_token_has_one_form(text):
    assert is_token(text) is (
        len(text) == 43 and all(c.isascii() and (c.isalnum() or c in "-_") for c in text)
    )
