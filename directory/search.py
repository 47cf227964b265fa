"""What a text asks for: needs, a place, danger, names of services, and what fits. Pure."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log

from rapidfuzz.distance import OSA

from directory import matcher, plain
from directory.crisis import ANSWERS
from directory.index import Candidate, Directory
from directory.lexicon import Category, Lexicon
from directory.model import Audience, Place, Query, Service
from directory.needs import NEEDS

MOST_NEEDS = 3  # more of them in one text say less each
_NAMED, _DESCRIBED = 1.0, 0.25  # how much a word counts in a name, in a description
_CLEARLY_NAMED = 0.6  # of the weight of all words typed
_ENOUGH = 3  # words of a name that stand for it
_SHORTEST = 3  # letters of a word that may name a service
_SHORTEST_GUESS = 6  # letters of a name in which one may be wrong
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Scored:
    """A service and how well it answers the text: above 1 where it was named."""

    service: Service
    score: float


@dataclass(frozen=True, slots=True)
class Searched:
    """What a text was understood to ask for; *matches*: best first."""

    needs: tuple[str, ...]
    place: Place | None
    crisis: Category | None
    matches: Sequence[Scored]


def search(
    directory: Directory, lexicon: Lexicon, text: str, query: Query, limit: int = 5
) -> Searched:
    """Return what *text* asks for and the best *limit* services.

    *query*: who asks, when and in which language; needs and place are read from *text*, but
    a place in *query* stays. Danger adds the need that goes with it, before all others.
    """
    crises = lexicon.crises(text)
    named = (*(ANSWERS[each].need for each in crises), *lexicon.needs(text, query.language))
    needs = tuple(dict.fromkeys(named))
    place = query.place or directory.gazetteer.find(text[: plain.LONGEST])
    asked = Query(
        needs=needs[:MOST_NEEDS],
        at=query.at,
        place=place,
        language=query.language,
        audience=query.audience,
    )
    scores = _by_name(directory, text, asked)
    found = matcher.find(directory, asked, limit).matches if needs else ()
    for at, match in enumerate(found):
        scores[match.service.id] = scores.get(match.service.id, 0.0) + 1.0 - at / (2 * limit)
    services = {service.id: service for service in directory.services}
    best = sorted(scores, key=lambda each: (-scores[each], each))[:limit]
    return Searched(
        needs,
        place,
        next(iter(crises), None),
        tuple(Scored(services[each], round(scores[each], 3)) for each in best),
    )


def called(directory: Directory, text: str, audience: Audience) -> tuple[Service, ...]:
    """Return the services for *audience* whose names have all words of *text*, shortest first.

    The words must be the whole name, or three of them and more than half of it: two may
    just as well be a need.
    """
    typed = set(plain.words(text))
    if not typed:
        return ()
    names = _names(directory)
    found = [(words, service) for words, service in names if typed <= words]
    near = [
        (words, service)
        for words, service in found
        if (typed == words or (len(typed) >= _ENOUGH and 2 * len(typed) > len(words)))
        and (service.audience is not Audience.WORKERS or audience is Audience.WORKERS)
        and service.status != "closed"
    ]
    near.sort(key=lambda row: (len(row[0]), row[1].id))
    return tuple(service for _, service in near)


@lru_cache(maxsize=8)
def _names(directory: Directory) -> tuple[tuple[frozenset[str], Service], ...]:
    named = ((frozenset(plain.words(each.name)), each) for each in directory.services)
    return tuple(named)


def _by_name(directory: Directory, text: str, query: Query) -> dict[str, float]:
    """Return scores of the services whose own words *text* has, by id.

    A word counts by how few services have it. One that is clearly named comes before every
    service that only fits; a few words in common only help between those that fit.
    """
    index = _index(directory)
    typed = [word for word in plain.words(text) if len(word) >= _SHORTEST]
    known = {word: index.nearest(word) for word in dict.fromkeys(typed)}
    total = sum(index.weights[word] for word in known.values() if word) or 1.0
    shares: dict[str, float] = defaultdict(float)
    for word in dict.fromkeys(known.values()):
        for service_id, part in index.services.get(word or "", {}).items():
            shares[service_id] += part * index.weights[word or ""] / total
    candidates = index.candidates
    return {
        service_id: 2.0 * share if share >= _CLEARLY_NAMED else share / 4
        for service_id, share in shares.items()
        if (share >= _CLEARLY_NAMED or set(candidates[service_id].service.needs) & set(query.needs))
        and not matcher.excluded(candidates[service_id], query)
    }


@dataclass(frozen=True, slots=True)
class _Index:
    """The words of services: *weights* by rarity; *services*: who has a word, and where."""

    weights: Mapping[str, float]
    services: Mapping[str, Mapping[str, float]]
    candidates: Mapping[str, Candidate]

    def nearest(self, word: str) -> str | None:
        """Return *word* or the one that it is misspelt for, None if no service has it."""
        if word in self.services or len(word) < _SHORTEST_GUESS:
            return word if word in self.services else None
        near = (w for w in self.services if w[0] == word[0] and abs(len(w) - len(word)) <= 1)
        return next((w for w in near if OSA.distance(w, word, score_cutoff=1) <= 1), None)


@lru_cache(maxsize=8)
def _index(directory: Directory) -> _Index:
    candidates = {each.service.id: each for each in directory.candidates(NEEDS)}
    parts: dict[str, dict[str, float]] = defaultdict(dict)
    for service_id, known in candidates.items():
        service = known.service
        for word in plain.words(service.description):
            parts[word][service_id] = _DESCRIBED
        for word in plain.words(f"{service.name} {service.organization}"):
            parts[word][service_id] = _NAMED
    counts = Counter({word: len(services) for word, services in parts.items()})
    weights = {word: log(1 + len(candidates) / count) for word, count in counts.items()}
    return _Index(weights, parts, candidates)
