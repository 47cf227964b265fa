"""What a screen is, the frame around every guide screen, and the screens of all flows. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from babel.dates import format_date
from babel.lists import format_list

import locales
from delivery.model import Button
from digests.clean import shorten
from handlers import contact
from handlers.callbacks import Route, encode
from locales import Translator
from locales.errors import Text
from people.model import Role

Rows = tuple[tuple[Button, ...], ...]
LANGUAGES_PER_PAGE = 6
_LONGEST_VALUE = 300  # characters of one stored field
_MOST_OF_A_PART = 3_000  # characters; in UTF-16 units and with marks still under 4,096
ANSWERS_PREFIX = "g_"  # of a deep link that goes back to the answers of a guide
PLACE_PREFIX = "p_"  # of a deep link behind which a postcode can be written
INVITE_PREFIX = "i_"  # of a deep link that makes a partner
RIGHT_PREFIX = "r_"  # of a deep link to a card about rights, its id before the answers
SERVICE_PREFIX = "s_"  # of a deep link to the card of a service, its id behind it
TELL_PREFIX = "t_"  # of a deep link in the question for a message to the partnership
ANSWER_PREFIX = "w_"  # of a deep link in the question for a coordinator's answer
PICTURE_PREFIX = "pic-"  # of a deep link to the picture of a post, before its number
READ_PREFIX = "read-"  # of a deep link to a digest, its week or day behind it
ALERT_PREFIX = "a_"  # of a deep link to the offer of news, under results
HELP_PREFIX = "n_"  # of a deep link to Help now, where a message can have no buttons


@dataclass(frozen=True, slots=True)
class Screen:
    """A message: HTML text under 4,096 UTF-16 units, rows of buttons.

    *placeholder*: when set, the message asks for a written reply (ForceReply) and has no rows.
    *kept*: whether its number may be noted for "Clear this chat"; not after /forget.
    *after_promise*: it asks or answers something, so the promise must have been seen before.
    """

    text: str
    rows: Rows = ()
    placeholder: str | None = None
    kept: bool = True
    after_promise: bool = False


def button(text: str, route: Route, *args: str | int) -> Button:
    """Return a button that leads to *route* with *args*."""
    return Button(text, data=encode(route, *args))


def filled(t: Translator, sentence: str, **fields: str | int) -> str:
    """Return a translated *sentence* as HTML with its values escaped and isolated."""
    return t.fill(escape(sentence, quote=False), **{k: escape(str(v)) for k, v in fields.items()})


def bold(text: str) -> str:
    """Return plain *text* as bold HTML.

    Texts are marked outside f-strings on purpose: nothing is extracted from inside one.
    """
    return f"<b>{escape(text, quote=False)}</b>"


def italic(text: str) -> str:
    """Return plain *text* as italic HTML."""
    return f"<i>{escape(text, quote=False)}</i>"


def linked(address: str, text: str) -> str:
    """Return plain *text* as an HTML link to *address*."""
    return f'<a href="{escape(address)}">{escape(text, quote=False)}</a>'


def paragraphs(t: Translator, *texts: str | None) -> str:
    """Join the given HTML *texts* with blank lines, directed; None and empty ones are left out."""
    return t.directed("\n\n".join(text for text in texts if text))


def framed(
    t: Translator,
    text: str,
    rows: Rows,
    *,
    packed: str,
    back: Button | None,
    after_promise: bool = False,
) -> Screen:
    """Add what every guide screen has: help now, back, and the language. One row, the last.

    The row is the same everywhere, so a person finds it without reading. *after_promise*: as
    of `Screen`.
    """
    frame = [button(t.gettext("🆘 Help now"), Route.HELP_NOW, packed)]
    if back is not None:
        frame.append(back)
    frame.append(button("🌐", Route.LANGUAGES, packed, 0))
    return Screen(text, (*rows, tuple(frame)), after_promise=after_promise)


def clear_button(t: Translator) -> Button:
    """Return the button that deletes the messages of the chat."""
    return button(t.gettext("Clear this chat"), Route.CLEAR)


def back_button(t: Translator, packed: str) -> Button:
    """Return the button that shows the guide state *packed*."""
    return button(t.gettext("‹ Back"), Route.GUIDE, packed)


def day(t: Translator, when: date) -> str:
    """Return *when* with its weekday, Gregorian, in the reader's language."""
    return str(format_date(when, "full", locale=contact.locale_of(t)))


def listed(t: Translator, names: Sequence[str]) -> str:
    """Return plain *names* as a list as the reader's language writes it, each whole."""
    if len(names) == 1:
        return names[0]
    locale = contact.locale_of(t)
    return str(format_list([locales.isolated(each) for each in names], locale=locale))


def choose_language(t: Translator, languages: Sequence[str], packed: str, page: int) -> Screen:
    """Offer *languages* by their own names, no flags: a page of them, the last one on each page."""
    *others, last_one = languages
    most = LANGUAGES_PER_PAGE - 1
    pages = max(1, -(-len(others) // most))
    page %= pages
    shown = [*others[page * most : (page + 1) * most], last_one]
    choices = [button(locales.native_name(code), Route.LANGUAGE, code, packed) for code in shown]
    rows = tuple(tuple(choices[at : at + 2]) for at in range(0, len(choices), 2))
    last = [button(t.gettext("🆘 Help now"), Route.HELP_NOW, packed)]
    if pages > 1:
        last.append(button("🌐 …", Route.LANGUAGES, packed, page + 1))
    return Screen("🌐 " + escape(t.gettext("Choose your language.")), (*rows, tuple(last)))


def promise(t: Translator, packed: str, city: str, *, rights: bool = False) -> Screen:
    """Say what we do and do not do with what a person tells us, before the first question.

    *rights*: there are public cards about rights to offer.
    """
    rows: Rows = ((button(t.gettext("Start"), Route.GUIDE, packed),),)
    if rights:
        rows += ((button(t.gettext("Know your rights"), Route.RIGHTS, 0),),)
    return framed(t, promised(t, city), rows, packed=packed, back=None)


def promised(t: Translator, city: str) -> str:
    """Return the promise's lines as HTML (guided-questions.md, rule 6)."""
    return paragraphs(
        t,
        filled(t, t.gettext("Welcome. I can show you help in {city}."), city=city),
        "\n".join(
            "• " + escape(line)
            for line in (
                t.gettext("I do not ask your name."),
                t.gettext("I send nothing to the Home Office or the police."),
                t.gettext("I do not keep your answers. They are only in the buttons of this chat."),
                t.gettext("Telegram can see this chat, and so can anyone who holds your phone."),
                t.gettext("I am a computer program. I give information, not legal advice."),
            )
        ),
    )


def stale(t: Translator, packed: str) -> Screen:
    """Offer a fresh start to whoever pressed a button that we cannot read."""
    start = button(t.gettext("Start again"), Route.GUIDE, packed)
    return framed(t, escape(older_version(t)), ((start,),), packed=packed, back=None)


def older_version(t: Translator) -> str:
    """Say that we cannot read a button, in at most 200 characters, for an alert too."""
    return t.gettext("This button is from an older version. Nothing is wrong. Please start again.")


def offer_start(t: Translator, text: str) -> Screen:
    """Return *text* with a button that starts the questions, and the frame."""
    start = button(t.gettext("Find help"), Route.GUIDE, "")
    return framed(t, escape(text, quote=False), ((start,),), packed="", back=None)


def health(t: Translator, problems: Sequence[Text], notes: Sequence[Text] = ()) -> Screen:
    """List what is late or failing, or say that nothing is; *notes*: what is good to know."""
    well = escape(t.gettext("Everything works: nothing is late or failing."))
    wrong = "\n".join(f"• {escape(t.say(problem))}" for problem in problems)
    return Screen(paragraphs(t, wrong or well, *(escape(t.say(note)) for note in notes)))


def notice(text: str) -> Screen:
    """Return a screen of one plain sentence, for staff."""
    return Screen(escape(text, quote=False))


def told(t: Translator, text: str) -> Screen:
    """Return a screen of one plain sentence and the frame, for everybody."""
    return framed(t, escape(text, quote=False), (), packed="", back=None)


def help_link(t: Translator, link: str) -> str:
    """Return the way to Help now of a message that asks for a reply, which has no buttons."""
    return linked(link, t.gettext("🆘 Help now"))


def apology(t: Translator) -> Screen:
    """Say that it was our mistake, and where help is all the same."""
    text = paragraphs(
        t,
        escape(t.gettext("Sorry, something went wrong on our side. Please try again.")),
        escape(t.gettext("In danger now? Call 999.")),
    )
    return framed(t, text, (), packed="", back=None)


def privacy(t: Translator, contact: str | None) -> Screen:
    """Say in a few lines what is kept, for how long, how to have it deleted, and whom to ask."""
    ask = t.gettext("Questions about this bot? Write to {contact}.")
    lines = (
        t.gettext("Your answers are never stored. They are only in the buttons of this chat."),
        t.gettext("If you choose a language, I keep it with the number of your Telegram account."),
        t.gettext("I delete them 180 days after your last visit."),
        t.gettext("If you get the weekly digest, I keep your topics until you stop it."),
        t.gettext(
            "If you ask for news about a need, I keep that for 6 months or until you stop it."
        ),
        t.gettext("Send /mydata to see all that I keep. Send /forget to delete it now."),
    )
    text = paragraphs(
        t,
        bold(t.gettext("What I keep about you")),
        "\n".join(f"• {escape(line)}" for line in lines),
        filled(t, ask, contact=contact) if contact else None,
    )
    return framed(t, text, (), packed="", back=None)


def my_data(t: Translator, kept: Mapping[str, str]) -> list[Screen]:
    """List every stored field about the person, as it is stored, on as many screens as needed."""
    if not kept:
        return [told(t, t.gettext("I keep nothing about you."))]
    heading = bold(t.gettext("All that I keep about you"))
    parts: list[str] = []
    lines = [heading]
    for field, value in kept.items():
        shown = shorten(value, _LONGEST_VALUE)
        line = f"• <code>{escape(field)}</code>: {t.isolate(escape(shown, quote=False))}"
        if sum(map(len, lines)) + len(line) > _MOST_OF_A_PART:
            parts.append(t.directed("\n".join(lines)))
            lines = []
        lines.append(line)
    last = escape(t.gettext("Send /forget to delete it now."))
    parts.append(paragraphs(t, "\n".join(lines), last))
    return [framed(t, part, (), packed="", back=None) for part in parts]


def who_am_i(t: Translator, person_id: int, role: Role) -> Screen:
    """Tell the person their Telegram number and what the bot takes them for."""
    words = {
        Role.NEWCOMER: t.gettext("You have no special role here."),
        Role.PARTNER: t.gettext("You are a partner."),
        Role.COORDINATOR: t.gettext("You are a coordinator."),
    }
    number = filled(
        t, t.gettext("The number of your Telegram account is {number}."), number=person_id
    )
    text = paragraphs(t, number, escape(words[role]))
    return framed(t, text, (), packed="", back=None)


def ask_forget(t: Translator) -> Screen:
    """Ask once before everything about the person is deleted."""
    text = t.gettext(
        "Delete all that I keep about you? The digest and your role as a partner end too."
    )
    rows = (
        (button(t.gettext("Yes, delete it"), Route.FORGET, "yes"),),
        (button(t.gettext("Delete it and clear this chat"), Route.FORGET, "clear"),),
    )
    return framed(t, escape(text), rows, packed="", back=None)


def _command(t: Translator, command: str, meaning: str) -> str:
    """Return a line of the command list; the command stays whole in right-to-left text."""
    return f"{t.isolate(command)} – {meaning}"


def help_commands(t: Translator, attribution: Sequence[str], role: Role) -> Screen:
    """List what one can send, by role, and what the licences of the data ask us to say."""
    lines = [
        _command(t, "/start", t.gettext("find help")),
        _command(t, "/language", t.gettext("choose your language")),
        _command(t, "/subscribe", t.gettext("get the weekly digest, choose topics")),
        _command(t, "/unsubscribe", t.gettext("stop the weekly digest")),
        _command(t, "/alerts", t.gettext("news about what you need")),
        _command(t, "/rights", t.gettext("what you may ask for")),
        _command(t, "/privacy", t.gettext("what I keep about you")),
        _command(t, "/mydata", t.gettext("see what I keep about you")),
        _command(t, "/forget", t.gettext("delete what I keep about you")),
        _command(t, "/clear", t.gettext("delete the messages of this chat")),
        _command(t, "/tell", t.gettext("write to the people who run this bot")),
        _command(t, "/stop", t.gettext("end this conversation")),
    ]
    if role is not Role.NEWCOMER:
        words = t.gettext("search the directory: /find food LS9")
        lines.append(_command(t, "/find", words))
        words = t.gettext("see and change your services")
        lines.append(_command(t, "/services", words))
        words = t.gettext("write a post for the digest")
        lines.append(_command(t, "/post", words))
        words = t.gettext("get the digest by e-mail too")
        lines.append(_command(t, "/email", words))
        words = t.gettext("throw away what you are writing")
        lines.append(_command(t, "/cancel", words))
    if role is Role.COORDINATOR:
        lines += [
            _command(t, "/digest", t.gettext("review this week’s digest")),
            _command(t, "/held", t.gettext("posts that were held as spam")),
            _command(t, "/feeds", t.gettext("the sites that the digest is made from")),
            _command(t, "/broadcast", t.gettext("write an urgent update")),
            _command(t, "/invite", t.gettext("invite a partner: /invite ORGANISATION")),
            _command(t, "/partners", t.gettext("see partners, end a role, withdraw invitations")),
            _command(t, "/needs", t.gettext("what people needed and did not find")),
            _command(t, "/messages", t.gettext("messages that wait for an answer")),
            _command(t, "/health", t.gettext("what is late or failing")),
        ]
    text = paragraphs(
        t,
        escape(t.gettext("In danger now? Call 999.")),
        "\n".join(escape(line, quote=False) for line in lines),
        "\n".join(italic(t.isolate(each)) for each in attribution),
    )
    return framed(t, text, (), packed="", back=None)
