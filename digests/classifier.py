"""How much a post is like spam, learned from posts that people labelled.

Only the process that judges imports this module: scikit-learn takes some 90 MB. The model is
made anew at every start, in about a second, from the examples that come with the program and
from what coordinators decided here; nothing learned is ever stored or read from elsewhere.
"""

import json
import re
from collections.abc import Sequence
from functools import cache
from importlib import resources

from sklearn.feature_extraction.text import (
    HashingVectorizer,
    TfidfTransformer,
)
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, make_pipeline, make_union

from digests.disguises import plainly
from digests.examples import Example, Label, Likeness
from digests.model import Item

FILES = ("posts.jsonl", "comments.jsonl")
_WHOLE_ONLY = ("copied", "hidden")
_DECIDED_WEIGHT = 3.0  # what coordinators say here counts more than what we wrote
_PIECE_WEIGHT = 0.5  # a sentence of an example says less than the whole
_SHORTEST_PIECE = 6  # words
_MOST_PIECES = 40
_PIECE_LENGTH = 400
_DECISIVE = 0.85  # from here a single sentence makes the whole post suspicious
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_MONEY = re.compile(
    r"[£$€]\s?\d[\d,.]*\s?[km]?|\b\d[\d,.]*\s?(?:pounds?|dollars?|euros?|usd|gbp)\b"
)
_SHARE = re.compile(r"\b\d+(?:\.\d+)?\s?(?:%|per cent|percent)")
_WEB = re.compile(r"(?:https?://|www\.)\S+")
_NUMBER = re.compile(r"\d+")


class Classifier:
    """A model trained from *examples*; the same examples give the same model."""

    def __init__(self, examples: Sequence[Example]) -> None:
        texts: list[str] = []
        labels: list[Label] = []
        weights: list[float] = []
        for example in examples:
            weight = _DECIDED_WEIGHT if example.decided else 1.0
            pieces = [] if example.whole else _pieces(example.text)
            texts += [_written(f"{example.title}\n{example.text}"), *map(_written, pieces)]
            labels += [example.label] * (1 + len(pieces))
            weights += [weight, *[weight * _PIECE_WEIGHT] * len(pieces)]
        self._words = _words()
        seen = self._words.fit_transform(texts)
        self._spam, self._news = (
            _learner().fit(seen, [label is wanted for label in labels], sample_weight=weights)
            for wanted in (Label.SPAM, Label.NEWS)
        )

    def likeness(self, item: Item) -> Likeness:
        """Return how like spam and news *item* is; one sentence of advertising is enough."""
        told = item.body if len(item.body) > len(item.summary) else item.summary
        whole = f"{item.title}\n{item.summary}"
        pieces = _pieces(told)[:_MOST_PIECES]
        seen = self._words.transform([_written(each) for each in (whole, *pieces)])
        spam = self._spam.predict_proba(seen)[:, 1]
        news = self._news.predict_proba(seen[:1])[:, 1]
        worst = float(max(spam))
        return Likeness(worst if worst >= _DECISIVE else float(spam[0]), float(news[0]))


def trained(decisions: Sequence[Example] = ()) -> Classifier:
    """Return a model that learned the shipped examples and *decisions*."""
    return Classifier((*shipped(), *decisions))


@cache
def shipped() -> tuple[Example, ...]:
    """Return the labelled posts that come with the program (digests/data/README.md)."""
    folder = resources.files("digests") / "data"
    rows = [
        json.loads(line)
        for name in FILES
        for line in (folder / name).read_text(encoding="utf-8").splitlines()
    ]
    return tuple(
        Example(row["title"], row["summary"], Label(row["label"]), whole=row["kind"] in _WHOLE_ONLY)
        for row in rows
    )


def _words() -> FeatureUnion:
    words = HashingVectorizer(
        ngram_range=(1, 2), n_features=2**17, alternate_sign=False, norm=None, binary=True
    )
    letters = HashingVectorizer(
        analyzer="char_wb",
        ngram_range=(3, 5),
        n_features=2**18,
        alternate_sign=False,
        norm=None,
        binary=True,
    )
    return make_union(
        make_pipeline(words, TfidfTransformer(sublinear_tf=True)),
        make_pipeline(letters, TfidfTransformer(sublinear_tf=True)),
    )


def _learner() -> LogisticRegression:
    return LogisticRegression(C=10, class_weight="balanced", solver="liblinear", random_state=5)


def _pieces(text: str) -> list[str]:
    """Return the sentences of *text* that have enough words to say something."""
    found = (piece.strip()[:_PIECE_LENGTH] for piece in _SENTENCE.split(text))
    return [piece for piece in found if len(piece.split()) >= _SHORTEST_PIECE]


def _written(text: str) -> str:
    """Return *text* plainly, with sums, shares, addresses and figures as words for their kind."""
    plain = _WEB.sub(" anaddress ", text)
    plain = plainly(_SHARE.sub(" ashare ", _MONEY.sub(" somemoney ", plain)))
    return _NUMBER.sub(" anumber ", plain)
