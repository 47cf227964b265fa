"""Screens of a partner's post for the digest: writing it, deciding, what became of it. Pure."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from html import escape

from delivery.model import Button, Content
from digests import lines
from digests.clean import shorten
from digests.edition import Digest, Section
from digests.item import Decision, Occasion, OccasionKind, StoredItem
from digests.render import render_section
from digests.submission import Declined, Post, Step, is_unclear
from digests.topics import OTHER, Topic, topic_name
from handlers.callbacks import Route
from handlers.screens import Rows, Screen, bold, button, day, filled, paragraphs
from locales import Translator

_LONGEST_TITLE = 60  # characters of a title on a button
_MARK = 8  # hexadecimal digits


def mark(post: Post, key: str) -> str:
    """Return a short mark of exactly this post, for the button that sends it."""
    text = json.dumps([key, asdict(post)], default=str, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:_MARK]


def ask_text(t: Translator, mine: Sequence[StoredItem]) -> Screen:
    """Ask for the words of a post; *mine*: earlier ones, which can be looked at instead."""
    rows = tuple(
        (button(shorten(each.item.title, _LONGEST_TITLE), Route.POST, "my", each.id),)
        for each in mine
    )
    return Screen(
        paragraphs(
            t,
            bold(t.gettext("A post for the digest")),
            escape(t.gettext("Write it in one message. The first line is its title.")),
            escape(t.gettext("The coordinators see it before anyone else. Send /cancel to stop.")),
        ),
        rows,
    )


def ask(t: Translator, step: Step, problem: str | None = None) -> Screen:
    """Ask for the link, the picture, or what it shows; *problem*: why once more."""
    asked = {
        Step.TEXT: t.gettext("Write it in one message. The first line is its title."),
        Step.LINK: t.gettext("Is there a web page about it? Send its address."),
        Step.PICTURE: t.gettext("Do you want to add a picture? Send it as a photo."),
        Step.ALT: t.gettext(
            "Say in a few words what the picture shows, for people who cannot see it."
        ),
    }
    rows: Rows = ()
    if step is Step.LINK:
        rows = ((button(t.gettext("No web page"), Route.POST, "none", step),),)
    elif step in {Step.PICTURE, Step.ALT}:
        rows = ((button(t.gettext("No picture"), Route.POST, "none", Step.PICTURE),),)
    return Screen(
        paragraphs(t, escape(problem, quote=False) if problem else None, escape(asked[step])),
        (*rows, (_drop(t),)),
    )


def ask_date(t: Translator, found: Sequence[Occasion], problem: str | None = None) -> Screen:
    """Ask for a last day or a day of the event, or whether those that were *found* are right."""
    none = (button(t.gettext("No date"), Route.POST, "none", Step.DATE), _drop(t))
    if not found:
        text = paragraphs(
            t,
            escape(problem, quote=False) if problem else None,
            escape(t.gettext("Is there a last day to answer, or a day when it takes place?")),
            escape(t.gettext("Write it, like this: 14 April 2027, 10:00.")),
        )
        return Screen(text, (none,))
    read = "\n".join(f"🗓 {escape(_whole(t, each), quote=False)}" for each in found)
    if is_unclear(found):
        asked = t.gettext("What is this day? If it is wrong, write another one.")
        choices: Rows = (
            (button(t.gettext("The last day to answer"), Route.POST, "is", OccasionKind.DEADLINE),),
            (button(t.gettext("It takes place then"), Route.POST, "is", OccasionKind.EVENT),),
        )
    else:
        asked = t.gettext("Is that right? If not, write the right date.")
        choices = ((button(t.gettext("Yes, that is right"), Route.POST, "is", "right"),),)
    return Screen(paragraphs(t, read, escape(asked)), (*choices, none))


def _whole(t: Translator, found: Occasion) -> str:
    """Return a date with nothing left out, to be looked at: weekday, month, year, time."""
    days = [day(t, each) for each in (found.on, found.until) if each is not None]
    said = " · ".join(t.isolate(word) for word in (" – ".join(days), lines.clock(found, t)) if word)
    if found.kind is OccasionKind.DEADLINE:
        return t.gettext("Deadline: {day}").format(day=said)
    return said


def preview(t: Translator, item: StoredItem, topics: Sequence[Topic], today: date) -> str:
    """Return the post exactly as a reader of *t* gets it in the digest, as HTML."""
    names = {each.id: topic_name(each, t.language) for each in topics}
    topic = next((each for each in item.topics if each in names), OTHER)
    week = f"{today.isocalendar().year}-W{today.isocalendar().week:02}"
    digest = Digest(week, (Section(topic, (item,)),), today=today)
    return "\n\n".join(render_section(digest, topic, t, names))


def check(t: Translator, post: Post, key: str, *, like: str | None) -> Screen:
    """Offer to send what is shown above, or to change a part; *like*: what says the same."""
    there = t.gettext("There is a post already that looks the same: {title}")
    changes = (
        button(t.gettext("Change the text"), Route.POST, "change", Step.TEXT),
        button(t.gettext("Change the web page"), Route.POST, "change", Step.LINK),
        button(t.gettext("Change the picture"), Route.POST, "change", Step.PICTURE),
        button(t.gettext("Change the date"), Route.POST, "change", Step.DATE),
    )
    return Screen(
        paragraphs(
            t,
            escape(t.gettext("Above is your post as readers will get it.")),
            filled(t, t.gettext("The picture shows: {words}"), words=post.alt)
            if post.photo
            else None,
            filled(t, there, title=like) if like else None,
        ),
        (
            (
                button(
                    t.gettext("Send it to the coordinators"), Route.POST, "send", mark(post, key)
                ),
            ),
            changes[:2],
            changes[2:],
            (_drop(t),),
        ),
    )


def sent(t: Translator, item_id: int) -> Screen:
    """Thank the partner; until it is in a digest they can take it back."""
    text = t.gettext("Thank you. A coordinator will look at it, and I will tell you the answer.")
    return Screen(escape(text), ((_take_back(t, item_id),),))


def mine(t: Translator, shown: str, item: StoredItem) -> Screen:
    """Show a partner one of their own posts and where it stands; *shown*: its preview."""
    state = {
        Decision.ACCEPT: t.gettext("A coordinator took it. It is in the next digest."),
        Decision.REVIEW: t.gettext("It waits for a coordinator. It is not in the digest."),
        Decision.REJECT: t.gettext("It is not in the digest."),
    }[item.decision]
    return Screen(paragraphs(t, shown, escape(state)), ((_take_back(t, item.id),),))


def came(t: Translator, shown: str, item: StoredItem) -> Content:
    """Tell the coordinators that a partner wrote a post; *shown*: its preview."""
    return Content((_card(t, shown, item),), _decide(t, item))


def review(t: Translator, shown: str, item: StoredItem) -> Screen:
    """Show a coordinator a partner's post, with the decision while it is open."""
    open_ = item.week is None and item.decision is Decision.REVIEW
    back = (button(t.gettext("‹ Back"), Route.QUEUE, Decision.REVIEW, 0),)
    if open_:
        return Screen(_card(t, shown, item), (*_decide(t, item), back))
    accepted_ = item.week is not None or item.decision is Decision.ACCEPT
    state = (
        t.gettext("It is in the digest.") if accepted_ else t.gettext("It is not in the digest.")
    )
    return Screen(paragraphs(t, _card(t, shown, item), escape(state)), (back,))


def _card(t: Translator, shown: str, item: StoredItem) -> str:
    reasons = "\n".join(f"• {escape(t.say(each), quote=False)}" for each in item.reasons)
    organisation = item.item.source or t.gettext("a coordinator")
    return paragraphs(
        t,
        bold(t.gettext("A post from a partner waits for you")),
        filled(t, t.gettext("From: {organisation}"), organisation=organisation),
        shown,
        reasons,
    )


def _decide(t: Translator, item: StoredItem) -> Rows:
    rows: Rows = (
        (
            button(t.gettext("Add to the digest"), Route.POST, "yes", item.id),
            button(t.gettext("Leave it out"), Route.POST, "why", item.id),
        ),
    )
    if item.pictured:
        rows += ((button(t.gettext("Look at the picture"), Route.POST, "pic", item.id),),)
    return rows


def why(t: Translator, item_id: int) -> Screen:
    """Ask why a post is not taken; the partner reads the answer."""
    rows = tuple(
        (button(words, Route.POST, "no", item_id, reason),) for reason, words in _reasons(t).items()
    )
    back = (button(t.gettext("‹ Back"), Route.POST, "see", item_id),)
    return Screen(bold(t.gettext("Why not? The partner reads your answer.")), (*rows, back))


def _reasons(t: Translator) -> dict[Declined, str]:
    return {
        Declined.UNCLEAR: t.gettext("It is not clear enough."),
        Declined.UNSURE: t.gettext("We could not check it."),
        Declined.PRIVATE: t.gettext("It says something private."),
        Declined.THERE: t.gettext("Another post says the same."),
        Declined.UNFIT: t.gettext("It does not fit the digest."),
        Declined.OTHER: t.gettext("Please talk to a coordinator about it."),
    }


def accepted(t: Translator, title: str, on: date) -> Content:
    """Tell the partner that a post was taken, and when it goes out."""
    sentence = t.gettext("A coordinator took your post: {title}")
    when = t.gettext("It will be in the digest of {date}.")
    text = paragraphs(t, filled(t, sentence, title=title), filled(t, when, date=day(t, on)))
    return Content((text,))


def declined(t: Translator, title: str, reason: Declined) -> Content:
    """Tell the partner that a post was not taken, and why."""
    sentence = t.gettext("A coordinator did not take your post: {title}")
    text = paragraphs(t, filled(t, sentence, title=title), escape(_reasons(t)[reason]))
    return Content((text,))


def _take_back(t: Translator, item_id: int) -> Button:
    return button(t.gettext("Take it back"), Route.POST, "back", item_id)


def _drop(t: Translator) -> Button:
    return button(t.gettext("Throw it away"), Route.POST, "drop")
