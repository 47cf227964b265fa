"""Topics of posts: our own labelled sets, the partnership's posts, and how words are counted."""

import json
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.topics import mentions, read_topics, topics_of
from digests.wordlist import word_lists, words_of

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data" / "topics"
CORPUS = ROOT.parent / "shared" / "data" / "lmp" / "posts.json"
INTERESTS = read_topics((ROOT / "packs" / "leeds" / "topics.toml").read_text(encoding="utf-8"))
LABELLED = [
    json.loads(line) for line in (DATA / "labelled.jsonl").read_text(encoding="utf-8").splitlines()
]
SETS = sorted({post["set"] for post in LABELLED})


def found(post):
    return topics_of(post["title"], post["summary"], INTERESTS.topics)


@pytest.mark.parametrize("name", SETS)
def test_the_topic_is_one_of_the_two(name):
    posts = [post for post in LABELLED if post["set"] == name]
    right = sum(post["topics"][0] in found(post) for post in posts)
    sys.stdout.write(f"{name}: topic right or one of two {right} of {len(posts)}\n")
    assert right >= 0.95 * len(posts)


def test_the_likeliest_topic_stands_first():
    first = sum(found(post)[:1] == (post["topics"][0],) for post in LABELLED)
    sys.stdout.write(f"topic right and first: {first} of {len(LABELLED)}\n")
    assert first >= 0.85 * len(LABELLED)


def test_every_topic_of_the_partnership_is_in_the_labelled_set():
    labelled = Counter(post["topics"][0] for post in LABELLED)
    assert {topic.id for topic in INTERESTS.topics} == set(labelled)
    assert min(labelled.values()) >= 15


def test_most_good_posts_name_the_people_or_places():
    named = sum(
        mentions(f"{post['title']}\n{post['summary']}", INTERESTS.context) for post in LABELLED
    )
    assert named >= 0.85 * len(LABELLED)


@pytest.mark.skipif(not CORPUS.exists(), reason="the developer corpus is not here")
def test_the_partnerships_posts_are_filed_as_a_reader_filed_them():
    posts = json.loads(CORPUS.read_text(encoding="utf-8"))
    right = sum(post["topic"] in found(post) for post in posts)
    sys.stdout.write(f"posts.json: topic right or one of two {right} of {len(posts)}\n")
    assert right >= 0.9 * len(posts)


def test_the_body_settles_what_title_and_summary_leave_open():
    body = "The night shelter is full, tenants are evicted, and landlords ask for deposits."
    assert topics_of("A word", "about nothing", INTERESTS.topics) == ()
    assert topics_of("A word", "about nothing", INTERESTS.topics, body) == ()
    open_yet = topics_of("A report", "It has figures.", INTERESTS.topics)
    assert "housing" not in open_yet
    assert "housing" in topics_of("A report", "It has figures.", INTERESTS.topics, body)
    assert topics_of("ESOL", "English classes", INTERESTS.topics, body)[0] == "esol"


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        pytest.param("Far-right groups", ["far right"], True, id="a hyphen parts words"),
        pytest.param("Women's lunch", ["women"], True, id="so does an apostrophe"),
        pytest.param("Evictions rise", ["evict*"], True, id="a star stands for an ending"),
        pytest.param("The parent", ["rent"], False, id="no part of a word counts"),
        pytest.param("A grant of £2,500", ["#money"], True, id="a sum of money"),
        pytest.param("At 7.30pm", ["#time"], True, id="a time of day"),
        pytest.param("For 21 hours", ["#hours"], True, id="the hours of a job"),
        pytest.param("Two hours", ["#hours"], False, id="not any hours"),
        pytest.param("asylum hotel*s", ["asylum hotel"], True, id="marks do not matter"),
        pytest.param("Anything", [], False, id="an empty list"),
    ],
)
def test_words_are_found_whole(text, words, expected):
    assert mentions(text, tuple(words)) is expected


def test_the_longest_phrase_counts_and_its_parts_do_not():
    lists = word_lists((("asylum", "asylum support", "support"), ("support",)))
    assert list(lists.found(words_of("Asylum support and asylum"))) == [
        (0, ("asylum", "support")),
        (1, ("support",)),
        (0, ("asylum",)),
    ]


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_post_has_two_topics_at_most(title, text):
    topics = topics_of(title, text, INTERESTS.topics, text)
    assert len(topics) <= 2
    assert len(set(topics)) == len(topics)
