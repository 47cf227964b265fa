"""An update while it is composed: what fits, what is refused, no keyboard too long."""

from dataclasses import replace
from datetime import UTC, datetime
from html import escape
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import locales
from delivery import timing
from delivery.broadcast import Audience, Broadcast, Link, Narrowing, Shape, State
from delivery.model import Attachment, Button, Media
from digests.topics import Topic
from handlers import (
    broadcast_screens,
    compose_lists,
    compose_screens,
    composed,
    life_screens,
    update_names,
)
from handlers.compose_screens import Found, Reach
from handlers.composed import Composed, LabelTooLong, NoLink, Part
from locales.errors import UserError

T = locales.translator("en")
CODES = locales.supported()
TOPICS = tuple(Topic(f"t{n}", {"en": f"Topic {n}"}, ("x",)) for n in range(13))
LINKS = tuple(Link(f"Link {n}", f"https://example.org/{n}") for n in range(3))
FULL = Shape(
    attachment=Attachment(Media.PHOTO, "pic"),
    links=(*LINKS, Link("Food", "https://t.me/x?start=s_food", "food")),
    danger=True,
    receipt=True,
    help=True,
)

FOUND = Found(tuple(Button(str(n), data="b") for n in range(7)), sent=True, templates=True)

shapes = st.builds(
    Shape,
    attachment=st.sampled_from([None, FULL.attachment]),
    links=st.sampled_from([(), LINKS[:2], LINKS, FULL.links, FULL.links[-1:]]),
    danger=st.booleans(),
    receipt=st.booleans(),
    help=st.booleans(),
    only=st.sampled_from([Narrowing(), Narrowing(CODES[:2], ("Org",), ("t1",))]),
)
updates = st.builds(
    Composed,
    key=st.just("abcdef"),
    texts=st.sets(st.sampled_from(CODES)).map(lambda codes: dict.fromkeys({*codes, "en"}, "x")),
    audience=st.sampled_from([None, *Audience]),
    shape=shapes,
)
pages = st.integers(min_value=0, max_value=20)


@given(updates, pages, st.sampled_from(CODES))
def test_no_keyboard_is_too_long(update, page, code):
    reach = Reach(dict.fromkeys(CODES, 3), 9, TOPICS)
    names = [f"Organisation {n}" for n in range(12)]
    shown = [
        compose_screens.ask_text(T, update, code, FOUND, page=page),
        compose_screens.who(T, update, code),
        compose_screens.parts(T, update, reach),
        compose_screens.languages(T, update, page),
        compose_screens.text(T, update, next(iter(update.texts))),
        compose_screens.media(T, update),
        compose_screens.danger(T, update),
        compose_screens.name(T, update),
        compose_screens.others(T, update, reach, page),
        compose_lists.some(T, update, reach),
        compose_lists.pick(T, update, reach, Part.LANGUAGES, CODES, page),
        compose_lists.pick(T, update, reach, Part.TOPICS, [each.id for each in TOPICS], page),
        compose_lists.pick(T, update, reach, Part.ORGANISATIONS, names, page),
        compose_lists.buttons(T, update),
        compose_lists.services(T, update, [(f"s{n}", "Name") for n in range(12)]),
        compose_lists.templates(T, [(n, f"Name {n}") for n in range(12)], page),
    ]
    if update.audience is not None:
        shown.append(compose_screens.check(T, update, reach))
    for screen in shown:
        assert sum(map(len, screen.rows)) <= 8, screen
        assert len(screen.text.encode("utf-16-le")) // 2 <= 4096


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("letter", ["x", "ث", "x\n"])
def test_the_longest_update_is_one_message_in_every_language(code, letter):
    longest = (letter * 3500)[: 3500 if letter != "x\n" else 2333]  # each line needs a mark
    both = (letter * 3500)[: 1650 if letter != "x\n" else 1100]
    t = locales.translator(code)
    contents = [
        broadcast_screens.update(t, 2**31, {"en": longest}, FULL),
        broadcast_screens.update(t, 2**31, {"en": longest, code: longest}, FULL),
        broadcast_screens.update(
            t, 2**31, {"en": both, code: both}, replace(FULL, machine=(code,))
        ),
    ]
    for content in contents:
        (part,) = content.parts
        assert len(part.encode("utf-16-le")) // 2 <= 4096
        assert sum(map(len, content.buttons)) <= 8
        assert content.attachment == FULL.attachment


@given(st.text(max_size=200))
def test_a_link_is_https_with_words_or_refused(text):
    try:
        link = composed.link_in(text)
    except UserError:
        return
    assert link.url is not None
    assert link.url.lower().startswith("https://")
    assert link.label
    assert len(link.label) <= composed.LONGEST_LABEL


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "  The   council \n\n leeds.gov.uk/snow ",
            Link("The council", "https://leeds.gov.uk/snow"),
        ),
        ("Map\nHTTPS://Leeds.gov.uk/a?b=c#d", Link("Map", "https://Leeds.gov.uk/a?b=c#d")),
        ("بلدية\nhttps://leeds.gov.uk", Link("بلدية", "https://leeds.gov.uk")),
    ],
)
def test_a_link(text, expected):
    assert composed.link_in(text) == expected


def test_why_a_link_is_refused():
    with pytest.raises(NoLink):
        composed.link_in("Words\nhttps://evil@leeds.gov.uk")
    with pytest.raises(LabelTooLong):
        composed.link_in("x" * 41 + "\nhttps://leeds.gov.uk")


def test_links_keep_to_three_and_one_service():
    shape = Shape()
    for link in (*LINKS, Link("Fourth", "https://example.org/4"), FULL.links[-1]):
        shape = composed.with_link(shape, link)
    assert len(shape.links) == 4
    assert composed.is_full(shape)
    assert [each.service_id for each in shape.links] == [None, None, None, "food"]
    other = composed.with_link(shape, Link("Beds", "https://t.me/x?start=s_beds", "beds"))
    assert [each.service_id for each in other.links] == [None, None, None, "beds"]


@given(updates)
def test_the_mark_is_of_exactly_this_update(update):
    same = replace(update, texts=dict(reversed([*update.texts.items()])))
    assert same.mark == update.mark
    assert replace(update, texts={**update.texts, "en": "y"}).mark != update.mark
    changed = replace(update.shape, danger=not update.shape.danger)
    assert replace(update, shape=changed).mark != update.mark


@pytest.mark.parametrize("reader", [None, 1], ids=["who approves", "the author"])
def test_what_decides_about_an_update_stands_in_rows_of_its_own(reader):
    now = datetime(2026, 11, 16, 9, tzinfo=UTC)
    broadcast = Broadcast(1, 1, {"en": "x"}, Audience.EVERYONE, State.PENDING, now)
    zone = ZoneInfo("Europe/London")
    seen = life_screens.Seen(broadcast, timing.plan(broadcast, now, None, zone), None, zone)
    rows = life_screens.review(T, seen, reader).buttons
    assert [len(row) for row in rows] == [1, 1, 1, 1], "phones cut long labels in half rows"


@given(st.text(max_size=60).map(escape), st.sampled_from(CODES), st.sampled_from(State))
def test_a_label_tells_which_update_it_is_and_fits(words, code, state):
    now = datetime(2026, 11, 16, 9, tzinfo=UTC)
    text = f"<b>Snow</b> {words}"
    found = Broadcast(
        12_345, 1, {"en": text}, Audience.EVERYONE, state, now, send_at=now, until=now.date()
    )
    t, zone = locales.translator(code), ZoneInfo("Europe/London")
    for each in (*update_names.unfinished(t, [found], zone), *update_names.sent(t, [found], zone)):
        plain = each.text.translate(dict.fromkeys(map(ord, "\u2066\u2067\u2068\u2069\u200f")))
        assert "12345 · " in plain
        assert "Snow" in plain
        assert len(plain) <= 48, plain


@pytest.mark.parametrize(
    ("code", "said"), [("en", "25 Nov, 14:30"), ("ar", "، 14:30")], ids=["English", "Arabic"]
)
def test_a_day_and_its_time_are_joined_as_the_language_does(code, said):
    at = datetime(2026, 11, 25, 14, 30, tzinfo=UTC)
    found = Broadcast(1, 1, {"en": "x"}, Audience.EVERYONE, State.SCHEDULED, at, send_at=at)
    t, zone = locales.translator(code), ZoneInfo("Europe/London")
    assert said in update_names.unfinished(t, [found], zone)[0].text
    assert said.rpartition(" ")[2] in update_names.moment(t, at, zone)
    assert ("، " in update_names.moment(t, at, zone)) == (code == "ar")


def test_a_list_has_the_languages_own_comma():
    names = broadcast_screens.names_of(locales.translator("ar"), ["ar", "en", "fr"])
    assert "," not in names
    assert broadcast_screens.names_of(T, ["en", "fr"]).count(" and ") == 1
