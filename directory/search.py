"""What a text asks for: needs, a place, danger, names of services, and what fits. Pure.

A service that is named comes first, then those that meet a need that is meant, then those
whose descriptions have the words. Each tells why it is there.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log

from rapidfuzz.distance import OSA

from directory import finder, matcher, plain
from directory.crisis import ANSWERS
from directory.finder import ANY, Filters, Finder, Sought
from directory.index import Candidate, Directory
from directory.lexicon import Category, Lexicon, Meant
from directory.model import Audience, Match, Opening, Place, Query, Service
from directory.narrow import NARROW, Narrow
from locales.errors import N_, Text

NAMED = 1.2  # the score from which a service was named rather than only fits
MOST_NEEDS = 3  # more of them in one text say less each
MOST_WORDS = 24  # different words of a text that are looked for in names and descriptions
_TITLE, _NAME = 3.0, 2.0  # scores of a whole name, and of all words typed
_DESCRIBED = 0.25  # how much a word counts in a description beside one in a name
_CLEARLY_NAMED = 0.6  # of the weight of all words typed
_NAMED_AND_FITS = 0.45  # of the weight, where the service meets a need that is meant
_ENOUGH = 3  # words of a name that stand for it
_SHORTEST_BEGINNING = 4  # letters typed of a longer word
_WRONG = ((9, 2), (5, 1))  # letters of a word from which so many may be wrong
_MOST_GUESSED = 4  # words of a text whose right spelling is looked for
_LOOKED_AT = 100  # services with the words
_FEW = 2_000  # services up to which all that meet a need are put in order
_IN_ORDER, _OF_EACH = 40, 4  # services put in order at least, and for each one that is shown
_MOST_OPEN = 60  # services that fit among which the open ones are looked for
_SURELY_NAMED = 0.9  # of the weight, where a need is meant that the service does not meet
_GUESSED = 0.8  # how sure it is that another word is meant than the one typed
_UNKNOWN = 0.15  # what a word counts that no service has, of what the rarest one counts
_MEANT = 0.3  # what a word counts in a name that says which need is meant
_SELDOM = log(1 + 1 / 0.05) ** 2  # the weight of a word that one service of twenty has
_NEAR, _NEAR_M = 0.2, 5_000  # what being at the place adds, and from how far away on nothing
_MOST_REASONS = 2
_TOO_NARROW = 0.45  # less for a service that does one thing only, which is not the one asked for
_SHORTEST_PLACE, _MOST_PLACE = 5, 2  # letters and words of a misspelt place in a sentence
# what people type to try whether a machine obeys: a statement of SQL asks for nothing
_COMMAND = re.compile(r"(?i)\b(?:drop|alter|truncate)\s+table\b.*", re.DOTALL)
_IN_NAME = N_("Its name has “{word}”.")
_IN_DESCRIPTION = N_("Its description has “{word}”.")
_WORD = re.compile(r"\w+")
_POSTCODE = re.compile(r"[a-z]{1,2}[0-9][a-z0-9]?|[0-9][a-z]{2}")
# what people write to anybody, and what joins other words: these name no service
_ENGLISH = (
    "a about all am an and any anybody anyone are around as ask at be bye can cheers come contact"
    " could dear do does find for from get give go good goodbye got have hello her here hey hi his"
    " how i if in is it its know let like looking me my near nearest need no not of off ok okay on"
    " one open or our out place places please pls plz service services she show so some somebody"
    " somewhere someone something sorry talk tell than thank thanks that the their them then there"
    " these they this to today tomorrow tonight us very want was we what when where which who why"
    " real robot test testing will with would yes you your morning afternoon evening night nice day"
)
_EVERYDAY = frozenset(_ENGLISH.split())
_MACHINE = "robot"  # asked whether we are one; close to "robota", which is work in Polish
_LONG = 7  # letters of an everyday word from which one may be wrong
_LONG_EVERYDAY = tuple(sorted(word for word in _EVERYDAY if len(word) >= _LONG))


@dataclass(frozen=True, slots=True)
class Scored:
    """A service and how well it answers the text: from `NAMED` on it was named.

    *reasons*: which words of it were typed, then why it fits; most telling first.
    """

    match: Match
    score: float
    reasons: tuple[Text, ...]

    @property
    def service(self) -> Service:
        """The service that was found."""
        return self.match.service


@dataclass(frozen=True, slots=True)
class Searched:
    """What a text was understood to ask for; *matches*: best first."""

    needs: tuple[str, ...]
    place: Place | None
    crisis: Category | None
    matches: Sequence[Scored]


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a text as the index knows them; *total*: the weight of all of them.

    *least*: the weight of words that can name a service: many have "city" in their names.
    *stems*: all words, as the index has them and spelt right.
    """

    sought: tuple[Sought, ...] = ()
    total: float = 1.0
    least: float = 0.0
    stems: frozenset[str] = frozenset()


def search(
    directory: Directory,
    lexicon: Lexicon,
    text: str,
    query: Query,
    limit: int = 5,
    filters: Filters = ANY,
) -> Searched:
    """Return what *text* asks for and the best *limit* services.

    *query*: who asks, when and in which language; needs and place are read from *text*, but
    a place in *query* stays. Danger adds the need that goes with it, before all others.
    """
    text = _COMMAND.sub(" ", text)
    crises = lexicon.crises(text)
    meant = _meant(lexicon, text, query.language)
    named = (*(ANSWERS[each].need for each in crises), *meant.needs)
    needs = tuple(dict.fromkeys(named))
    known = finder.of(directory)
    place = query.place or directory.gazetteer.find(text[: plain.LONGEST])
    place = place or _misspelt_place(directory, known, text, meant.words)
    asked = replace(query, needs=needs[:MOST_NEEDS] or filters.needs, place=place)
    quiet = meant.words.union(_postcodes(text), plain.words("" if place is None else place.name))
    words = _words(known, text, quiet.union(plain.words(directory.gazetteer.home)))
    narrow = tuple(each for each in NARROW if not each.is_asked(text))
    found = _Search(directory, known, asked, filters, narrow).best(words, limit)
    return Searched(needs, place, next(iter(crises), None), found)


def _misspelt_place(
    directory: Directory, known: Finder, text: str, meant: Collection[str]
) -> Place | None:
    """Return the place of the city that the words of *text* come close to that say nothing else."""
    places = directory.gazetteer
    words = [
        word
        for word in plain.words(text)
        if len(word) >= _SHORTEST_PLACE and word not in meant and not _is_everyday(word)
    ]
    left = [word for word in words if not known.frequency(known.stems(word)[0])]
    if 0 < len(left) <= _MOST_PLACE and (place := places.find(" ".join(left))) is not None:
        return place if places.in_area(place) else None
    for word in words[:_MOST_PLACE]:  # "harehils" has the stem of the name
        place = places.find(word)
        if place is not None and known.stems(place.name) == known.stems(word):
            return place
    return None


def _meant(lexicon: Lexicon, text: str, language: str | None) -> Meant:
    words = plain.words(text)
    everyday = all(map(_is_everyday, words))
    if everyday and _MACHINE in words:
        return Meant((), frozenset())
    found = lexicon.meant(text, language)
    if found.needs or everyday:
        return found
    return lexicon.guessed(text, language)


def called(directory: Directory, text: str, audience: Audience) -> tuple[Service, ...]:
    """Return the services for *audience* whose names have all words of *text*, shortest first.

    The words must be the whole name, or three of them and more than half of it: two may
    just as well be a need.
    """
    known = finder.of(directory)
    typed = frozenset(known.stems(text))
    ids = set(known.titled(typed, audience))
    if _ENOUGH <= len(typed) <= MOST_WORDS:
        ids.update(known.by_name(typed, audience))
    sizes = ((_name_size(known, each, typed), each) for each in ids)
    near = sorted((size, each) for size, each in sizes if size)
    return tuple(known.service(each) for _, each in near)


def _name_size(known: Finder, service_id: str, typed: frozenset[str]) -> int:
    """Return how many words the name has that *typed* ones stand for, 0 if none of its names."""
    service = known.service(service_id)
    for name in (service.name, service.alternate_name):
        words = frozenset(known.stems(name or ""))
        near = len(typed) >= _ENOUGH and words.issuperset(typed) and 2 * len(typed) > len(words)
        if words and (words == typed or near):
            return len(words)
    return 0


class _Search:
    """One search: gathers services with their scores, and says why they are there."""

    def __init__(
        self,
        directory: Directory,
        known: Finder,
        query: Query,
        filters: Filters,
        narrow: Sequence[Narrow] = (),
    ) -> None:
        self._narrow = narrow
        self._directory = directory
        self._known = known
        self._query = query
        self._filters = filters
        self._fits: dict[str, Match] = {}

    def best(self, words: _Words, limit: int) -> tuple[Scored, ...]:
        """Return the best *limit* services, each with its reasons."""
        scores = self._by_words(words)
        for service_id in self._titled(words.stems):
            scores[service_id] = _TITLE
        scores = {each: points + self._nearness(each) for each, points in scores.items()}
        for service_id, points in self._by_needs(limit):
            scores[service_id] = scores.get(service_id, 0.0) + points
        order = sorted(scores, key=lambda each: (-scores[each], each))
        found: list[Scored] = []
        for service_id in order:
            if len(found) == limit:
                break
            if (match := self._match(service_id)) is not None:
                why = _why(self._known, match.service, words)
                found.append(Scored(match, round(scores[service_id], 3), (*why, *match.reasons)))
        return tuple(found)

    def _titled(self, stems: frozenset[str]) -> list[str]:
        audience = self._query.audience
        found = self._known.titled(stems, audience, self._filters)
        if found or len(stems) < _ENOUGH - 1:
            return found
        return self._known.nearly_titled(stems, audience, self._filters)

    def _nearness(self, service_id: str) -> float:
        """Return what being near adds to a service that is named: it settles what is equal."""
        place, known = self._query.place, self._directory.candidate(service_id)
        if place is None or known is None or self._directory.gazetteer.is_whole(place):
            return 0.0
        away = known.metres_from(place.point)
        return 0.0 if away is None else _NEAR * max(0.0, 1.0 - away / _NEAR_M)

    def _by_words(self, words: _Words) -> dict[str, float]:
        """Return scores of the services that have words of the text, by id.

        A word counts by how few services have it. One that is clearly named comes before every
        service that only fits; a few words in common only help between those that fit, or
        where nothing else was understood.
        """
        hits = self._known.by_words(
            words.sought, _DESCRIBED, self._query, self._filters, _LOOKED_AT
        )
        scores = {each: self._points(each, weight, words) for each, weight in hits}
        return {each: points for each, points in scores.items() if points}

    def _points(self, service_id: str, weight: float, words: _Words) -> float:
        needs, share = self._query.needs, weight / words.total
        fits = not set(needs).isdisjoint(self._known.service(service_id).needs)
        enough = _SURELY_NAMED if needs else _CLEARLY_NAMED
        if share >= (_NAMED_AND_FITS if fits else enough) and weight >= words.least:
            return max(_NAME * share, NAMED)
        if fits or (not needs and share >= _CLEARLY_NAMED * _DESCRIBED):
            return share / 4
        return 0.0

    def _by_needs(self, limit: int) -> Iterator[tuple[str, float]]:
        if not self._query.needs:
            return
        most = _MOST_OPEN if self._filters.open_now else limit
        found = matcher.find(self._directory, self._query, most, among=self._among(most)).matches
        for at, match in enumerate(found):
            self._fits[match.service.id] = match
            is_narrow = any(each.is_of(match.service, self._query.needs) for each in self._narrow)
            yield match.service.id, 1.0 - at / (2 * most) - (_TOO_NARROW if is_narrow else 0.0)

    def _among(self, limit: int) -> matcher.Among | None:
        """Return which services to look at: the best of those that the filters leave."""
        unfiltered = self._filters == replace(ANY, open_now=self._filters.open_now)
        if unfiltered and len(self._known) <= _FEW:
            return None
        place = self._query.place
        most = max(_IN_ORDER, _OF_EACH * limit)
        away = place is not None and not self._directory.gazetteer.in_area(place)

        def left(query: Query) -> Iterator[Candidate]:
            for service_id in self._known.by_needs(query, self._filters, most, elsewhere=away):
                if (known := self._directory.candidate(service_id)) is not None:
                    yield known

        return left

    def _match(self, service_id: str) -> Match | None:
        """Return a service as it is shown; None if it may not be."""
        match = self._fits.get(service_id)
        if match is None:
            known = self._directory.candidate(service_id)
            if known is None or matcher.excluded(known, self._query):
                return None
            match = matcher.shown(self._directory, self._query, known)
        if self._filters.open_now and match.open_state.now is not Opening.OPEN:
            return None
        return match


def _words(known: Finder, text: str, quiet: Collection[str]) -> _Words:
    """Return the words of *text* that services may have; the *quiet* ones name no service."""
    most = log(1 + len(known)) ** 2
    sought: list[Sought] = []
    total = 0.0
    stems = {word: known.stems(word)[0] for word in plain.words(text)}
    looked_for = {w: stem for w, stem in stems.items() if not _is_everyday(w)}
    spelt = _spelt(known, looked_for, quiet)
    for word, stem in looked_for.items():
        telling = word not in quiet
        if not (forms := spelt.get(stem, ())):
            total += _UNKNOWN * most if telling else 0.0
            continue
        count = sum(map(known.frequency, forms))
        weight = log(1 + len(known) / count) ** 2 * (1.0 if telling else _MEANT)
        total += weight
        sought.append(Sought(word, forms, weight * (1.0 if stem in forms else _GUESSED), telling))
    right = frozenset(spelt.get(s, (s,))[0] for s in stems.values())
    return _Words(tuple(sought), total or 1.0, min(_SELDOM, _CLEARLY_NAMED * most), right)


def _is_everyday(word: str) -> bool:
    """Say whether *word* names nothing: too short, or an everyday one, also misspelt."""
    if len(word) < finder.SHORTEST or word in _EVERYDAY:
        return True
    wrong = (OSA.distance(word, each, score_cutoff=1) for each in _LONG_EVERYDAY)
    return len(word) >= _LONG and any(away <= 1 for away in wrong)


def _spelt(
    known: Finder, stems: Mapping[str, str], quiet: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """Return the words of the index that the first *stems* stand for; not those of no service.

    *stems*: by word. Of the *quiet* words none is taken for the beginning of another.
    """
    guesses = _MOST_GUESSED
    found: dict[str, tuple[str, ...]] = {}
    for word, stem in list(stems.items())[:MOST_WORDS]:
        if known.frequency(stem):
            found[stem] = (stem,)
        elif guesses:
            guesses -= 1
            begun = known.beginning(stem) if _may_begin(stem) and word not in quiet else ()
            if meant := begun or _nearest(known, stem):
                found[stem] = meant
    return found


def _may_begin(stem: str) -> bool:
    return len(stem) >= _SHORTEST_BEGINNING


def _nearest(known: Finder, stem: str) -> tuple[str, ...]:
    """Return the words of names that *stem* is misspelt for."""
    for letters, wrong in reversed(_WRONG):
        if len(stem) >= letters and (near := known.nearest(stem, wrong)):
            return near
    return ()


def _why(known: Finder, service: Service, words: _Words) -> list[Text]:
    """Say which words of the text *service* has, and where; the most telling ones."""
    found: list[Text] = []
    for each in sorted(words.sought, key=lambda each: -each.weight):
        if not each.telling or len(found) == _MOST_REASONS:
            continue
        if word := _word_in(known, f"{service.name} {service.organization}", each):
            found.append(Text(_IN_NAME, {"word": word}))
        elif word := _word_in(known, service.description, each):
            found.append(Text(_IN_DESCRIPTION, {"word": word}))
    return found


def _word_in(known: Finder, text: str, sought: Sought) -> str | None:
    """Return the word of *text* that stands for *sought*, as it is written there."""
    each = (word for word in _WORD.findall(text))
    return next((w for w in each if set(known.stems(w)).intersection(sought.forms)), None)


def _postcodes(text: str) -> list[str]:
    return [word for word in plain.words(text) if _POSTCODE.fullmatch(word)]
