"""How much a post is like spam, learned from posts that people labelled.

Only the process that judges imports this module: scikit-learn takes some 90 MB. The model is
made anew at every start, in about a second, from the examples that come with the program and
from what coordinators decided here; nothing learned is ever stored or read from elsewhere.
"""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from importlib import resources
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack  # type: ignore[import-untyped]
from scipy.special import expit  # type: ignore[import-untyped]
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import ComplementNB
from sklearn.utils import murmurhash3_32

from digests.disguises import plainly
from digests.examples import Example, Label, Likeness
from digests.item import Item

FILES = ("posts.jsonl", "comments.jsonl")
_WHOLE_ONLY = ("copied", "hidden")
_DECIDED_WEIGHT = 3.0  # what coordinators say here counts more than what we wrote
_PIECE_WEIGHT = 0.5  # a sentence of an example says less than the whole
_SHORTEST_PIECE = 6  # words
_MOST_PIECES = 40
_PIECE_LENGTH = 400
_DECISIVE = 0.75  # from here a single sentence makes the whole post suspicious
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_MONEY = re.compile(
    r"[£$€]\s?\d[\d,.]*\s?[km]?|\b\d[\d,.]*\s?(?:pounds?|dollars?|euros?|usd|gbp)\b"
)
_SHARE = re.compile(r"\b\d+(?:\.\d+)?\s?(?:%|per cent|percent)")
_WEB = re.compile(r"(?:https?://|www\.)\S+")
_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"\b\w\w+\b")
_WORD_PLACES, _LETTER_PLACES = 2**17, 2**18
_MOST_WORDS = 20_000  # whose letters are remembered: some 6 MB, and most words of a post
_spelt = HashingVectorizer(analyzer="char_wb", ngram_range=(3, 5)).build_analyzer()
_Whole = NDArray[np.int64]
_Weights = NDArray[np.float64]
_NOTHING: _Whole = np.empty(0, np.int64)


class _Mix(NamedTuple):
    """How much each of the two models counts."""

    regression: float
    bayes: float
    intercept: float


# fitted by a logistic regression on what either model says of the fifth of the examples that
# it has not seen (five folds), so that the sum is a probability again
_MIXES = {Label.SPAM: _Mix(1.18, 0.85, 0.33), Label.NEWS: _Mix(0.81, 1.39, -0.62)}


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
        self._blocks = (_Block(_words, _WORD_PLACES), _Block(_letters, _LETTER_PLACES))
        seen = hstack([block.learned(texts) for block in self._blocks], format="csr")
        found = [
            _coefficients(seen, [label is wanted for label in labels], weights, mix)
            for wanted, mix in _MIXES.items()
        ]
        parts = np.split(np.array([each for each, _ in found]), [_WORD_PLACES], axis=1)
        for block, part in zip(self._blocks, parts, strict=True):
            block.weigh_with(part)
        self._intercepts = np.array([[intercept] for _, intercept in found])

    def likeness(self, item: Item) -> Likeness:
        """Return how like spam and news *item* is; one sentence of advertising is enough."""
        told = item.body if len(item.body) > len(item.summary) else item.summary
        texts = [f"{item.title}\n{item.summary}", *_pieces(told)[:_MOST_PIECES]]
        written = [_written(text) for text in texts]
        sums = sum(block.sums(written) for block in self._blocks)
        spam, news = expit(sums + self._intercepts)
        worst = float(max(spam))
        return Likeness(worst if worst >= _DECISIVE else float(spam[0]), float(news[0]))


class _Block:
    """What texts are made of, as places in a table of *size*, each with its rarity.

    The same figures as of scikit-learn's `HashingVectorizer` (binary) and `TfidfTransformer`,
    which need some 0.5 ms for each call, and hash the letters of a word each time it comes.
    """

    def __init__(self, hashed: Callable[[str], _Whole], size: int) -> None:
        self._hashed = hashed
        self._size = size
        self._rarity = self._squares = np.ones(size)
        self._shares = np.ones((0, size))

    def learned(self, texts: Sequence[str]) -> csr_matrix:
        """Learn from *texts* what is rare; return a row of weights, of length one, for each."""
        rows, places = self._places(texts)
        ones = np.ones(len(places))
        counts = csr_matrix((ones, (rows, places)), (len(texts), self._size))
        weigher = TfidfTransformer()
        matrix = weigher.fit_transform(counts)
        self._rarity = weigher.idf_
        return matrix

    def weigh_with(self, coefficients: _Weights) -> None:
        """Take over what the models, one a row, learned of each place."""
        self._squares = self._rarity**2
        self._shares = coefficients * self._rarity

    def sums(self, texts: Sequence[str]) -> _Weights:
        """Return for each model, one a row, what each of *texts* comes to."""
        rows, places = self._places(texts)
        lengths = np.sqrt(np.bincount(rows, self._squares[places], len(texts)))
        lengths[lengths == 0] = 1  # a text without words comes to nothing
        shares = (np.bincount(rows, share[places], len(texts)) for share in self._shares)
        return np.array([share / lengths for share in shares])

    def _places(self, texts: Sequence[str]) -> tuple[_Whole, _Whole]:
        """Return of all that *texts* have the text it is in and its place, each once, in order."""
        found = [self._hashed(text) for text in texts]
        rows = np.repeat(np.arange(len(texts)), [len(each) for each in found])
        keys = np.sort(rows * self._size + np.concatenate(found) % self._size)
        new = np.ones(len(keys), bool)
        np.not_equal(keys[1:], keys[:-1], out=new[1:])
        return np.divmod(keys[new], self._size)  # as of np.unique, in a third of its time


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


def _words(text: str) -> _Whole:
    """Return hashes of the words of *text* and of each two in a row."""
    words = _WORD.findall(text)
    return _hashes([*words, *map(" ".join, pairwise(words))])


def _letters(text: str) -> _Whole:
    """Return hashes of each three to five letters in a row inside the words of *text*."""
    return np.concatenate([_NOTHING, *map(_letters_of, text.split())])


@lru_cache(maxsize=_MOST_WORDS)
def _letters_of(word: str) -> _Whole:
    return _hashes(_spelt(word))


def _hashes(features: Iterable[str]) -> _Whole:
    return np.array([abs(murmurhash3_32(each)) for each in features], np.int64)


def _coefficients(
    seen: csr_matrix, wanted: Sequence[bool], weights: Sequence[float], mix: "_Mix"
) -> tuple[_Weights, float]:
    """Return what each place and, last, every text adds to the logit of being *wanted*.

    Two linear models in one. Naive Bayes looks at each word alone, so it errs less on texts of
    writers from whom nothing was learned.
    """
    # dual: the same model in a thirtieth of the time, for there are more places than texts
    regression = LogisticRegression(
        C=10, class_weight="balanced", solver="liblinear", dual=True, random_state=5
    ).fit(seen, wanted, sample_weight=weights)
    words = seen[:, :_WORD_PLACES]
    no, yes = ComplementNB(alpha=0.3).fit(words, wanted, sample_weight=weights).feature_log_prob_
    summed = mix.regression * regression.coef_[0]
    summed[:_WORD_PLACES] += mix.bayes * (yes - no)
    return summed, mix.regression * float(regression.intercept_[0]) + mix.intercept


def _pieces(text: str) -> list[str]:
    """Return the sentences of *text* that have enough words to say something."""
    found = (piece.strip()[:_PIECE_LENGTH] for piece in _SENTENCE.split(text))
    return [piece for piece in found if len(piece.split()) >= _SHORTEST_PIECE]


def _written(text: str) -> str:
    """Return *text* plainly, with sums, shares, addresses and figures as words for their kind."""
    plain = _WEB.sub(" anaddress ", text)
    plain = plainly(_SHARE.sub(" ashare ", _MONEY.sub(" somemoney ", plain)))
    return _NUMBER.sub(" anumber ", plain)
