"""Screens of the news that newcomers ask for by need and part of the city. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from babel.dates import format_date

from delivery.model import Button
from directory import alerting
from directory.alerting import ANYWHERE, MOST, Alert
from directory.places import District, Gazetteer
from handlers import contact
from handlers.callbacks import Route
from handlers.screens import (
    Rows,
    Screen,
    back_button,
    bold,
    button,
    filled,
    framed,
    paragraphs,
)
from locales import Translator
from locales.errors import Text

LISTED = 4  # with stop, ask, help now and language: eight buttons; one fewer beside Back
NEEDS_PER_PAGE = 4  # with next page, back, help now and language: eight buttons
DISTRICTS = 5  # with back, help now and language: eight buttons


@dataclass(frozen=True, slots=True)
class Offered:
    """What somebody is asked about: news of *need*, in *district* where that is known.

    *packed*: the answers of the guide to come back to, empty for none.
    """

    need: str
    district: District | None = None
    packed: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a chat asked for; *packed*: as of `Offered`."""

    alerts: Sequence[Alert]
    packed: str = ""


def stop_button(t: Translator) -> Button:
    """Return the button under every such message: one tap, and nothing of the kind comes again."""
    return button(t.gettext("Stop these messages"), Route.ALERT, "off")


def again_button(t: Translator) -> Button:
    """Return the button that takes the place of `stop_button` once it was pressed."""
    return button(t.gettext("Choose again"), Route.ALERT, "again")


def offer(t: Translator) -> str:
    """Return the words of the offer at the end of results."""
    return "🔔 " + t.gettext("Tell me when there is news about this")


def stopped(t: Translator) -> str:
    """Say that nothing more comes, in at most 200 characters, for an alert too."""
    return t.gettext("Done. The news that you asked for has stopped.")


def not_stopped(t: Translator) -> str:
    """Say that it could not be stopped now."""
    return t.gettext("I could not stop the news that you asked for. Please send /stop again.")


def kept(t: Translator) -> str:
    """Say that news will come."""
    return t.gettext("Done. I write to you when there is news.")


def too_many(t: Translator) -> str:
    """Say that a chat can ask for no more."""
    told = t.gettext("You can ask for news about {most} things at most. Please remove one first.")
    return t.fill(told, most=MOST)


def about(t: Translator, offered: Offered, gazetteer: Gazetteer) -> Screen:
    """Say what may come, who can read it, what is kept and how it ends, then ask."""
    need, packed = offered.need, offered.packed
    everywhere = t.fill(t.gettext("Yes, for all of {city}"), city=gazetteer.home)
    asked = filled(t, t.gettext("Do you want news about this: {need}?"), need=_name(t, need))
    told = (
        t.gettext(
            "I write to you when there is news, for example when a place opens or closes. So you "
            "know in time."
        ),
        t.gettext("Telegram can see this chat, and so can anyone who holds your phone."),
        t.gettext(
            "I keep the number of this chat, what the news is about, the area and your language."
        ),
        t.gettext("After 6 months it ends by itself and I delete this. You can ask again."),
        t.gettext(
            "You can stop at any time: with the button under each message, with /alerts or with "
            "/stop."
        ),
    )
    text = paragraphs(
        t, f"<b>{asked}</b>", "\n".join(f"• {escape(line, quote=False)}" for line in told)
    )
    leave = (Route.GUIDE, packed) if packed else (Route.ALERT, "list", 0)
    rows: Rows = (
        *_one_area(t, offered, gazetteer),
        (button(everywhere, *_on(need, ANYWHERE, packed)),),
        (button(t.gettext("No"), *leave),),
    )
    return framed(t, text, rows, packed=packed, back=None, after_promise=True)


def _one_area(t: Translator, offered: Offered, gazetteer: Gazetteer) -> Rows:
    """Return the button for the area that is known, else the way to choose one, if any."""
    need, packed = offered.need, offered.packed
    if offered.district is not None:
        place = offered.district.named(t.language)
        words = t.fill(t.gettext("Yes, for this area: {place}"), place=place)
        code = alerting.district_code(offered.district)
        return ((button(words, *_on(need, code, packed)),),)
    if not gazetteer.districts:
        return ()
    return ((button(t.gettext("Yes, for one area only"), Route.ALERT, "part", need, packed),),)


def part(t: Translator, offered: Offered, gazetteer: Gazetteer) -> Screen:
    """Ask for which area news of a need is wanted."""
    need, packed = offered.need, offered.packed
    rows: Rows = tuple(
        (button(each.named(t.language), *_on(need, alerting.district_code(each), packed)),)
        for each in gazetteer.districts[:DISTRICTS]
    )
    back = button(t.gettext("‹ Back"), Route.ALERT, "new", need, packed)
    text = paragraphs(t, escape(t.gettext("Choose an area.")))
    return framed(t, text, rows, packed=packed, back=back)


def listing(
    t: Translator, asked: Asked, gazetteer: Gazetteer, page: int = 0, note: str | None = None
) -> Screen:
    """List what was asked for, each to be removed with one tap, until when it lasts.

    *note*: a sentence to begin with. A need of which nobody may ask any more is not named.
    """
    alerts = [each for each in asked.alerts if each.need in alerting.alertable()]
    packed, room = asked.packed, LISTED - bool(asked.packed)
    most = room if len(alerts) <= room else room - 1  # and the button for the next page
    pages = max(1, -(-len(alerts) // most))
    page %= pages
    rows: Rows = tuple(
        (
            button(
                f"✖️ {_named(t, each, gazetteer)}",
                *(Route.ALERT, "drop", each.need, each.district, packed),
            ),
        )
        for each in alerts[page * most : (page + 1) * most]
    )
    if pages > 1:
        turn = button(f"{page + 1}/{pages} ›", Route.ALERT, "list", (page + 1) % pages, packed)
        rows += ((turn,),)
    if asked.alerts:
        rows += ((button(t.gettext("Stop these messages"), Route.ALERT, "none", packed),),)
    rows += ((button(t.gettext("Ask for news"), Route.ALERT, "add", 0, packed),),)
    nothing = (escape(t.gettext("You have not asked for any news.")),)
    text = paragraphs(
        t,
        escape(note, quote=False) if note else None,
        *(_lines(t, alerts, gazetteer) if alerts else nothing),
    )
    back = back_button(t, packed) if packed else None
    return framed(t, text, rows, packed=packed, back=back, after_promise=True)


def _lines(t: Translator, alerts: Sequence[Alert], gazetteer: Gazetteer) -> tuple[str, ...]:
    until = t.gettext("{news}, until {date}")
    lines = (
        filled(t, until, news=_named(t, each, gazetteer), date=_day(t, each.ends_on))
        for each in alerts
    )
    return (
        bold(t.gettext("You asked for news about:")),
        "\n".join(f"• {line}" for line in lines),
        escape(t.gettext("To keep one longer, ask for it again.")),
        escape(t.gettext("Press a button with ✖️ to remove it.")),
    )


def choose(t: Translator, page: int, packed: str = "") -> Screen:
    """Offer the needs about which one may ask for news, a page of them."""
    every = alerting.alertable()
    pages = -(-len(every) // NEEDS_PER_PAGE)
    page %= pages
    rows: Rows = tuple(
        (button(_name(t, need), Route.ALERT, "new", need, packed),)
        for need in every[page * NEEDS_PER_PAGE : (page + 1) * NEEDS_PER_PAGE]
    )
    turn = button(f"{page + 1}/{pages} ›", Route.ALERT, "add", (page + 1) % pages, packed)
    back = button(t.gettext("‹ Back"), Route.ALERT, "list", 0, packed)
    text = paragraphs(t, escape(t.gettext("What do you want news about?")))
    return framed(t, text, (*rows, (turn,)), packed=packed, back=back, after_promise=True)


def _on(need: str, code: str, packed: str) -> tuple[Route, str, str, str, str]:
    return Route.ALERT, "on", need, code, packed


def _name(t: Translator, need: str) -> str:
    return t.say(Text(alerting.name(need)))


def _named(t: Translator, alert: Alert, gazetteer: Gazetteer) -> str:
    """Return what an alert is about, and where, as one label."""
    need, district = _name(t, alert.need), alerting.district(gazetteer, alert.district)
    if alert.district == ANYWHERE:
        everywhere = t.gettext("{need} (all of {city})")
        return t.fill(everywhere, need=need, city=gazetteer.home)
    place = alert.district if district is None else district.named(t.language)
    return t.fill(t.gettext("{need} ({place})"), need=need, place=place)


def _day(t: Translator, when: date) -> str:
    return str(format_date(when, "long", locale=contact.locale_of(t)))
