"""Sentences that wait for their translation: marked here, translated at the edge."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


def N_(sentence: str) -> str:  # noqa: N802  (the gettext convention for "mark, do not translate yet")
    """Mark *sentence* for extraction and return it unchanged."""
    return sentence


@dataclass(frozen=True, slots=True)
class Text:
    """An English sentence from the catalogue with the values of its ``{fields}``.

    Pure code returns it where a person will read something; whoever knows the reader's
    language turns it into words with `Translator.say`. Values are plain, never marked up; a
    date stands for its weekday.
    """

    sentence: str
    fields: Mapping[str, str | int | date] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return the English words, for logs and for the command line."""
        values = {k: f"{v:%A}" if isinstance(v, date) else v for k, v in self.fields.items()}
        return self.sentence.format(**values)


class UserError(Exception):
    """The person can put it right; carries a sentence that is translated at the edge.

    Subclasses set `message` to an English sentence marked with `N_`; its fields are given
    by name and escaped when shown.
    """

    message = N_("Something was not right. Please try again.")

    def __init__(self, **fields: str | int) -> None:
        self.text = Text(self.message, fields)
        super().__init__(str(self.text))
