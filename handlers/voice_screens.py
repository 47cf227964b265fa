"""Screens for what people tell us: did it help, what is wrong, a message to us. Pure."""

from collections.abc import Mapping, Sequence
from html import escape

from delivery.model import Button, Content
from directory.needs import NEEDS
from handlers.callbacks import Route
from handlers.screens import (
    Rows,
    Screen,
    back_button,
    bold,
    button,
    day,
    filled,
    framed,
    help_link,
    italic,
    linked,
    notice,
    offer_start,
    paragraphs,
)
from locales import Translator
from locales.errors import Text
from people.voice import FEWEST, LONGEST_TIP, TIPS_KEPT, Outcome, SaidOfService, Tip, Unmet, Wrong

_MOST_NEEDS = 15  # of the list of unmet needs
_MOST_PARTS = 4
_MOST_SERVICES = 10


def ask_helped(t: Translator, packed: str, service_id: str) -> Screen:
    """Ask whether a result helped; *service_id* is empty for the whole list."""
    text = paragraphs(
        t,
        bold(t.gettext("Did this help you?")),
        escape(t.gettext("I only count the answers. I do not note who answered.")),
    )
    yes = button(t.gettext("Yes"), Route.HELPED, packed, service_id)
    no = button(t.gettext("No"), Route.NOT_HELPED, packed, service_id)
    again = button(t.gettext("Start again"), Route.GUIDE, "")
    return framed(t, text, ((yes, no), (again,)), packed=packed, back=_back(t, packed, service_id))


def thanks(t: Translator, packed: str, service_id: str, *, may_ask: bool) -> Screen:
    """Thank for a yes; *may_ask*: offer to ask in a week, which is never offered about danger."""
    rows: Rows = ()
    offer = None
    if may_ask:
        offer = t.gettext("Shall I ask you in a week if you got there? I note only the day.")
        rows = ((button(t.gettext("Yes, ask me"), Route.CHECK_IN, "ask"),),)
    text = paragraphs(
        t, escape(t.gettext("Thank you. That is good to know.")), escape(offer) if offer else None
    )
    again = button(t.gettext("Start again"), Route.GUIDE, "")
    return framed(t, text, (*rows, (again,)), packed=packed, back=_back(t, packed, service_id))


def sorry(t: Translator, packed: str, service_id: str, lines: str | None) -> Screen:
    """Offer what else there is after a no: other places, people to call, a message to us."""
    text = paragraphs(
        t,
        bold(t.gettext("I am sorry that this did not help.")),
        escape(t.gettext("I counted it. The people who run this bot will see what is missing.")),
        lines,
    )
    rows: list[tuple[Button, ...]] = [
        (button(t.gettext("Other places"), Route.RESULTS, packed, 0),),
        (button(t.gettext("Tell us"), Route.TELL, packed),),
        (button(t.gettext("Start again"), Route.GUIDE, ""),),
    ]
    return framed(t, text, tuple(rows), packed=packed, back=_back(t, packed, service_id))


def ask_wrong(t: Translator, packed: str, service_id: str) -> Screen:
    """Ask what is wrong about a service."""
    text = paragraphs(
        t,
        bold(t.gettext("What is wrong here?")),
        escape(t.gettext("I tell the people who can put it right. I do not say who told me.")),
    )
    labels = _wrongs(t)
    rows = tuple(
        (button(label, Route.IS_WRONG, service_id, what),) for what, label in labels.items()
    )
    back = button(t.gettext("‹ Back"), Route.CARD, packed, service_id)
    return framed(t, text, rows, packed=packed, back=back)


def _wrongs(t: Translator) -> dict[str, str]:
    return {
        Wrong.PHONE: t.gettext("The phone number"),
        Wrong.PLACE: t.gettext("The address or the times"),
        Wrong.CLOSED: t.gettext("It has closed"),
        Wrong.REFUSED: t.gettext("They said no to me"),
        Wrong.OTHER: t.gettext("Something else"),
    }


def told_wrong(t: Translator, packed: str) -> Screen:
    """Thank somebody who said that something is wrong."""
    text = t.gettext("Thank you. Somebody will look at it.")
    again = button(t.gettext("Start again"), Route.GUIDE, "")
    return framed(t, escape(text), ((again,),), packed=packed, back=back_button(t, packed))


def is_wrong(t: Translator, name: str, service_id: str, what: Wrong) -> Content:
    """Tell who can put it right that somebody says that something is wrong."""
    said = {
        Wrong.PHONE: t.gettext("Somebody says: the phone number of {name} is wrong."),
        Wrong.PLACE: t.gettext("Somebody says: the address or the times of {name} are wrong."),
        Wrong.CLOSED: t.gettext("Somebody says: {name} has closed."),
        Wrong.REFUSED: t.gettext("Somebody says: {name} did not take them."),
        Wrong.OTHER: t.gettext("Somebody says: something is wrong about {name}."),
    }[what]
    text = paragraphs(t, filled(t, said, name=name), escape(t.gettext("Please look at it.")))
    look = button(t.gettext("Look at it"), Route.CARD, "", service_id)
    right = button(t.gettext("Is this still right?"), Route.FRESH, service_id)
    return Content((text,), ((look,), (right,)))


def check_in(t: Translator) -> Content:
    """Ask somebody who wanted to be asked; neutral, because others may see the message."""
    text = t.gettext("You asked me to write to you. Did you get to the place that you looked for?")
    yes = button(t.gettext("Yes"), Route.CHECK_IN, "yes")
    no = button(t.gettext("No"), Route.CHECK_IN, "no")
    return Content((t.directed(escape(text)),), ((yes, no), (_help_below(t),)))


def will_ask(t: Translator, packed: str) -> Screen:
    """Confirm that the bot will ask, and how to stop that."""
    text = t.gettext("All right. I will ask you in a week, once. Send /forget to stop it.")
    again = button(t.gettext("Start again"), Route.GUIDE, "")
    return framed(t, escape(text), ((again,),), packed=packed, back=back_button(t, packed))


def checked_in(t: Translator, *, got_there: bool) -> Screen:
    """Answer to what came of it a week later."""
    text = (
        t.gettext("Thank you. That is good to know.")
        if got_there
        else t.gettext("Thank you for telling me. Shall we look again?")
    )
    start = button(t.gettext("Find help"), Route.GUIDE, "")
    tell = button(t.gettext("Tell us"), Route.TELL, "")
    return framed(t, escape(text), ((start,), (tell,)), packed="", back=None)


def ask_tip(t: Translator, link: str, help_now: str) -> Screen:
    """Ask for one message to the partnership; Telegram sends *link* along with the reply.

    *help_now*: a deep link to Help now.
    """
    text = paragraphs(
        t,
        bold(t.gettext("Write one message to the people who run this bot.")),
        escape(t.gettext("They do not see who you are. Please write no names and no numbers.")),
        filled(
            t,
            t.gettext("They can answer you here. After {days} days I delete it."),
            days=TIPS_KEPT.days,
        ),
        linked(link, t.gettext("Go back without writing")),
        help_link(t, help_now),
    )
    return Screen(text, placeholder=t.gettext("Your message"))


def tip_kept(t: Translator) -> Screen:
    """Confirm that the message was passed on."""
    text = t.gettext(
        "Thank you. I passed it on without your name. If there is an answer, I show it here."
    )
    return offer_start(t, text)


def tip_waits(t: Translator) -> Screen:
    """Say that one message waits already."""
    text = t.gettext("Your last message still waits for an answer. Then you can write again.")
    return offer_start(t, text)


def tip_too_long(t: Translator) -> Screen:
    """Say how long a message may be."""
    text = t.fill(
        t.gettext("This is too long. Please write at most {most} letters."), most=LONGEST_TIP
    )
    return offer_start(t, text)


def tip_came(t: Translator, tip_id: int) -> Content:
    """Tell coordinators that somebody wrote; the words are only behind the button."""
    text = t.gettext("Somebody wrote a message to the partnership.")
    return Content(
        (t.directed(escape(text)),), ((button(t.gettext("Read it"), Route.TIP, tip_id),),)
    )


def tip(t: Translator, found: Tip) -> Screen:
    """Show a message to a coordinator, without whose it is."""
    text = paragraphs(
        t,
        bold(t.gettext("A message to the partnership")),
        f"<blockquote>{escape(found.text, quote=False)}</blockquote>",
        filled(
            t,
            t.gettext("Written on {date}. The person uses the bot in: {language}."),
            date=day(t, found.written_at.date()),
            language=found.language,
        ),
        escape(t.gettext("It was answered."))
        if found.answer
        else escape(t.gettext("Your answer goes to the person without your name.")),
    )
    if found.answer:
        return Screen(text)
    answer = button(t.gettext("Answer"), Route.TIP, found.id, "answer")
    close = button(t.gettext("No answer needed"), Route.TIP, found.id, "close")
    return Screen(text, ((answer,), (close,)))


def tips(t: Translator, waiting: Sequence[Tip]) -> Screen:
    """List the messages that wait for an answer, oldest first."""
    if not waiting:
        return notice(t.gettext("No message waits for an answer."))
    rows = tuple(
        (button(day(t, each.written_at.date()), Route.TIP, each.id),) for each in waiting[:8]
    )
    return Screen(bold(t.gettext("These messages wait for an answer:")), rows)


def ask_answer(t: Translator, link: str, language: str) -> Screen:
    """Ask a coordinator for the answer; *language* is the person's."""
    text = paragraphs(
        t,
        filled(
            t,
            t.gettext("Write the answer, if you can in this language: {language}."),
            language=language,
        ),
        linked(link, t.gettext("Look at the message again")),
    )
    return Screen(text, placeholder=t.gettext("Your answer"))


def answer_came(t: Translator, tip_id: int) -> Content:
    """Tell a person that there is an answer; neutral, because others may see the message."""
    text = t.gettext("There is an answer to your message.")
    look = button(t.gettext("Read it"), Route.TIP_ANSWER, tip_id)
    return Content((t.directed(escape(text)),), ((look,), (_help_below(t),)))


def answer(t: Translator, found: Tip) -> Screen:
    """Show a person the answer to their message."""
    text = paragraphs(
        t,
        bold(t.gettext("The answer to your message")),
        f"<blockquote>{escape(found.answer or '', quote=False)}</blockquote>",
    )
    start = button(t.gettext("Find help"), Route.GUIDE, "")
    tell = button(t.gettext("Tell us"), Route.TELL, "")
    return framed(t, text, ((start,), (tell,)), packed="", back=None)


def unmet(
    t: Translator, found: Sequence[Unmet], said: Sequence[SaidOfService], weeks: int
) -> Screen:
    """List what people needed and did not find, and what they say of services."""
    if not found and not said:
        return notice(t.gettext("Nothing was missing in this time."))
    heading = bold(t.gettext("What people needed and did not find"))
    services = bold(t.gettext("What people say about services"))
    text = paragraphs(
        t,
        heading if found else None,
        escape(t.ngettext("In the last week.", "In the last {n} weeks.", weeks).format(n=weeks)),
        *(_need(t, each) for each in found[:_MOST_NEEDS]),
        services if said else None,
        *(_service(t, each) for each in said[:_MOST_SERVICES]),
        italic(t.fill(t.gettext("Counts under {fewest} are hidden."), fewest=FEWEST)),
    )
    return Screen(text)


def _need(t: Translator, each: Unmet) -> str:
    words = t.say(Text(NEEDS[each.need].fit)) if each.need in NEEDS else each.need
    lines = [f"<b>{t.isolate(_shown(each.not_found))}</b> – {escape(words)}"]
    lines += [f"   {_parts(t, parts)}" for parts in each.by.values()]
    if each.not_helped is not None:
        sentence = t.gettext("It did not help: {count}")
        lines.append("   " + filled(t, sentence, count=each.not_helped))
    return "\n".join(lines)


def _shown(count: int | None) -> str:
    return f"&lt; {FEWEST}" if count is None else str(count)


def _parts(t: Translator, parts: Mapping[str, int]) -> str:
    shown = list(parts.items())[:_MOST_PARTS]
    return " · ".join(t.isolate(escape(f"{name or '?'} {count}")) for name, count in shown)


def _service(t: Translator, each: SaidOfService) -> str:
    labels = _wrongs(t) | {
        Outcome.HELPED: t.gettext("It helped"),
        Outcome.NOT_HELPED: t.gettext("It did not help"),
    }
    told = [f"{labels.get(what, what)} {t.isolate(str(n))}" for what, n in each.counts.items()]
    return f"• {t.isolate(escape(each.name))}: {escape(' · '.join(told), quote=False)}"


def _help_below(t: Translator) -> Button:
    """Return Help now for a message of ours that somebody may still want to answer."""
    return button(t.gettext("🆘 Help now"), Route.HELP_BELOW)


def _back(t: Translator, packed: str, service_id: str) -> Button:
    if service_id:
        return button(t.gettext("‹ Back"), Route.CARD, packed, service_id)
    return button(t.gettext("‹ Back"), Route.RESULTS, packed, 0)
