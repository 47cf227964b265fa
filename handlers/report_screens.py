"""Screens of what became of a campaign: an urgent update or a digest. Pure."""

from collections.abc import Sequence
from html import escape

from delivery.model import Button, Content, Tally
from handlers import mail_screens
from handlers.callbacks import Route
from handlers.screens import Rows, Screen, bold, button, filled, paragraphs
from locales import Translator

BROADCAST = "broadcast"
DIGEST = "digest"
DAILY = "daily"
KINDS = {"b": BROADCAST, "d": DIGEST, "n": DAILY}  # what a button says, and the name's first word
_MOST_LISTED = 50
NO_MAILS = Tally()
_LETTERS = {kind: letter for letter, kind in KINDS.items()}


def report(
    t: Translator,
    campaign: str,
    tally: Tally,
    *,
    stopped: str | None,
    unknown: Sequence[int] = (),
    mails: Tally = NO_MAILS,
) -> Screen:
    """Count what became of *campaign*; the counts always add up to its recipients.

    *stopped*: why it stands still, None when it does not. *unknown*: the Telegram numbers of
    those of whom nobody knows whether they got it, for a coordinator to ask. *mails*: what
    became of the same campaign by e-mail.
    """
    lines = (
        (t.gettext("Sent: {n}"), tally.sent),
        (t.gettext("Cannot be reached (blocked the bot or left): {n}"), tally.gone),
        (t.gettext("Failed: {n}"), tally.failed),
        (t.gettext("Not known if it arrived: {n}"), tally.unknown),
        (t.gettext("Not sent on purpose: {n}"), tally.skipped),
        (t.gettext("Waiting: {n}"), tally.queued + tally.sending),
    )
    is_done = tally.done and mails.done
    done = t.gettext("Finished.") if is_done else t.gettext("On its way.")
    text = paragraphs(
        t,
        bold(heading(t, campaign)),
        escape(done if stopped is None else stopped),
        filled(t, t.gettext("Recipients: {n}"), n=tally.total),
        "\n".join(filled(t, sentence, n=n) for sentence, n in lines),
        mail_screens.count(t, mails),
        _listed(t, unknown),
    )
    acts: Rows = ()
    if stopped is not None:
        acts = (_go_on_or_stop(t, campaign),)
    elif not is_done:
        acts = ((_button(t.gettext("Pause"), campaign, "pause"),),)
    return Screen(text, (*acts, (_button(t.gettext("Refresh"), campaign, "look"),)))


def _listed(t: Translator, unknown: Sequence[int]) -> str | None:
    if not unknown:
        return None
    shown = " ".join(f"<code>{chat_id}</code>" for chat_id in unknown[:_MOST_LISTED])
    more = " …" if len(unknown) > _MOST_LISTED else ""
    return escape(t.gettext("Perhaps they did not get it:")) + f"\n{shown}{more}"


def halted(t: Translator, campaign: str, waiting: int, reason: str) -> Content:
    """Tell a coordinator that a campaign stands still, why, and ask what is to be done.

    *waiting*: for how many people, by Telegram or e-mail.
    """
    people = t.ngettext("{n} person waits for it.", "{n} people wait for it.", waiting)
    text = paragraphs(
        t,
        bold(t.fill(t.gettext("“{campaign}” has stopped"), campaign=heading(t, campaign))),
        escape(reason),
        filled(t, people, n=waiting),
    )
    return Content((text,), (_go_on_or_stop(t, campaign),))


def heading(t: Translator, campaign: str) -> str:
    """Name a campaign."""
    kind, _, ident = campaign.partition(":")
    if kind == DIGEST:
        return t.fill(t.gettext("Digest of week {week}"), week=ident)
    if kind == DAILY:
        return t.fill(t.gettext("News of the day {day}"), day=ident)
    return t.fill(t.gettext("Urgent update {number}"), number=ident)


def _go_on_or_stop(t: Translator, campaign: str) -> tuple[Button, ...]:
    return (
        _button(t.gettext("Go on sending"), campaign, "resume"),
        _button(t.gettext("Stop and do not go on"), campaign, "stop"),
    )


def _button(label: str, campaign: str, act: str) -> Button:
    kind, _, ident = campaign.partition(":")
    return button(label, Route.CAMPAIGN, _LETTERS[kind], ident, act)
