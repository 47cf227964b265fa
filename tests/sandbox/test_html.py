"""The entity parser, against the answers of Telegram's own parser."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox import entities, html
from sandbox.entities import Entity, Formatted
from sandbox.errors import Refused

# The texts and offsets are those that TDLib's tests expect (tdlib/td, test/message_entities.cpp).
STADIUM = "🏟 🏟&lt;"


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        pytest.param(
            "&#57311;",
            "Text contains invalid Unicode characters after decoding HTML entities, "
            "check for unmatched surrogate code units",
            id="half a surrogate pair",
        ),
        pytest.param(
            f"{STADIUM}<abacaba", "Unclosed start tag at byte offset 13", id="tag without end"
        ),
        pytest.param(
            f"{STADIUM}<abac aba>",
            'Unsupported start tag "abac" at byte offset 13',
            id="unknown tag",
        ),
        pytest.param(
            "a<br/>b", 'Unsupported start tag "br/" at byte offset 1', id="line breaks are not tags"
        ),
        pytest.param(
            f"{STADIUM}<i   =aba>",
            'Empty attribute name in the tag "i" at byte offset 13',
            id="nameless attribute",
        ),
        pytest.param(
            f"{STADIUM}<i    aba>",
            'Can\'t find end tag corresponding to start tag "i"',
            id="never closed",
        ),
        pytest.param(
            f"{STADIUM}<i    aba  =  ",
            'Unclosed start tag "i" at byte offset 13',
            id="text ends before the value",
        ),
        pytest.param(
            f"{STADIUM}<i    aba  =  190azAz-.,",
            "Unexpected end of name token at byte offset 27",
            id="comma in a bare value",
        ),
        pytest.param(
            f'{STADIUM}<i    aba  =  "&lt;&gt;&quot;>',
            "Unclosed start tag at byte offset 13",
            id="quote not closed",
        ),
        pytest.param(
            f"{STADIUM}</", "Unexpected end tag at byte offset 13", id="end with no start"
        ),
        pytest.param(
            f"{STADIUM}<b></b></", "Unexpected end tag at byte offset 20", id="one end too many"
        ),
        pytest.param(
            f"{STADIUM}<i>a</i   ", "Unclosed end tag at byte offset 17", id="end tag without end"
        ),
        pytest.param(
            f"{STADIUM}<i>a</em   >",
            'Unmatched end tag at byte offset 17, expected "</i>", found "</em>"',
            id="another tag's end",
        ),
        pytest.param(
            "<b><i>a</b></i>",
            'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
            id="crossed tags",
        ),
        pytest.param(
            "<span>a</span>",
            'Tag "span" must have class "tg-spoiler" at byte offset 0',
            id="span without class",
        ),
    ],
)
def test_refused(source, complaint):
    with pytest.raises(Refused) as refused:
        html.parse(source)
    assert refused.value.code == 400
    assert refused.value.description == f"Bad Request: can't parse entities: {complaint}"


@pytest.mark.parametrize(
    ("source", "text", "found"),
    [
        pytest.param("plain", "plain", [], id="plain"),
        pytest.param(
            "&ge;&lt;&gt;&amp;&quot;&laquo;&raquo;&#12345678;",
            '&ge;<>&"&laquo;&raquo;&#12345678;',
            [],
            id="only four named references",
        ),
        pytest.param("&#x1F642;&#65", "🙂A", [], id="numeric references, semicolon or not"),
        pytest.param("➡️ ➡️<i>➡️ ➡️</i>", "➡️ ➡️➡️ ➡️", [Entity("italic", 5, 5)], id="two units an arrow"),
        pytest.param("🏟<B>🏟</>", "🏟🏟", [Entity("bold", 2, 2)], id="upper case, nameless end"),
        pytest.param("<u></u>x", "x", [], id="empty tags leave nothing"),
        pytest.param(
            "<ins>a</ins><del>b</del><strike>c</strike>",
            "abc",
            [
                Entity("underline", 0, 1),
                Entity("strikethrough", 1, 1),
                Entity("strikethrough", 2, 1),
            ],
            id="older names",
        ),
        pytest.param(
            '<a href="https://a.org/?x=1&amp;y=2">a</a>',
            "a",
            [Entity("text_link", 0, 1, "https://a.org/?x=1&y=2")],
            id="link",
        ),
        pytest.param(
            "<a href='a.org'>a</a>",
            "a",
            [Entity("text_link", 0, 1, "http://a.org/")],
            id="no scheme",
        ),
        pytest.param("<a href='tel:+44113'>a</a>", "a", [], id="telephone links are dropped"),
        pytest.param("<a href='http://localhost/'>a</a>", "a", [], id="a host needs a dot"),
        pytest.param(
            "<a href='tg://user?id=42'>a</a>",
            "a",
            [Entity("text_mention", 0, 1, "42")],
            id="mention",
        ),
        pytest.param(
            '<pre><code class="language-py">x</code></pre>',
            "x",
            [Entity("pre", 0, 1, "py")],
            id="code",
        ),
        pytest.param(
            "<blockquote expandable>q</blockquote>",
            "q",
            [Entity("expandable_blockquote", 0, 1)],
            id="expandable quote",
        ),
        pytest.param(
            '<tg-spoiler>a</tg-spoiler><span class="tg-spoiler">b</span>',
            "ab",
            [Entity("spoiler", 0, 1), Entity("spoiler", 1, 1)],
            id="spoilers",
        ),
        pytest.param(
            '<tg-emoji emoji-id="5">👍</tg-emoji>',
            "👍",
            [Entity("custom_emoji", 0, 2, "5")],
            id="custom emoji",
        ),
    ],
)
def test_understood(source, text, found):
    assert html.parse(source) == Formatted(text, tuple(found))


@given(st.text(alphabet=st.sampled_from("<>/&;\"'= abi😀")) | st.text())
def test_any_text_is_parsed_or_refused(source):
    try:
        formatted = html.parse(source)
    except Refused as refused:
        complaint, formatted = refused.description, Formatted("", ())
    else:
        complaint = "Bad Request: can't parse entities: "
    assert complaint.startswith("Bad Request: can't parse entities: ")
    length = entities.units(formatted.text)
    assert all(0 <= one.offset < one.end <= length for one in formatted.entities)


@given(
    st.text(alphabet=st.characters(exclude_characters="\r", exclude_categories=["Cs"]), min_size=1)
)
def test_escaped_text_comes_back_whole(text):
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert html.parse(f"<b>{escaped}</b>") == Formatted(
        text, (Entity("bold", 0, entities.units(text)),)
    )
