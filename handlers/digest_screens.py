"""Screens of the digest: as a subscriber gets it, and the coordinators' review. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from html import escape
from zlib import crc32

from delivery.model import Button, CampaignState, Content
from digests.clean import shorten
from digests.compile import compile_daily, compile_digest, is_past
from digests.edition import NOTHING_BESIDE, Beside, Digest, Edition, EditionState, Empty
from digests.item import StoredItem
from digests.lines import count, need_key, parts_of, section_name, summary, title
from digests.topics import Topic, topic_name
from directory.needs import NEEDS
from handlers import reading_screens
from handlers.callbacks import Route
from handlers.item_screens import LONGEST_TITLE, going
from handlers.price_screens import cost, priced
from handlers.reading_screens import Opened
from handlers.screens import Rows, Screen, bold, button, filled, italic, paragraphs
from locales import Translator
from locales.errors import Text

ITEMS_PER_PAGE = 8
_MOST_PAST = 3


@dataclass(frozen=True, slots=True)
class Review:
    """What the coordinators look at: the week's *items* in order, and what surrounds them.

    *today*: the day from which dates are counted, never before the day on which it leaves.
    *left_out*: accepted posts that nobody gets, because they are past. *waiting* and *held*:
    posts in the two queues. *going*: how many of them lose their words within a week.
    *subscribers*: chats and mailboxes that get the digest. *sending*: the state of its campaign,
    of which there is a report; None while it is not in the outbox. *empty*: what subscribers get
    in a week without news. *stars*: what sending it costs at most, None where nothing is paid
    for.
    """

    edition: Edition
    items: Sequence[StoredItem]
    waiting: int
    held: int
    subscribers: int
    today: date
    left_out: Sequence[StoredItem] = ()
    sending: CampaignState | None = None
    going: int = 0
    empty: Empty = Empty.SILENT
    stars: int | None = None

    @property
    def beside(self) -> Beside:
        """Return what the edition tells beside the posts."""
        return self.edition.beside or NOTHING_BESIDE

    @property
    def is_empty(self) -> bool:
        """Say whether it tells nothing at all."""
        return not (self.items or self.edition.note or parts_of(self.beside))


def on_day(shown: Review, day: date) -> Review:
    """Return what somebody gets whose copy leaves on *day*: without what is past by then.

    Readers who chose another day get theirs up to six days later than the others.
    """
    if day <= shown.today:
        return shown
    ahead = [each for each in shown.items if not is_past(each, day)]
    meetings = tuple(each for each in shown.beside.meetings if each.on >= day)
    edition = replace(shown.edition, beside=replace(shown.beside, meetings=meetings))
    return replace(shown, today=day, items=ahead, edition=edition)


def digest_of(shown: Review, every: Sequence[Topic], wanted: Collection[str]) -> Digest:
    """Return the digest as somebody who wants these topics gets it; empty: all."""
    return compile_digest(
        shown.edition.week,
        shown.items,
        wanted,
        every,
        today=shown.today,
        note=shown.edition.note,
        beside=shown.beside,
    )


def has_news(digest: Digest, wanted: Collection[str]) -> bool:
    """Say whether there is anything to send: posts, or for those who want all, what is beside.

    Nobody who chose topics gets a digest with nothing in them.
    """
    if digest.sections or wanted:
        return bool(digest.sections)
    return bool(digest.note or parts_of(digest.beside))


def names_of(t: Translator, every: Sequence[Topic]) -> dict[str, str]:
    """Return what topics are called, and what needs are, for `digests.render`."""
    needs = {need_key(need): t.say(Text(known.fit)) for need, known in NEEDS.items()}
    return needs | {each.id: topic_name(each, t.language) for each in every}


def content(
    t: Translator,
    every: Sequence[Topic],
    shown: Review,
    wanted: Collection[str],
    public_url: str | None = None,
    pictures: str | None = None,
) -> Content | None:
    """Return the digest as a reader of *t* who wants these topics gets it; None: nothing.

    One message: whole, or if it is too long its headlines, with a button for each section
    and a link to our pages at *public_url*. In a week without news that is one calm line or
    nothing, as the setting says. *pictures* as in `Digest`. Under it, one tap to change the
    topics or to stop.
    """
    digest = digest_of(shown, every, wanted)
    if not has_news(digest, wanted):
        if shown.empty is Empty.SILENT:
            return None
        digest = Digest(digest.week, ())
    page = reading_screens.address(public_url, digest.week)
    opened = Opened(digest.week, digest, names_of(t, every), page, pictures=pictures)
    return reading_screens.message(t, opened)


def daily(
    t: Translator,
    every: Sequence[Topic],
    items: Sequence[StoredItem],
    wanted: Collection[str],
    today: date,
    pictures: str | None = None,
) -> Content | None:
    """Return the news of *today* as this reader gets them; None: nothing new for them."""
    digest = compile_daily(items, wanted, every, today=today)
    if not digest.sections:
        return None
    names = names_of(t, every)
    opened = Opened(today.isoformat(), digest, names, pictures=pictures)
    return reading_screens.message(t, opened)


def fingerprint(shown: Review) -> str:
    """Return a short mark of exactly these posts, words and order, for a button."""
    said = [shown.edition.note, *((each.id, title(each), summary(each)) for each in shown.items)]
    return f"{crc32(repr(said).encode()):08x}"


def review(t: Translator, shown: Review, page: int) -> Screen:
    """Show a page of the week's items with what a coordinator can do about them."""
    pages = max(1, -(-len(shown.items) // ITEMS_PER_PAGE))
    page %= pages
    start = page * ITEMS_PER_PAGE
    listed = shown.items[start : start + ITEMS_PER_PAGE]
    note = shown.edition.note
    text = paragraphs(
        t,
        bold(t.fill(t.gettext("Digest of week {week}"), week=shown.edition.week)),
        _standing(t, shown),
        _size(t, shown),
        italic(t.isolate(note)) if note else None,
        _numbered(t, listed, start),
        _also(t, shown),
        _past(t, shown),
        _queues(t, shown),
        cost(t, shown.stars) if shown.edition.state is not EditionState.APPROVED else None,
    )
    return Screen(text, _acts(t, shown, page, pages))


def ready(t: Translator, shown: Review) -> Content:
    """Tell a coordinator that the week's digest waits for review."""
    return _notice(t, shown, t.gettext("The digest of week {week} is ready for you"))


def reminder(t: Translator, shown: Review) -> Content:
    """Tell a coordinator that the digest's time has come and it still waits for somebody."""
    if shown.edition.state is EditionState.HELD:
        return _notice(t, shown, t.gettext("The digest of week {week} is still on hold"))
    return _notice(t, shown, t.gettext("The digest of week {week} still waits for you"))


def unseen(t: Translator, shown: Review) -> Content:
    """Tell a coordinator that nobody looked, so that the digest leaves as it stood."""
    sentence = t.gettext("Nobody looked at the digest of week {week}, so it leaves as it is")
    return _notice(t, shown, sentence)


def _notice(t: Translator, shown: Review, sentence: str) -> Content:
    heading = filled(t, sentence, week=shown.edition.week)
    text = paragraphs(t, f"<b>{heading}</b>", _size(t, shown), _queues(t, shown))
    look = button(t.gettext("Look at it"), Route.EDITION, shown.edition.week, 0)
    return Content((text,), ((look,),))


def _standing(t: Translator, shown: Review) -> str:
    return escape(
        {
            EditionState.DRAFT: t.gettext("Please check it. Nothing is sent before you approve."),
            EditionState.HELD: t.gettext("On hold. Nothing is sent before somebody approves."),
            EditionState.APPROVED: _approved(t, shown.sending),
        }[shown.edition.state]
    )


def _approved(t: Translator, sending: CampaignState | None) -> str:
    if sending is None:
        return t.gettext("Approved. It waits for its time.")
    if sending is CampaignState.CANCELLED:
        return t.gettext("Approved, but then stopped for good.")
    if sending is not CampaignState.ACTIVE:
        return t.gettext("Approved, but it stands still. “How it was sent” says why.")
    return t.gettext("Approved. It is on its way or has arrived.")


def _size(t: Translator, shown: Review) -> str:
    if not shown.items:
        return escape(_no_posts(t, shown))
    posts = t.ngettext("{n} post", "{n} posts", len(shown.items))
    people = t.ngettext("{n} subscriber", "{n} subscribers", shown.subscribers)
    return f"{filled(t, posts, n=len(shown.items))} · {filled(t, people, n=shown.subscribers)}"


def _no_posts(t: Translator, shown: Review) -> str:
    approved = shown.edition.state is EditionState.APPROVED
    if not shown.is_empty:
        return t.gettext("No posts this week, but other news.")
    if shown.empty is Empty.SHORT:
        if approved:
            return t.gettext("There were no posts this week. Subscribers get a short line.")
        return t.gettext("No posts this week. If you approve, subscribers get a short line.")
    if approved:
        return t.gettext("There were no posts this week, so nothing was sent.")
    return t.gettext("No posts this week. If you approve, nothing is sent.")


def _numbered(t: Translator, items: Sequence[StoredItem], start: int) -> str:
    return "\n".join(
        f"{n}. {'📌 ' if each.pinned else ''}" + _titled(t, each)
        for n, each in enumerate(items, start=start + 1)
    )


def _titled(t: Translator, item: StoredItem) -> str:
    short = shorten(title(item), LONGEST_TITLE)
    if item.corrects is None:
        return t.isolate(escape(short))
    return filled(t, t.gettext("Correction: {title}"), title=short)


def _also(t: Translator, shown: Review) -> str | None:
    """Name what stands beside the posts, with how much of it there is."""
    digest = Digest(shown.edition.week, (), beside=shown.beside)
    parts = [
        f"{section_name(part, t, {})} ({t.isolate(str(count(digest, part)))})"
        for part in parts_of(shown.beside)
    ]
    return filled(t, t.gettext("Also in it: {parts}"), parts=" · ".join(parts)) if parts else None


def _past(t: Translator, shown: Review) -> str | None:
    """Say how many posts nobody gets because they are past, and name the first."""
    total = len(shown.left_out)
    if not total:
        return None
    sentence = t.ngettext(
        "{n} post is past, so it is left out:", "{n} posts are past, so they are left out:", total
    )
    named = [
        f"• {t.isolate(escape(shorten(title(each), LONGEST_TITLE)))}"
        for each in shown.left_out[:_MOST_PAST]
    ]
    if total > _MOST_PAST:
        more = t.ngettext("and {n} more", "and {n} more", total - _MOST_PAST)
        named.append(filled(t, more, n=total - _MOST_PAST))
    return "\n".join([filled(t, sentence, n=total), *named])


def _queues(t: Translator, shown: Review) -> str:
    sentence = t.gettext("Waiting for a check: {waiting}. Held as spam: {held}.")
    told = filled(t, sentence, waiting=shown.waiting, held=shown.held)
    return f"{told}\n{escape(going(t, shown.going))}" if shown.going else told


def _acts(t: Translator, shown: Review, page: int, pages: int) -> Rows:
    """Return at most eight buttons: what cannot be done any more has none."""
    week, mark = shown.edition.week, fingerprint(shown)
    is_open = shown.edition.state is not EditionState.APPROVED
    rows: list[tuple[Button, ...]] = []
    if pages > 1:
        label = t.fill(t.gettext("Next page ({page} of {pages})"), page=page + 1, pages=pages)
        rows.append((button(label, Route.EDITION, week, page + 1),))
    if is_open:
        change = button(t.gettext("Change a post"), Route.DRAFT, "pick", 0)
        note = button(t.gettext("Opening words"), Route.DRAFT, "note")
        rows.append((change, note) if shown.items else (note,))
    rows.append((button(t.gettext("See it as subscribers do"), Route.EDITION_ACT, week, "see"),))
    rows.append(
        (
            button(t.gettext("Waiting posts"), Route.QUEUE, "review", 0),
            button(t.gettext("Held as spam"), Route.QUEUE, "reject", 0),
        )
    )
    if shown.sending is not None:
        rows.append((button(t.gettext("How it was sent"), Route.CAMPAIGN, "d", week, "look"),))
    if is_open:
        label = priced(t, t.gettext("Approve and send"), shown.stars)
        approve = button(label, Route.EDITION_ACT, week, "approve", mark)
        hold = button(t.gettext("Hold"), Route.EDITION_ACT, week, "hold", mark)
        rows.append((approve, hold) if shown.edition.state is EditionState.DRAFT else (approve,))
    return tuple(rows)
