"""Rights cards: when one may be shown to the public, and to whom it says something. Pure.

A card is public only while a coordinator's confirmation of just this text is valid. Law
changes faster than packs: so confirmations end by themselves.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from directory.model import Source
from directory.needs import is_danger

VALID = timedelta(days=180)  # guided-questions.md, rule 13: a check date under 180 days
VALID_VOLATILE = timedelta(days=30)  # issue 3: volatile cards ask again every 30 days
ASK_BEFORE = timedelta(days=3)  # the end of a confirmation
ASK_AGAIN = timedelta(days=30)  # and not earlier, however long nobody answers


@dataclass(frozen=True, slots=True)
class CardText:
    """The words of a card in one language.

    *approved*: a native speaker has read them; else the English is shown below.
    """

    title: str
    text: str
    applies_to: str
    approved: bool = False


@dataclass(frozen=True, slots=True)
class RightsCard:
    """What people may ask for, in plain words.

    *needs*, the main one first, and *stages* say under which results it is offered; no stages
    means everybody. *volatile*: the law behind it changes. *weak*: its sources do not carry
    it, so it is never public. *checked_on*: when the sources were read. *explains*: words
    that the text explains. *to_check*: for whoever confirms it. *translations*: by language.
    """

    id: str
    words: CardText
    needs: tuple[str, ...]
    stages: tuple[str, ...]
    volatile: bool
    checked_on: date
    sources: tuple[Source, ...]
    weak: bool = False
    explains: tuple[str, ...] = ()
    to_check: str | None = None
    translations: tuple[tuple[str, CardText], ...] = ()

    @property
    def danger(self) -> bool:
        """Whether reading it could harm somebody who is being watched."""
        return is_danger(self.needs)

    def in_language(self, language: str) -> CardText | None:
        """Return the words in *language*, None where there are only the English ones."""
        return dict(self.translations).get(language)


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A coordinator's word that a card is right.

    *fingerprint*: of the text that was confirmed. *by*: None once that person was forgotten.
    *asked_at*: when coordinators were last asked to look at the card again.
    """

    card_id: str
    fingerprint: str
    by: int | None
    at: datetime
    valid_until: datetime
    asked_at: datetime | None = None


class Standing(StrEnum):
    """Whether a card is public, or why it is not."""

    PUBLIC = "public"
    UNCONFIRMED = "unconfirmed"  # nobody has confirmed it, or somebody took that back
    EXPIRED = "expired"
    CHANGED = "changed"  # its text is another than the one that was confirmed
    WEAK = "weak"  # nobody can confirm it


def fingerprint(card: RightsCard) -> str:
    """Return a mark of all that a confirmation is about: the English words, for whom, when.

    Translations and sources may grow without a new confirmation.
    """
    said = (card.words.title, card.words.text, card.words.applies_to, card.needs, card.stages)
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def valid_for(card: RightsCard) -> timedelta:
    """Return how long a confirmation of *card* is valid."""
    return VALID_VOLATILE if card.volatile else VALID


def confirmed(card: RightsCard, by: int, now: datetime) -> Confirmation:
    """Return the confirmation of *card*, as it is worded now, by somebody.

    Raises:
        ValueError: the card is weak.
    """
    if card.weak:
        raise ValueError(f"{card.id} is weak")
    return Confirmation(card.id, fingerprint(card), by, now, now + valid_for(card))


def standing(card: RightsCard, confirmation: Confirmation | None, now: datetime) -> Standing:
    """Return whether *card* is public at *now*, or why not.

    A card that has become volatile since is held to the shorter time.
    """
    if card.weak:
        return Standing.WEAK
    if confirmation is None:
        return Standing.UNCONFIRMED
    if confirmation.fingerprint != fingerprint(card):
        return Standing.CHANGED
    return Standing.PUBLIC if now < valid_until(card, confirmation) else Standing.EXPIRED


def valid_until(card: RightsCard, confirmation: Confirmation) -> datetime:
    """Return the moment at which *confirmation* of *card* ends."""
    return min(confirmation.valid_until, confirmation.at + valid_for(card))


def public(
    cards: Sequence[RightsCard], confirmations: Mapping[str, Confirmation], now: datetime
) -> tuple[RightsCard, ...]:
    """Return those of *cards* that everybody may see at *now*, in their order."""
    return tuple(
        card for card in cards if standing(card, confirmations.get(card.id), now) is Standing.PUBLIC
    )


def to_ask(
    cards: Sequence[RightsCard], confirmations: Mapping[str, Confirmation], now: datetime
) -> tuple[RightsCard, ...]:
    """Return the cards that coordinators should look at again, in their order.

    Their confirmation ends within three days, has ended, or was of another text; and nobody
    was asked about them for 30 days. What was never confirmed is not asked for.
    """
    return tuple(
        card
        for card in cards
        if (known := confirmations.get(card.id)) is not None and _is_due(card, known, now)
    )


def _is_due(card: RightsCard, known: Confirmation, now: datetime) -> bool:
    if card.weak or (known.asked_at is not None and now - known.asked_at < ASK_AGAIN):
        return False
    lasts = standing(card, known, now) is Standing.PUBLIC
    return not (lasts and now < valid_until(card, known) - ASK_BEFORE)


def rights_for(
    cards: Sequence[RightsCard], needs: Sequence[str], stages: Sequence[str]
) -> tuple[RightsCard, ...]:
    """Return the *cards* that say something to somebody with *needs* in *stages*, best first.

    A card for other stages is left out; where no stage is known, cards for everybody come
    first. A card about danger is for those alone who asked about that danger.
    """
    fitting = [card for card in cards if _fits(card, needs, stages)]
    fitting.sort(key=lambda card: _place(card, needs, stages))
    return tuple(fitting)


def _fits(card: RightsCard, needs: Sequence[str], stages: Sequence[str]) -> bool:
    if card.stages and stages and not set(card.stages) & set(stages):
        return False
    asked = set(needs) & set(card.needs)
    return any(is_danger((need,)) for need in asked) if card.danger else bool(asked)


def _place(card: RightsCard, needs: Sequence[str], stages: Sequence[str]) -> tuple[int, bool, int]:
    """Return what orders cards: the need asked first, those for the stage, what they are for."""
    need = next(need for need in needs if need in card.needs)
    for_this_stage = bool(set(card.stages) & set(stages)) if stages else not card.stages
    return needs.index(need), not for_this_stage, card.needs.index(need)
