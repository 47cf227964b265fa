"""Screens of the rights cards: the list, a card, confirming one, and the reminder. Pure.

Newcomers see public cards only. Staff see every card, and which ones they must not pass on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from html import escape
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from delivery.model import Button, Content
from directory import flow, questions, rights
from directory.model import Helpline, Source
from directory.rights import CardText, Confirmation, RightsCard, Standing
from handlers import contact, guide_screens
from handlers.callbacks import Route
from handlers.guide_screens import Here
from handlers.screens import (
    Screen,
    bold,
    button,
    clear_button,
    day,
    filled,
    framed,
    italic,
    linked,
    paragraphs,
)
from locales import SOURCE, Translator
from locales.errors import Text

PER_PAGE = 5
SAFE, NOT_SAFE = "1", "0"  # the answer to whether reading is safe, in the button of a card
_SAFE_LABELS = [choice.label for choice in questions.SAFE_CHOICES]
MARK = 8  # characters of a card's fingerprint in a button
_MOST_IN_NOTICE = 7  # buttons of cards under the reminder, beside the one to all cards


@dataclass(frozen=True, slots=True)
class Known:
    """A card, what was confirmed about it, and whether it is public now."""

    card: RightsCard
    confirmation: Confirmation | None
    standing: Standing


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a card: *staff* see what is not public, *confirms* may make it public.

    *zone*: in which days are counted. *origin*: a page of the list, or the packed answers of
    the results from which the card was opened.
    """

    zone: ZoneInfo
    origin: str = "0"
    staff: bool = False
    confirms: bool = False

    @property
    def packed(self) -> str:
        """The answers of the guide to come back to, empty from the list."""
        return "" if self.origin.isdigit() else self.origin


def listing(t: Translator, cards: Sequence[Known], page: int, *, staff: bool) -> Screen:
    """Show a page of cards as buttons; staff see which of them everybody sees."""
    pages = max(1, -(-len(cards) // PER_PAGE))
    page %= pages
    rows = [
        (button(_label(t, each, staff=staff), Route.RIGHT, each.card.id, page),)
        for each in cards[page * PER_PAGE : (page + 1) * PER_PAGE]
    ]
    if pages > 1:
        label = t.fill(t.gettext("Next page ({page} of {pages})"), page=page + 1, pages=pages)
        rows.append((button(label, Route.RIGHTS, page + 1),))
    text = paragraphs(
        t,
        bold(t.gettext("Know your rights")),
        escape(t.gettext("What do you want to know about?")),
        escape(t.gettext("✅: everybody sees this card. ❗: only staff see it."))
        if staff
        else None,
        _in_english(t, cards),
    )
    return replace(framed(t, text, tuple(rows), packed="", back=None), after_promise=True)


def nothing(t: Translator, helplines: Sequence[Helpline], *, outage: bool = False) -> Screen:
    """Say honestly why no card is shown, and who can tell about rights instead."""
    why = (
        t.gettext("I cannot look at the cards about your rights now. Please try again later.")
        if outage
        else t.gettext("Nobody has checked the cards about your rights yet. So I show none.")
    )
    text = paragraphs(
        t,
        bold(t.gettext("Know your rights")),
        escape(why),
        escape(t.gettext("These people can tell you what you may ask for.")),
        guide_screens.lines(t, helplines),
    )
    start = button(t.gettext("Find help"), Route.GUIDE, "")
    return framed(t, text, ((start,),), packed="", back=None)


def safe_first(t: Translator, card: RightsCard, reader: Reader) -> Screen:
    """Ask whether reading is safe, before anything about danger is on the screen."""
    text = paragraphs(
        t,
        bold(t.say(Text(questions.SAFE_TEXT))),
        italic(t.say(Text(questions.SAFE_WHY))),
        guide_screens.unchecked(t, f"{questions.SAFE_TEXT} {' / '.join(_SAFE_LABELS)}"),
    )
    rows = (
        (button(t.gettext("Yes"), Route.RIGHT, card.id, reader.origin, SAFE),),
        (button(t.gettext("Not now"), Route.RIGHT, card.id, reader.origin, NOT_SAFE),),
    )
    shown = framed(t, text, rows, packed=reader.packed, back=_back(t, reader))
    return replace(shown, after_promise=True)


def not_now(t: Translator) -> Screen:
    """Show a neutral text to somebody for whom reading is not safe now."""
    return guide_screens.not_now(t, Here(""))


def card(t: Translator, known: Known, reader: Reader) -> Screen:
    """Show a card: the words, for whom, the sources with their dates, who stands by it."""
    shown = known.card
    text = paragraphs(
        t,
        # what the list of chats shows of the message: neutral where it could do harm
        escape(t.gettext("Here is what you asked for.")) if shown.danger else None,
        _banner(t, known.standing),
        _words(t, shown),
        escape(t.gettext("Rules change and your case may be different. Ask a qualified adviser.")),
        _sources(t, shown.sources),
        _confirmed(t, known, reader),
        _to_check(t, shown) if reader.staff else None,
    )
    find = button(
        t.gettext("Find help with this"), Route.GUIDE, flow.pack(flow.searched(shown.needs[0]))
    )
    clear = (clear_button(t),) if shown.danger and not reader.staff else ()
    rows = [(find, *clear)]
    if reader.confirms and known.standing is not Standing.WEAK:
        rows.append(_acts(t, known, reader))
    shown_card = framed(t, text, tuple(rows), packed=reader.packed, back=_back(t, reader))
    return replace(shown_card, after_promise=True)


def ask(t: Translator, card: RightsCard, reader: Reader, until: date) -> Screen:
    """Ask a coordinator once more before everybody can read the card."""
    title = filled(t, t.gettext("Show “{title}” to everybody?"), title=card.words.title)
    text = paragraphs(
        t,
        f"<b>{title}</b>",
        filled(t, t.gettext("They will see it until {date}."), date=day(t, until)),
        escape(t.gettext("Say yes only if you looked at its sources today and all is right.")),
        _to_check(t, card),
    )
    mark = rights.fingerprint(card)[:MARK]
    yes = button(
        t.gettext("Yes, show it to everybody"), Route.RIGHT_ACT, card.id, "yes", reader.origin, mark
    )
    back = button(t.gettext("‹ Back"), Route.RIGHT, card.id, reader.origin, SAFE)
    return framed(t, text, ((yes,),), packed=reader.packed, back=back)


def reminder(t: Translator, due: Sequence[Known], zone: ZoneInfo) -> Content:
    """Tell a coordinator which cards need to be looked at again."""
    lines = "\n".join(f"• {_due(t, each, zone)}" for each in due)
    text = paragraphs(
        t,
        bold(t.gettext("Please look at these cards about rights again:")),
        lines,
        escape(
            t.gettext(
                "Only you can say that they are still right. After its last day I hide a card."
            )
        ),
    )
    rows = [
        (button(each.card.words.title, Route.RIGHT, each.card.id, 0),)
        for each in due[:_MOST_IN_NOTICE]
    ]
    return Content((text,), (*rows, (button(t.gettext("All cards"), Route.RIGHTS, 0),)))


def offer(t: Translator, card: RightsCard) -> str:
    """Return the words of a button or link that leads to *card*."""
    return t.fill(t.gettext("Your rights: {title}"), title=_title(t, card))


def _title(t: Translator, card: RightsCard) -> str:
    words = card.in_language(t.language)
    return card.words.title if words is None else words.title


def _label(t: Translator, known: Known, *, staff: bool) -> str:
    title = _title(t, known.card)
    if not staff:
        return title
    return f"✅ {title}" if known.standing is Standing.PUBLIC else f"❗ {title}"


def _in_english(t: Translator, cards: Sequence[Known]) -> str | None:
    """Say that cards are in English where they are, before somebody opens one."""
    if t.language == SOURCE or all(each.card.in_language(t.language) for each in cards):
        return None
    return italic(t.gettext("Some cards are in English only."))


def _back(t: Translator, reader: Reader) -> Button:
    if reader.packed:
        return button(t.gettext("‹ Back"), Route.RESULTS, reader.packed, 0)
    return button(t.gettext("‹ Back"), Route.RIGHTS, reader.origin)


def _banner(t: Translator, standing: Standing) -> str | None:
    words = {
        Standing.PUBLIC: None,
        Standing.UNCONFIRMED: t.gettext("⚠️ Not confirmed yet: do not pass on."),
        Standing.EXPIRED: t.gettext("⚠️ The last check is too old: do not pass on."),
        Standing.CHANGED: t.gettext("⚠️ Changed since the last check: do not pass on."),
        Standing.WEAK: t.gettext("⚠️ Its sources are weak: never pass it on."),
    }[standing]
    return None if words is None else f"<b>{escape(words)}</b>"


def _words(t: Translator, card: RightsCard) -> str:
    """Return what the card says; English is marked as such, or stands below an unread draft."""
    own = card.in_language(t.language)
    if own is None:
        english = _whole(t, card.words, english=True)
        if t.language == SOURCE:
            return english
        return italic(t.gettext("This text is in English.")) + "\n" + english
    if own.approved:
        return _whole(t, own)
    note = italic(t.gettext("No native speaker has checked this text. In English:"))
    english = _whole(t, card.words, english=True)
    return f"{_whole(t, own)}\n\n{note}\n{english}"


def _whole(t: Translator, words: CardText, *, english: bool = False) -> str:
    marked = t.english if english else str
    title = f"<b>{escape(words.title, quote=False)}</b>"
    who = f"👤 {escape(words.applies_to, quote=False)}"
    # marked as whole lines: a sign before the mark would turn the line round
    return marked("\n\n".join((title, escape(words.text, quote=False), who)))


def _sources(t: Translator, sources: Sequence[Source]) -> str:
    """List the pages, each by its site and the date that it shows."""
    listed = []
    for source in sources:
        site = linked(source.url, urlsplit(source.url).netloc.removeprefix("www."))
        dated = contact.stated(t, (source.stated_date or "").removeprefix("about "))
        undated = escape(t.gettext("no date"))
        listed.append(f"{t.isolate(site)} ({dated or undated})")
    return "ℹ️ " + escape(t.gettext("From these pages:")) + " " + ", ".join(listed)


def _confirmed(t: Translator, known: Known, reader: Reader) -> str | None:
    """Say on which day a person stood by the card; staff see until when."""
    if known.confirmation is None or known.standing is not Standing.PUBLIC:
        return None
    at = known.confirmation.at.astimezone(reader.zone).date()
    said = filled(t, t.gettext("✅ A person checked this on {date}."), date=day(t, at))
    if not reader.staff:
        return said
    until = rights.valid_until(known.card, known.confirmation).astimezone(reader.zone).date()
    return f"{said} " + filled(t, t.gettext("Everybody sees it until {date}."), date=day(t, until))


def _to_check(t: Translator, card: RightsCard) -> str | None:
    if card.to_check is None:
        return None
    heading = escape(t.gettext("Look at this first:"))
    return f"🔎 {heading} {t.isolate(escape(card.to_check, quote=False))}"


def _acts(t: Translator, known: Known, reader: Reader) -> tuple[Button, ...]:
    card_id, origin = known.card.id, reader.origin
    confirm = button(t.gettext("This is right today"), Route.RIGHT_ACT, card_id, "ask", origin)
    if known.standing is not Standing.PUBLIC:
        return (confirm,)
    take_back = button(t.gettext("Take it back"), Route.RIGHT_ACT, card_id, "back", origin)
    return confirm, take_back


def _due(t: Translator, known: Known, zone: ZoneInfo) -> str:
    """Say why a card is on the list: it has changed, has run out, or will."""
    title = known.card.words.title
    if known.standing is Standing.CHANGED or known.confirmation is None:
        return filled(t, t.gettext("{title}: the text has changed"), title=title)
    until = rights.valid_until(known.card, known.confirmation).astimezone(zone).date()
    return filled(t, t.gettext("{title}: checked until {date}"), title=title, date=day(t, until))
