"""Tables of rights.toml to rights cards; all problems at once. Pure."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator

from directory.fields import (
    DATE,
    CardId,
    CardTitle,
    Day,
    Language,
    Needs,
    Note,
    OnlyStages,
    ShortNote,
    Url,
    Words,
    fail,
)
from directory.model import Source
from directory.records import Record
from directory.rights import CardText, RightsCard
from directory.source import checked

FILE = "rights.toml"


class _SourceRow(Record):
    url: Url
    date: Annotated[str, Field(pattern=DATE)] | None = None


class _TextRow(Record):
    title: CardTitle
    text: Note
    applies_to: ShortNote
    approved: bool = False


class _CardRow(Record):
    id: CardId
    title: CardTitle
    text: Note
    applies_to: ShortNote
    needs: Needs
    stages: OnlyStages
    volatile: bool
    weak: bool = False
    checked_on: Day
    explains: list[Words]
    to_check: ShortNote | None = None
    sources: Annotated[list[_SourceRow], Field(min_length=1, max_length=6)]
    translations: dict[Language, _TextRow] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for word in self.explains:
            if word.lower() not in self.text.lower():
                raise fail("explains", word)
        return self


def read_rights(rows: Sequence[object], *, file: str = FILE) -> tuple[RightsCard, ...]:
    """Return the rights cards of *rows*, in their order.

    Raises:
        BrokenSource: something is wrong with a row; lists everything wrong with any row.
    """
    return tuple(_card(row) for row in checked(_CardRow, rows, file))


def _card(row: _CardRow) -> RightsCard:
    return RightsCard(
        id=row.id,
        words=CardText(row.title, row.text, row.applies_to, approved=True),
        needs=tuple(row.needs),
        stages=tuple(row.stages),
        volatile=row.volatile,
        weak=row.weak,
        checked_on=date.fromisoformat(row.checked_on),
        sources=tuple(Source(each.url, each.date) for each in row.sources),
        explains=tuple(row.explains),
        to_check=row.to_check,
        translations=tuple(
            (language, CardText(words.title, words.text, words.applies_to, words.approved))
            for language, words in row.translations.items()
        ),
    )
