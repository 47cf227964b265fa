"""Screens on which coordinators change a draft: its order, its words, its note; and try it. Pure.

At most eight buttons each, so that they can be read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import escape
from typing import TypeVar

import locales
from delivery.model import Button
from digests.clean import SUMMARY_LENGTH, TITLE_LENGTH, shorten
from digests.compile import Move
from digests.edition import Edition
from digests.item import StoredItem
from digests.lines import dates, headline, summary, title
from digests.topics import Topic, topic_name
from handlers.callbacks import Route
from handlers.digest_screens import Review
from handlers.item_screens import LONGEST_TITLE
from handlers.screens import Rows, Screen, bold, button, filled, italic, paragraphs
from locales import Translator

_Thing = TypeVar("_Thing")
NOTE_LENGTH = 500  # characters; with the longest headlines still one message
_PER_PAGE = 6  # posts, languages or topics, with next page and back: eight buttons
LONGEST = {"headline": TITLE_LENGTH, "line": SUMMARY_LENGTH, "note": NOTE_LENGTH}


class Through(StrEnum):
    """How a reader gets the digest."""

    CHAT = "t"
    MAIL = "m"


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader to see the digest as. *topics*: one bit for each topic of the pack; 0: all."""

    language: str
    topics: int = 0
    through: Through = Through.CHAT

    @property
    def args(self) -> tuple[str, str, str]:
        """Return it for a button."""
        return self.language, f"{self.topics:x}", self.through.value


def pick(t: Translator, shown: Review, page: int) -> Screen:
    """List the posts of the draft, each with a number to press."""
    listed, page, pages = _page(shown.items, page)
    start = page * _PER_PAGE
    lines = [
        f"{n}. {_marks(each)}{t.isolate(escape(shorten(title(each), LONGEST_TITLE)))}"
        for n, each in enumerate(listed, start=start + 1)
    ]
    numbers = [
        button(str(n), Route.DRAFT, "post", each.id, page)
        for n, each in enumerate(listed, start=start + 1)
    ]
    text = paragraphs(
        t, bold(t.gettext("Which post do you want to change?")), "\n".join(lines) or None
    )
    rows = [tuple(numbers[at : at + 3]) for at in range(0, len(numbers), 3)]
    return Screen(text, (*rows, *_next(t, page, pages, "pick"), (_to_digest(t),)))


def post(t: Translator, shown: Review, item: StoredItem, page: int, mark: str) -> Screen:
    """Show a post of the draft as it will read, with what can be done about it.

    *mark*: of the digest as it is shown, so that a second press moves nothing twice.
    """
    place = [each.id for each in shown.items].index(item.id) + 1
    text = paragraphs(
        t,
        filled(t, t.gettext("Post {n} of {total}"), n=place, total=len(shown.items)),
        _as_read(t, shown, item),
    )
    label = t.gettext("Unpin it") if item.pinned else t.gettext("📌 Pin it")
    rows: Rows = (
        (
            button(t.gettext("⬆️ Up"), Route.DRAFT, Move.UP.value, item.id, page, mark),
            button(t.gettext("⬇️ Down"), Route.DRAFT, Move.DOWN.value, item.id, page, mark),
        ),
        (
            button(t.gettext("To the top"), Route.DRAFT, Move.TOP.value, item.id, page, mark),
            button(label, Route.DRAFT, "pin", item.id, page, int(not item.pinned)),
        ),
        (
            button(t.gettext("Change the words"), Route.DRAFT, "words", item.id, page),
            button(t.gettext("Why it is here"), Route.ITEM, item.id, "e", 0),
        ),
        (
            button(t.gettext("Leave it out"), Route.ITEM_ACT, item.id, "reject", "e", 0),
            button(t.gettext("‹ Back"), Route.DRAFT, "pick", page),
        ),
    )
    return Screen(text, rows)


def words(t: Translator, item: StoredItem, page: int) -> Screen:
    """Show the words of a post as they will read and as it came, to change or to take back."""
    changed = item.headline is not None or item.line is not None
    came = [escape(t.isolate(item.item.title)), escape(t.isolate(item.item.summary))]
    text = paragraphs(
        t,
        bold(t.gettext("As it will read")),
        _said(t, title(item), summary(item)),
        italic(t.gettext("As it came")) if changed else None,
        "\n".join(each for each in came if each) if changed else None,
    )
    rows: list[tuple[Button, ...]] = [
        (button(t.gettext("Write another headline"), Route.DRAFT, "headline", item.id, page),),
        (button(t.gettext("Write another text"), Route.DRAFT, "line", item.id, page),),
    ]
    if changed:
        take_back = t.gettext("Take back the old words")
        rows.append((button(take_back, Route.DRAFT, "old", item.id, page),))
    rows.append((button(t.gettext("‹ Back"), Route.DRAFT, "post", item.id, page),))
    return Screen(text, tuple(rows))


def ask(t: Translator, step: str, now: str) -> Screen:
    """Ask for the words of *step*: a headline, a line or the note; *now*: as they are."""
    asked = {
        "headline": t.gettext("Please write the headline."),
        "line": t.gettext("Please write the text below the headline."),
        "note": t.gettext("Please write the opening words of this digest."),
    }[step]
    most = filled(t, t.gettext("At most {n} characters. Send /cancel to stop."), n=LONGEST[step])
    says = escape(t.gettext("Now it says:"))
    old = f"{says}\n{escape(t.isolate(now))}" if now else None
    return Screen(paragraphs(t, escape(asked), most, old))


def note(t: Translator, edition: Edition) -> Screen:
    """Show the opening words, to write, change or remove."""
    heading = filled(
        t, t.gettext("The opening words of the digest of week {week}"), week=edition.week
    )
    if edition.note is None:
        said = escape(t.gettext("There are none."))
        write = t.gettext("Write them")
    else:
        said, write = escape(t.isolate(edition.note)), t.gettext("Change them")
    rows: list[tuple[Button, ...]] = [(button(write, Route.DRAFT, "write", edition.week),)]
    if edition.note is not None:
        remove = t.gettext("Remove them")
        rows.append((button(remove, Route.DRAFT, "unnote", edition.week),))
    rows.append((_to_digest(t),))
    return Screen(paragraphs(t, f"<b>{heading}</b>", said), tuple(rows))


def see(t: Translator, reader: Reader, every: Sequence[Topic], *, mail: bool) -> Screen:
    """Let a coordinator choose as whom to see the digest; *mail*: it also goes by e-mail."""
    names = ", ".join(topic_name(each, t.language) for each in chosen(reader, every))
    through = {
        Through.CHAT: t.gettext("In Telegram"),
        Through.MAIL: t.gettext("By e-mail"),
    }
    text = paragraphs(
        t,
        bold(t.gettext("See the digest as a reader gets it")),
        filled(t, t.gettext("Language: {name}"), name=locales.native_name(reader.language)),
        filled(t, t.gettext("Topics: {topics}"), topics=names or t.gettext("all")),
        escape(through[reader.through]) if mail else None,
    )
    rows: list[tuple[Button, ...]] = [
        (button(t.gettext("Show it"), Route.DRAFT, "show", *reader.args),),
        (
            button(t.gettext("Another language"), Route.DRAFT, "language", *reader.args, 0),
            button(t.gettext("Other topics"), Route.DRAFT, "topics", *reader.args, 0),
        ),
    ]
    if mail:
        other = Through.MAIL if reader.through is Through.CHAT else Through.CHAT
        changed = Reader(reader.language, reader.topics, other)
        rows.append((button(through[other], Route.DRAFT, "see", *changed.args),))
    return Screen(text, (*rows, (_to_digest(t),)))


def see_languages(t: Translator, reader: Reader, page: int) -> Screen:
    """Let a coordinator choose the reader's language."""
    listed, page, pages = _page(locales.supported(), page)
    choices = [
        button(
            locales.native_name(code),
            Route.DRAFT,
            "see",
            *Reader(code, reader.topics, reader.through).args,
        )
        for code in listed
    ]
    rows = [tuple(choices[at : at + 2]) for at in range(0, len(choices), 2)]
    text = escape(t.gettext("Which language does the reader have?"))
    more = _next(t, page, pages, "language", *reader.args)
    return Screen(t.directed(text), (*rows, *more, (_to_reader(t, reader),)))


def see_topics(t: Translator, reader: Reader, every: Sequence[Topic], page: int) -> Screen:
    """Let a coordinator choose the reader's topics; none chosen means all."""
    listed, page, pages = _page(every, page)
    rows = []
    for number, each in enumerate(listed, start=page * _PER_PAGE):
        mark = "☑️ " if reader.topics >> number & 1 else "⬜️ "
        changed = Reader(reader.language, reader.topics ^ (1 << number), reader.through)
        label = mark + topic_name(each, t.language)
        rows.append((button(label, Route.DRAFT, "topics", *changed.args, page),))
    text = escape(t.gettext("Which topics does the reader have? With none chosen it is all."))
    more = _next(t, page, pages, "topics", *reader.args)
    return Screen(t.directed(text), (*rows, *more, (_to_reader(t, reader),)))


def chosen(reader: Reader, every: Sequence[Topic]) -> list[Topic]:
    """Return the topics that the reader has chosen; none: all."""
    return [each for number, each in enumerate(every) if reader.topics >> number & 1]


def _as_read(t: Translator, shown: Review, item: StoredItem) -> str:
    when = dates(item, shown.today.year, shown.today, t)
    lines = [f"<b>{_marks(item)}{escape(headline(item, t))}</b>"]
    lines += [f"🗓 {escape(each)}" for each in when]
    lines.append(escape(t.isolate(summary(item))))
    return "\n".join([*lines, escape(item.item.link or "")]).strip()


def _said(t: Translator, first: str, second: str) -> str:
    return f"<b>{escape(t.isolate(first))}</b>\n{escape(t.isolate(second))}".strip()


def _marks(item: StoredItem) -> str:
    return "📌 " if item.pinned else ""


def _page(things: Sequence[_Thing], page: int) -> tuple[Sequence[_Thing], int, int]:
    pages = max(1, -(-len(things) // _PER_PAGE))
    page %= pages
    return things[page * _PER_PAGE : (page + 1) * _PER_PAGE], page, pages


def _next(t: Translator, page: int, pages: int, *args: str) -> Rows:
    if pages == 1:
        return ()
    label = t.fill(t.gettext("Next page ({page} of {pages})"), page=page + 1, pages=pages)
    return ((button(label, Route.DRAFT, *args, (page + 1) % pages),),)


def _to_reader(t: Translator, reader: Reader) -> Button:
    return button(t.gettext("‹ Back"), Route.DRAFT, "see", *reader.args)


def _to_digest(t: Translator) -> Button:
    return button(t.gettext("‹ Back to the digest"), Route.EDITION, "now", 0)
