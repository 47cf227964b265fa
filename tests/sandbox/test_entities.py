"""What Telegram makes of a text by itself, and how a chat shows it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox import entities
from sandbox.entities import Entity, Formatted


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("/start abc", [("bot_command", "/start")], id="command"),
        pytest.param(
            "/start@some_bot x", [("bot_command", "/start@some_bot")], id="addressed command"
        ),
        pytest.param("and/or 1/2 a/b", [], id="a slash in a word is no command"),
        pytest.param("😀 /help", [("bot_command", "/help")], id="command after an emoji"),
        pytest.param("see https://a.org/x?y=1.", [("url", "https://a.org/x?y=1")], id="address"),
        pytest.param("see a.org, please", [("url", "a.org")], id="address without scheme"),
        pytest.param("write to a.b@c.org", [("email", "a.b@c.org")], id="e-mail"),
        pytest.param("ask @some_name now", [("mention", "@some_name")], id="mention"),
        pytest.param("#leeds #1", [("hashtag", "#leeds")], id="a number is no hashtag"),
        pytest.param("+44 113 496 0000", [("phone_number", "+44 113 496 0000")], id="telephone"),
    ],
)
def test_found_by_itself(text, found):
    wide = text.encode("utf-16-le")
    tidied = entities.tidy(Formatted(text, ()))
    assert [
        (one.kind, wide[2 * one.offset : 2 * one.end].decode("utf-16-le"))
        for one in tidied.entities
    ] == found


def test_ends_are_trimmed_and_offsets_follow():
    formatted = Formatted("  a b  ", (Entity("bold", 0, 7), Entity("italic", 5, 2)))
    assert entities.tidy(formatted) == Formatted("a b", (Entity("bold", 0, 3),))


def test_nothing_lies_inside_code():
    formatted = Formatted("/start", (Entity("code", 0, 6), Entity("bold", 1, 2)))
    assert entities.tidy(formatted).entities == (Entity("code", 0, 6),)


def test_entities_after_the_hundredth_are_dropped():
    formatted = Formatted("ab " * 120, tuple(Entity("bold", 3 * n, 1) for n in range(120)))
    assert len(entities.tidy(formatted).entities) == 100


@pytest.mark.parametrize(
    ("text", "found", "shown"),
    [
        pytest.param("<b>&", [], "&lt;b&gt;&amp;", id="text is escaped"),
        pytest.param("a😀b", [Entity("bold", 1, 2)], "a<b>😀</b>b", id="emoji are two units"),
        pytest.param(
            "abc",
            [Entity("bold", 0, 3), Entity("italic", 1, 1)],
            "<b>a<i>b</i>c</b>",
            id="nested",
        ),
        pytest.param(
            "abc",
            [Entity("bold", 0, 2), Entity("italic", 1, 2)],
            "<b>a<i>b</i></b><i>c</i>",
            id="crossing ones are cut",
        ),
        pytest.param(
            "x",
            [Entity("text_link", 0, 1, 'https://a.org/"onclick="')],
            '<a href="https://a.org/&quot;onclick=&quot;" target="_blank" rel="noopener">x</a>',
            id="address is escaped",
        ),
        pytest.param(
            "x",
            [Entity("text_link", 0, 1, "javascript:alert(1)")],
            '<a href="#" target="_blank" rel="noopener">x</a>',
            id="script addresses lead nowhere",
        ),
        pytest.param(
            "s", [Entity("spoiler", 0, 1)], '<span class="tg-spoiler">s</span>', id="spoiler"
        ),
    ],
)
def test_shown(text, found, shown):
    assert entities.to_html(text, [one.to_json() for one in found]) == shown


spans = st.tuples(
    st.sampled_from(["bold", "italic", "url", "pre", "spoiler"]),
    st.integers(0, 30),
    st.integers(0, 30),
)


@given(st.text(), st.lists(spans, max_size=6))
def test_shown_html_is_always_closed(text, found):
    shown = entities.to_html(
        text, [{"type": kind, "offset": start, "length": size} for kind, start, size in found]
    )
    for tag in ("b", "i", "a", "pre", "span"):
        opened = shown.count(f"<{tag}>") + shown.count(f"<{tag} ")
        assert opened == shown.count(f"</{tag}>")
