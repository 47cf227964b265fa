"""Screens of what became of a campaign: an urgent update or a digest. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from html import escape

import locales
from delivery.broadcast import Broadcast
from delivery.model import Button, Content, Tally
from handlers import broadcast_screens, mail_screens, report_words
from handlers.callbacks import Route
from handlers.price_screens import cost, priced
from handlers.screens import Rows, Screen, bold, button, filled, paragraphs
from locales import Translator
from people.answers import Receipts
from people.voice import FEWEST

BROADCAST = "broadcast"
DIGEST = "digest"
DAILY = "daily"
REMIND, CORRECT, RECALL = "remind", "correct", "recall"
KINDS = {  # what a button says, and the name's first word
    "b": BROADCAST,
    "d": DIGEST,
    "n": DAILY,
    "f": REMIND,
    "c": CORRECT,
    "t": RECALL,
}
_BAR = 12  # characters
_MOST_LISTED = 50
_MOST_WAYS = 6  # with what else a screen has under eight buttons
NO_MAILS = Tally()
_LETTERS = {kind: letter for letter, kind in KINDS.items()}


@dataclass(frozen=True, slots=True)
class Figures:
    """What a report shows of a campaign.

    *stopped*: why it stands still, None when it does not. *ended*: it was stopped for good.
    *left*: until the rest has left, None when nobody can say. *languages*: by code. *reasons*:
    how many did not get it, by Telegram's words or ours. *unknown*: the Telegram numbers of those
    of whom nobody knows whether they got it, for a coordinator to ask. *mails*: what became of
    the same campaign by e-mail. *receipts*: what readers answered, None where nobody was asked.
    *asks_read*, *helps*: what they were asked. *reminds*: those who have not read it can be
    reminded now. *stands*: words about the update as a whole, *more*: buttons about it. *few*: so
    few newcomers that no number is told. *whom*: for whom it is, where that is not said
    elsewhere. *gist*: how an update begins. *leaves*: until it begins to leave, None once it has.
    """

    tally: Tally
    stopped: str | None = None
    ended: bool = False
    left: timedelta | None = None
    languages: Mapping[str, Tally] = field(default_factory=dict)
    reasons: Mapping[str, int] = field(default_factory=dict)
    unknown: Sequence[int] = ()
    mails: Tally = NO_MAILS
    receipts: Receipts | None = None
    asks_read: bool = False
    helps: bool = False
    reminds: bool = False
    can_retry: bool = False
    stands: str | None = None
    more: Rows = ()
    few: bool = False
    whom: str | None = None
    gist: str | None = None
    leaves: timedelta | None = None

    @property
    def done(self) -> bool:
        """Nothing waits or is on its way, here and by e-mail."""
        return self.tally.done and self.mails.done


def report(t: Translator, campaign: str, figures: Figures) -> Screen:
    """Count what became of *campaign*; the counts always add up to its recipients."""
    tally = figures.tally
    lines = (
        (t.gettext("Sent: {n}"), tally.sent),
        (t.gettext("Cannot be reached (blocked the bot or left): {n}"), tally.gone),
        (t.gettext("Failed: {n}"), tally.failed),
        (t.gettext("Not known if it arrived: {n}"), tally.unknown),
        (t.gettext("Not sent on purpose: {n}"), tally.skipped),
        (t.gettext("Waiting: {n}"), tally.queued + tally.sending),
    )
    start = (
        bold(heading(t, campaign)),
        figures.gist,
        figures.whom,
        escape(_state(t, figures)),
        figures.stands,
    )
    if figures.few:
        few = filled(t, t.gettext("Recipients: fewer than {fewest}"), fewest=FEWEST)
        return Screen(paragraphs(t, *start, few), _acts(t, campaign, figures))
    text = paragraphs(
        t,
        *start,
        _bar(t, figures),
        filled(t, t.gettext("Recipients: {n}"), n=tally.total),
        "\n".join(filled(t, sentence, n=n) for sentence, n in lines),
        mail_screens.count(t, figures.mails),
        _by_language(t, figures.languages),
        report_words.reasons(t, figures.reasons),
        _listed(t, figures.unknown),
        _answered(t, figures),
    )
    return Screen(text, _acts(t, campaign, figures))


def _state(t: Translator, figures: Figures) -> str:
    if figures.stopped is not None:
        return figures.stopped
    if figures.ended:
        return t.gettext("Stopped for good. Nobody else gets it.")
    if figures.leaves is not None:
        seconds = max(1, int(figures.leaves.total_seconds()))
        leaves = t.gettext("It leaves after {n} seconds. Until then you can undo it.")
        # in tens, so that a report need not be edited all the time
        return t.fill(leaves, n=seconds - seconds % 10 or seconds)
    return t.gettext("Finished.") if figures.done else t.gettext("On its way.")


def _acts(t: Translator, campaign: str, figures: Figures) -> Rows:
    rows: list[tuple[Button, ...]] = []
    if figures.stopped is not None:
        rows.extend(_go_on_or_stop(t, campaign))
    elif not figures.done and not figures.ended:
        rows.append((_button(t.gettext("Pause"), campaign, "pause"),))
    if figures.can_retry:
        label = t.gettext("Try the failed ones again ({n})")
        number = f"< {FEWEST}" if figures.few else figures.tally.failed
        rows.append((_button(t.fill(label, n=number), campaign, "retry"),))
    if figures.helps:
        _, _, ident = campaign.partition(":")
        label = t.gettext("Who can help")
        rows.append((button(label, Route.ANSWER, ident, "list", 0),))
    if figures.reminds and figures.receipts is not None:
        label = t.gettext("Remind those who have not read it ({n})")
        label = t.fill(label, n=figures.receipts.unread)
        rows.append((_button(label, campaign, "remind"),))
    rows += [*figures.more, (_button(t.gettext("Refresh"), campaign, "look"),)]
    kind, _, ident = campaign.partition(":")
    if kind in (REMIND, CORRECT, RECALL):
        rows.append((back(t, ident.partition(":")[0]),))
    return tuple(rows)


def back(t: Translator, broadcast_id: int | str) -> Button:
    """Return the button that leads to the report of an update."""
    return button(t.gettext("Back to the report"), Route.CAMPAIGN, "b", broadcast_id, "look")


def _bar(t: Translator, figures: Figures) -> str | None:
    """Draw how much is done, and say how long the rest takes; nothing once all is done."""
    tally = figures.tally
    if not tally.total or tally.done:
        return None
    part = (tally.total - tally.queued - tally.sending) / tally.total
    full = int(part * _BAR)
    bar = t.isolate(f"{'▓' * full}{'░' * (_BAR - full)} {int(part * 100)}%")
    known = figures.left if figures.leaves is None else None
    return bar if known is None else f"{bar}\n{_time_left(t, known)}"


def _time_left(t: Translator, left: timedelta) -> str:
    if left < timedelta(minutes=1):
        return escape(t.gettext("Less than a minute left."))
    n = -(-left // timedelta(minutes=1))
    return filled(t, t.ngettext("About {n} minute left.", "About {n} minutes left.", n), n=n)


def _by_language(t: Translator, languages: Mapping[str, Tally]) -> str | None:
    """Say how many got it in each language, when there is more than one."""
    if len(languages) < 2:  # noqa: PLR2004  (one language needs no list)
        return None
    said = t.gettext("{language}: {sent} of {total} sent")
    return "\n".join(
        filled(t, said, language=locales.native_name(code), sent=each.sent, total=each.total)
        for code, each in sorted(languages.items())
    )


def _answered(t: Translator, figures: Figures) -> str | None:
    lines: list[str] = []
    receipts = figures.receipts
    if receipts is None:
        return None
    if figures.asks_read:
        said = t.gettext("Have read it: {read} of {total}")
        lines.append(filled(t, said, read=receipts.read, total=receipts.got))
    if figures.helps:
        said = t.ngettext("{n} person can help.", "{n} people can help.", receipts.help)
        lines.append(filled(t, said, n=receipts.help))
    return "\n".join(lines)


def _listed(t: Translator, unknown: Sequence[int]) -> str | None:
    if not unknown:
        return None
    shown = " ".join(f"<code>{chat_id}</code>" for chat_id in unknown[:_MOST_LISTED])
    more = " …" if len(unknown) > _MOST_LISTED else ""
    return escape(t.gettext("Perhaps they did not get it:")) + f"\n{shown}{more}"


def reminds(t: Translator) -> str:
    """Return the first line of a reminder."""
    return t.gettext("A reminder: you have not told us yet that you have read this.")


def ask_to_remind(t: Translator, broadcast: Broadcast, unread: int, stars: int | None) -> Screen:
    """Say what a reminder is, and what it costs where it costs something, before it is sent."""
    label = t.fill(t.gettext("Remind those who have not read it ({n})"), n=unread)
    text = paragraphs(
        t,
        bold(label),
        broadcast_screens.gist(t, broadcast.texts),
        escape(t.gettext("They get it once more, with this line above it:")),
        f"<blockquote>{escape(reminds(t))}</blockquote>",
        cost(t, stars),
    )
    name = f"{BROADCAST}:{broadcast.id}"
    yes = _button(priced(t, label, stars), name, "remind", "yes")
    return Screen(text, ((yes,), (_button(t.gettext("‹ Back"), name, "look"),)))


def ways(t: Translator, campaigns: Sequence[str]) -> Rows:
    """Return a button to the report of each campaign."""
    return tuple((_button(heading(t, each), each, "look"),) for each in campaigns[:_MOST_WAYS])


def halted(
    t: Translator,
    campaign: str,
    waiting: int | None,
    reason: str,
    texts: Mapping[str, str] | None = None,
) -> Content:
    """Tell a coordinator that a campaign stands still, why, and ask what is to be done.

    *waiting*: for how many people, by Telegram or e-mail; None for newcomers too few to count.
    *texts*: of the update that it is about.
    """
    text = paragraphs(
        t,
        bold(t.fill(t.gettext("“{campaign}” has stopped"), campaign=heading(t, campaign))),
        None if texts is None else broadcast_screens.gist(t, texts),
        escape(reason),
        _waiting(t, waiting),
    )
    return Content((text,), _go_on_or_stop(t, campaign))


def ask_to_stop(
    t: Translator, campaign: str, waiting: int | None, texts: Mapping[str, str] | None
) -> Screen:
    """Say what stopping a campaign for good means, before it is done; as `halted`."""
    text = paragraphs(
        t,
        bold(heading(t, campaign)),
        None if texts is None else broadcast_screens.gist(t, texts),
        escape(t.gettext("Stop this for good? Nobody else gets it, and it cannot go on later.")),
        _waiting(t, waiting),
    )
    yes = _button(t.gettext("Stop and do not go on"), campaign, "stop", "yes")
    return Screen(text, ((yes,), (_button(t.gettext("‹ Back"), campaign, "look"),)))


def _waiting(t: Translator, waiting: int | None) -> str:
    if waiting is None:
        return filled(t, t.gettext("Fewer than {fewest} people wait for it."), fewest=FEWEST)
    said = t.ngettext("{n} person waits for it.", "{n} people wait for it.", waiting)
    return filled(t, said, n=waiting)


def heading(t: Translator, campaign: str) -> str:
    """Name a campaign."""
    kind, _, ident = campaign.partition(":")
    if kind == DIGEST:
        return t.fill(t.gettext("Digest of week {week}"), week=ident)
    if kind == DAILY:
        return t.fill(t.gettext("News of the day {day}"), day=ident)
    number, _, _ = ident.partition(":")
    named = {
        REMIND: t.gettext("Reminder of update {number}"),
        CORRECT: t.gettext("Correction of update {number}"),
        RECALL: t.gettext("Taking back update {number}"),
    }
    return t.fill(named.get(kind, t.gettext("Urgent update {number}")), number=number)


def named(letter: str, ident: str) -> str | None:
    """Return the campaign that a button names, None when no button of ours names it."""
    kind = KINDS.get(letter)
    return None if kind is None else f"{kind}:{ident.replace('.', ':')}"


def _go_on_or_stop(t: Translator, campaign: str) -> Rows:
    return (
        (_button(t.gettext("Go on sending"), campaign, "resume"),),
        (_button(t.gettext("Stop and do not go on"), campaign, "stop"),),
    )


def _button(label: str, campaign: str, act: str, *more: str) -> Button:
    kind, _, ident = campaign.partition(":")
    return button(label, Route.CAMPAIGN, _LETTERS[kind], ident.replace(":", "."), act, *more)
