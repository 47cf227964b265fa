"""Where two rows of words differ, and whether what differs tells two stories apart. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA, Indel

from digests.stated import is_fact, kind
from digests.telling import NAMES, NOT, OPPOSITES, STOP, TURNS_OF_TEXTS
from locales.errors import N_, Text

DATES = Text(N_("They name different dates."))
TURN = Text(N_("One says something new about the other."))
NAMED = Text(N_("They name different people, places or organisations."))
_TIMES = Text(N_("They name different times."))
_NUMBERS = Text(N_("They name different numbers."))
_PLACES = Text(N_("They name different places."))
_FOR_OTHERS = Text(N_("They are for different people or for another season."))
_KINDS = (
    ("dm", DATES),
    ("w", DATES),
    ("y", DATES),
    ("t", _TIMES),
    ("n", _NUMBERS),
    ("v", _PLACES),
    ("s", _FOR_OTHERS),
)
_CUT = 2  # words at the end of an excerpt that its cut may have spoilt
_MORE = 4  # words that one text has more at its end, so that the other is its beginning
_FEW = 8  # different words among which a "not" turns the whole round
_NEAR = 3
_INTRODUCTION = 25  # words before the text that somebody passes on
_LONG_WORD = 8


@dataclass(frozen=True, slots=True)
class Difference:
    """How two texts differ.

    *ratio*: how much of both is the same, 0 to 1; *covered*: how much of the shorter one is in
    the other; *shortest*: words of content in the shorter one. *from_beginning*: what they
    share begins near the beginning of both. *clash*: what tells them apart where they overlap.
    """

    ratio: float
    covered: float
    shortest: int
    from_beginning: bool
    clash: Text | None


_NOTHING = Difference(0, 0, 0, from_beginning=False, clash=None)


def differ(a: Sequence[str], b: Sequence[str], *, names: Collection[str] = ()) -> Difference:
    """Compare two texts, as `digests.stated.words` gives them; *names*: words that are names."""
    one, other = content(a), content(b)
    total, shorter = len(one) + len(other), min(len(one), len(other))
    if not shorter:
        return _NOTHING
    blocks = [each for each in Indel.opcodes(one, other).as_matching_blocks() if each.size]
    if not blocks:
        return _NOTHING
    matched = sum(block.size for block in blocks)
    start = blocks[0].a, blocks[0].b
    end = blocks[-1].a + blocks[-1].size, blocks[-1].b + blocks[-1].size
    if _is_beginning(one[end[0] :], other[end[1] :]):
        one, other = one[: end[0]], other[: end[1]]
    return Difference(
        ratio=2 * matched / total,
        covered=matched / shorter,
        shortest=shorter,
        from_beginning=min(start) <= _NEAR and max(start) <= _INTRODUCTION,
        clash=clash(*only(one, other), names=names),
    )


def content(words: Iterable[str]) -> list[str]:
    """Return *words* without those that say nothing by themselves."""
    return [word for word in words if word not in STOP]


def only(a: Iterable[str], b: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return the words that only one of them has, typing mistakes and word forms aside."""
    one, other = Counter(a), Counter(b)
    left, right = list((one - other).elements()), list((other - one).elements())
    for word in list(left):
        if (twin := next((each for each in right if _is_form(word, each)), None)) is not None:
            left.remove(word)
            right.remove(twin)
    return _joined(left, right)


def clash(
    left: Collection[str],
    right: Collection[str],
    *,
    names: Collection[str] = (),
    turns: Collection[str] = TURNS_OF_TEXTS,
) -> Text | None:
    """Return what tells apart two texts that differ in these words, None if nothing does."""
    for kinds, text in _KINDS:
        if _both(kinds, left, right):
            return text
    if _turned(left, right, turns):
        return TURN
    if any(_is_name(w, names) for w in left) and any(_is_name(w, names) for w in right):
        return NAMED
    return None


def _both(kinds: str, left: Collection[str], right: Collection[str]) -> bool:
    """Say whether each has something of these kinds, and the one does not mean the other."""
    one = {word for word in left if (found := kind(word)) and found in kinds}
    other = {word for word in right if (found := kind(word)) and found in kinds}
    if not one or not other:
        return False
    if any(word[0] == "m" for word in one | other):  # "in June" and "on 12 June" agree
        return not {word[2:4] for word in one} & {word[2:4] for word in other}
    return True


def _turned(left: Collection[str], right: Collection[str], turns: Collection[str]) -> bool:
    for words in (turns, NOT) if len(left) + len(right) <= _FEW else (turns,):
        if any(word in words for word in left) != any(word in words for word in right):
            return not ({"yes", "no"} <= {*left, *right})  # "after a yes or a no" denies nothing
    return any(
        (pair & set(left)) and (pair & set(right)) and (pair & set(left)) != (pair & set(right))
        for pair in OPPOSITES
    )


def _is_name(word: str, names: Collection[str]) -> bool:
    return word in NAMES or (word in names and not is_fact(word))


def _is_beginning(rest: Sequence[str], other_rest: Sequence[str]) -> bool:
    """Say whether one text stops, perhaps in mid-word, where the other goes on."""
    short, long = sorted((rest, other_rest), key=len)
    return len(short) <= _CUT and len(long) >= _MORE and not any(map(is_fact, short))


def _is_form(word: str, other: str) -> bool:
    """Say whether the two are one word: mistyped, or in another form."""
    if kind(word) or kind(other):
        return False
    if word in NAMES and other in NAMES:
        return False
    if stem(word) == stem(other):
        return True
    shorter = min(len(word), len(other))
    if shorter < 4:  # noqa: PLR2004  ("cat" and "car")
        return False
    return OSA.distance(word, other, score_cutoff=2) <= (2 if shorter >= _LONG_WORD else 1)


def stem(word: str) -> str:
    """Return *word* without its ending, roughly: enough to see that two are forms of one."""
    for ending in ("ing", "ers", "ies", "er", "ed", "es", "s", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) > 3:  # noqa: PLR2004
            return word[: -len(ending)]
    return word


def _joined(left: list[str], right: list[str]) -> tuple[list[str], list[str]]:
    """Leave out words that one side writes as one and the other as two: "case worker"."""
    for one, other in ((left, right), (right, left)):
        for whole in list(one):
            parts = next(
                ((x, y) for x in other for y in other if x + y == whole and x is not y), None
            )
            if parts is not None:
                one.remove(whole)
                other.remove(parts[0])
                other.remove(parts[1])
    return left, right
