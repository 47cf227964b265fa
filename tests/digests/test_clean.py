"""HTML of strangers to plain words, whole sentences and plain links."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests import clean


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        pytest.param("<p>One</p><p>two</p>", "One two", id="blocks part words"),
        pytest.param("a<b>b</b>c", "abc", id="inline tags do not"),
        pytest.param("fish &amp; chips &lt;3", "fish & chips <3", id="entities"),
        pytest.param("&lt;p&gt;Twice&lt;/p&gt;", "Twice", id="escaped twice"),
        pytest.param("<script>x()</script>ok<style>p{}</style>", "ok", id="code goes"),
        pytest.param("a\u202eb\u2066c\u200bd\ufeffe\x00f", "abcdef", id="unseen characters go"),
        pytest.param("می\u200cخواهم 👩\u200d👧", "می\u200cخواهم 👩\u200d👧", id="joiners stay"),
        pytest.param("1 < 2 > 0", "1 < 2 > 0", id="signs that are no tags"),
    ],
)
def test_words(markup, text):
    assert clean.clean_text(markup, 100) == text


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("short", 10, "short"),
        ("one two three", 9, "one two…"),
        ("one, two three", 6, "one…"),
        ("x" * 20, 10, "x" * 9 + "…"),
    ],
)
def test_long_words_are_cut_at_a_words_end(text, limit, cut):
    assert clean.shorten(text, limit) == cut


@pytest.mark.parametrize(
    ("markup", "summary"),
    [
        pytest.param("One. Two! Three?", "One. Two!", id="two sentences"),
        pytest.param("Ask Dr. Example at 10 a.m. on Monday. Come.", None, id="abbreviations"),
        pytest.param("No end of a sentence here", "No end of a sentence here", id="no full stop"),
        pytest.param("First. " + "w " * 400, "First.", id="a second one that is too long"),
        pytest.param("A title. The text.", "The text.", id="the title is not said twice"),
        pytest.param("Text. Continue reading A title →", "Text.", id="continue reading"),
        pytest.param("Text. Read more…", "Text.", id="read more"),
        pytest.param("Text here [&hellip;]", "Text here", id="an excerpt's end"),
        pytest.param("Text. Share this: Facebook Twitter Email", "Text.", id="share line"),
        pytest.param("[gallery ids=1,2] Text.", "Text.", id="a WordPress short code"),
        pytest.param(
            "Loader Loading... EAD Logo Taking too long? Reload document | Open in new tab Text.",
            "Text.",
            id="an attached document's frame",
        ),
        pytest.param(
            "Text. The post A title first appeared on A site.", "Text.", id="the post appeared"
        ),
        pytest.param("أولا. ثانيا؟ ثالثا.", "أولا. ثانيا؟", id="Arabic"),
    ],
)
def test_summaries(markup, summary):
    assert clean.summarise(markup, "A title") == (summary or markup)


@pytest.mark.parametrize(
    ("link", "cleaned"),
    [
        ("https://a.example/x?utm_source=y&id=1&fbclid=z", "https://a.example/x?id=1"),
        ("https://a.example/x?utm_medium=y", "https://a.example/x"),
        ("https://a.example/x?share=email#part", "https://a.example/x#part"),
        ("/x y", "https://base.example/x%20y"),
        ("x", "https://base.example/blog/x"),
        ("//b.example/x", "https://b.example/x"),
        (" https://a.exa\nmple/ ", "https://a.example/"),
        ("https://مثال.example/أخبار", "https://مثال.example/%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1"),
        ("javascript:alert(1)", None),
        ("java\tscript:alert(1)", None),
        ("\x01javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("mailto:a@b.example", None),
        ("https://user@evil.example/", None),
        ("https://a.example:99999/", None),
        ("https://a.example\\@evil.example/", None),
        ("http://[::1", None),
        ("https://a.example/" + "x" * 2000, None),
    ],
)
def test_links(link, cleaned):
    assert clean.clean_link(link, "https://base.example/blog/") == cleaned


@pytest.mark.parametrize(
    ("title", "markup", "source"),
    [
        ("VCS update w/c 23rd October 2023 from Migration Yorkshire", "", "Migration Yorkshire"),
        ("Unrest – from A Person, Chair of Third Sector Leeds", "", "Third Sector Leeds"),
        ("Update from Mary at Asylum Matters", "", "Asylum Matters"),
        ("News", "<p>Words.</p><p>via Refugee Council</p>", "Refugee Council"),
        ("News", "From: PAFRAS<br>Words.", "PAFRAS"),
        ("Meeting moved from Monday", "", None),
        ("Support for people from Ukraine", "From the start we said so.", None),
        ("Closed from Friday 3 May", "", None),
    ],
)
def test_the_organisation_that_a_post_names(title, markup, source):
    assert clean.stated_source(title, clean.plain_lines(markup)) == source


@pytest.mark.parametrize(
    ("markup", "hidden"),
    [
        ('<div style="display: none">cheap loans</div>', "cheap loans"),
        ("<span style='font-size:0'>x</span>", "x"),
        ("<p hidden>y</p>", "y"),
        ('<a style="position:absolute;left:-9999px" href="https://e.example">z</a>', "z"),
        ('<p style="opacity:0.9">seen</p>', ""),
        ("<p>hidden words</p>", ""),
    ],
)
def test_hidden_text_is_found_and_left_out(markup, hidden):
    assert clean.hidden_text(markup) == hidden
    if hidden:
        assert hidden not in clean.clean_text(clean.without_hidden(markup), 100)


def test_other_sites_are_counted_once_each():
    markup = "".join(f'<a href="https://{h}.example/{n}">' for n in range(3) for h in "ab")
    assert clean.linked_sites(markup, "www.a.example") == 1


@given(st.text(alphabet="<>/&;ab p=\"'!-[]\u202e\n", max_size=200))
def test_no_text_of_strangers_gets_a_mark_through(markup):
    text = clean.clean_text(markup, 80)
    assert len(text) <= 80
    assert "\u202e" not in text and "\n" not in text
    assert clean.clean_text(markup, 80) == text
