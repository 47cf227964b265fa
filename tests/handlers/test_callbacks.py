"""The codec of buttons: what we write can be read, what anybody else writes does no harm."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from directory import flow
from directory.alerting import alertable
from directory.model import Audience
from handlers.callbacks import MAX_BYTES, VERSION, Press, Route, StaleButton, decode, encode

ARGS = st.lists(st.from_regex(r"[A-Za-z0-9._-]{0,12}", fullmatch=True), max_size=4)
LARGEST = 2**31 - 1  # of the ids of our rows


@given(st.sampled_from(Route), ARGS)
def test_what_is_written_can_be_read(route, args):
    assert decode(encode(route, *args)) == Press(route, tuple(args))


@given(st.text(max_size=80))
@example("1:g:" + "a" * 200)
@example("1:g:é")
@example("1:g:a\n")
@example("1:g:١")
def test_whatever_is_forged_is_read_or_refused(data):
    try:
        press = decode(data)
    except StaleButton:
        return
    assert data.startswith(f"{VERSION}:{press.route.value}")
    assert all(arg.isascii() for arg in press.args)


@given(st.text(alphabet="1:gsabcdefxyz0123456789.-_", max_size=70))
def test_whatever_looks_like_a_button_is_read_or_refused(data):
    try:
        press = decode(data)
    except StaleButton:
        return
    for index in range(6):
        press.arg(index)
        for read in (press.number, press.row):
            try:
                number = read(index)
            except StaleButton:
                continue
            assert number >= 0


@pytest.mark.parametrize(
    "data", [None, "", ":", "1", "1:", "0:g", "2:g:", "1:GG:", "1:gg:", " 1:g"]
)
def test_what_is_no_button_is_stale(data):
    with pytest.raises(StaleButton):
        decode(data)


@pytest.mark.parametrize("text", ["-1", "+1", "1.0", "x", "", "١", "1" * 19, " 1", "1_0"])
def test_what_is_no_number_is_stale(text):
    with pytest.raises(StaleButton):
        Press(Route.ITEM, (text,)).number(0)


def test_a_missing_number_is_nought_and_a_missing_text_empty():
    press = Press(Route.ITEM, ())
    assert (press.number(0), press.arg(1), press.arg(1, "e")) == (0, "", "e")


def test_the_largest_row_and_the_one_after():
    assert Press(Route.ITEM, (str(LARGEST),)).row(0) == LARGEST
    with pytest.raises(StaleButton):
        Press(Route.ITEM, (str(LARGEST + 1),)).row(0)


@pytest.mark.parametrize("arg", ["a b", "a:b", "é", "a/b", "\n", "😀"])
def test_what_does_not_belong_into_a_button_is_our_mistake(arg):
    with pytest.raises(ValueError, match="not for a button"):
        encode(Route.GUIDE, arg)


def test_a_button_that_is_too_long_is_our_mistake():
    most = MAX_BYTES - len("1:g:")
    assert len(encode(Route.GUIDE, "x" * most)) == MAX_BYTES
    with pytest.raises(ValueError, match="65 bytes"):
        encode(Route.GUIDE, "x" * (most + 1))


def longest_answers(pack):
    """Return the longest packed answers that this city's buttons can carry."""
    directory = pack.directory
    places = [d.id for d in directory.gazetteer.districts]
    places += [
        row.address.postcode[:-2].replace(" ", "-")
        for row in pack.services
        if row.address is not None and row.address.postcode
    ]
    packed = [
        flow.pack(flow.given(need="5", safe="1", detail="1", more="1", place=place))
        for place in places
    ]
    return max(packed, key=len)


def test_every_route_holds_its_longest_button(pack):
    packed = longest_answers(pack)
    assert len(packed) <= flow.LONGEST
    service = max((s.id for s in pack.services), key=len)
    topic = max((t.id for t in pack.interests.topics), key=len)
    person = 2**52  # Bot API: at most 52 significant bits
    longest = {
        Route.GUIDE: (packed,),
        Route.RESULTS: (packed, 99),
        Route.CARD: (packed, service),
        Route.VENUE: (packed, service),
        Route.HELP_NOW: (packed,),
        Route.HELP_BELOW: (),
        Route.LANGUAGES: (packed, 99),
        Route.LANGUAGE: ("zh-Hant-HK", packed),
        Route.TOPIC: (topic, 1, 99),
        Route.TOPICS: (99,),
        Route.SUBSCRIBED: (1,),
        Route.WHEN: ("language", "zh-Hant-HK"),
        Route.READ: ("2026-11-18", topic, 99),
        Route.FORGET: ("yes",),
        Route.EDITION: ("2026-W47", 999),
        Route.EDITION_ACT: ("2026-W47", "approve", "ffffffff"),
        Route.DRAFT: ("headline", 2147483647, 99999, "ffffffff"),
        Route.ITEM: (LARGEST, "review", 999),
        Route.ITEM_ACT: (LARGEST, "accept", "review", 999),
        Route.QUEUE: ("review", 999),
        Route.FEED: (LARGEST, "trusted"),
        Route.SOURCE: (LARGEST, "trusted", LARGEST, "review", 999),
        Route.CORRECTION: (LARGEST, "yes", "f" * 10),
        Route.BROADCAST: (LARGEST,),
        Route.BROADCAST_ACT: (LARGEST, "approve", "99999999.30.999999", "again"),
        Route.LIFE: (LARGEST, "until", 30, 999999),
        Route.CAMPAIGN: ("d", "2026-W47", "resume"),
        Route.COMPOSE: ("ffffff", "card", service),
        Route.TEMPLATE: ("delete", LARGEST),
        Route.INVITE: (LARGEST,),
        Route.PARTNER: (person, "end"),
        Route.CONFIRM: (service, packed),
        Route.ASK_HELPED: (packed, service),
        Route.HELPED: (packed, service),
        Route.NOT_HELPED: (packed, service),
        Route.WRONG: (packed, service),
        Route.IS_WRONG: (service, "refused"),
        Route.CHECK_IN: ("ask",),
        Route.TELL: (packed,),
        Route.TIP: (LARGEST, "answer"),
        Route.TIP_ANSWER: (LARGEST,),
        Route.CLEAR: (),
        Route.RIGHTS: (99,),
        Route.RIGHT: ("c" * 20, packed, 1),
        Route.POST: ("no", 2**31 - 1, "unclear"),
        Route.RIGHT_ACT: ("c" * 20, "yes", packed, "ffffffff"),
        Route.EDIT: (service, "stages"),
        Route.EDITING: ("set", "trafficking_forced_labour", 1, 9),
        Route.PROPOSAL: (LARGEST, "approve", "ffffffff"),
        Route.HISTORY: (service,),
        Route.UNDO: (LARGEST,),
        Route.SERVICES: (99,),
        Route.FRESH: (service, "y", "ffffffff"),
        Route.FRESH_LIST: ("c", 99),
        Route.OWNER: (service, person),
        Route.MAIL: ("ask",),
        Route.ANSWER: (LARGEST, "nothing", 99),
        Route.RECALL: ("language", LARGEST, "zh-Hant"),
        Route.RESTORED: ("yes",),
        Route.ALERT: ("drop", max(alertable(), key=len), "centre-n", packed),
    }
    assert set(longest) == set(Route), "a new route needs its longest button here"
    for route, args in longest.items():
        assert len(encode(route, *args).encode()) <= MAX_BYTES
        assert decode(encode(route, *args)).route is route


def test_ids_of_the_pack_may_stand_in_buttons(pack):
    for service in pack.services:
        encode(Route.CARD, "K1", service.id)
    for topic in pack.interests.topics:
        encode(Route.TOPIC, topic.id, 1, 99)
    assert {s.audience for s in pack.services} == set(Audience)
