"""What the learned part of the judge learns from, and what it then says. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class Label(StrEnum):
    """What somebody says that a text is."""

    NEWS = "news"  # what partners publish
    CHAT = "chat"  # harmless, but no news of a partner
    SPAM = "spam"


@dataclass(frozen=True, slots=True)
class Example:
    """A text of which somebody says what it is.

    *decided*: coordinators here said so. *whole*: its single sentences say nothing, for a copied
    post with one sentence of advertising is spam.
    """

    title: str
    text: str
    label: Label
    decided: bool = False
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Likeness:
    """How like spam, and how like partners' news, a post is: each from 0 to 1."""

    spam: float
    news: float
