"""The pages on which somebody asks for the digest by e-mail, confirms, changes and stops. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta

from babel.dates import format_date, format_skeleton

import locales
from digests.letter import (
    Choice,
    Letter,
    Site,
    contact_line,
    frame_urls,
    frame_words,
    languages,
)
from digests.lines import locale_of
from digests.mailing import MailReader, Wish
from digests.plain import mail_text
from digests.subscription import Frequency
from digests.templating import filled
from locales import Translator
from locales.errors import Text

HOURS = range(6, 22)  # nobody is woken; as in the bot
_A_MONDAY = date(2024, 1, 1)
_OFFERED = (Frequency.WEEKLY, Frequency.DAILY)


@dataclass(frozen=True, slots=True)
class Fields:
    """What a form shows: what can be chosen, and what is chosen now; *address* None: not asked."""

    address: str | None
    languages: tuple[Choice, ...]
    language: str
    topics: tuple[Choice, ...]
    chosen: frozenset[str]
    frequencies: tuple[Choice, ...]
    frequency: str
    days: tuple[Choice, ...]
    day: str
    hours: tuple[Choice, ...]
    hour: str


def read_wish(form: Mapping[str, str], topics: frozenset[str], known: frozenset[str]) -> Wish:
    """Return what a sent form asks for; what it lacks or has wrong is as if it were not there.

    *topics*: the ticked ones; only *known* ones count, and all of them mean none in particular.
    """
    day, hour = form.get("day", ""), form.get("hour", "")
    wanted = topics & known
    return Wish(
        language=locales.choose(form.get("language")),
        topics=frozenset() if wanted == known else wanted,
        frequency=Frequency.DAILY if form.get("frequency") == "daily" else Frequency.WEEKLY,
        day=int(day) if day in {str(n) for n in range(7)} else None,
        hour=int(hour) if hour in {str(n) for n in HOURS} else None,
    )


def subscribe(
    t: Translator,
    site: Site,
    topics: tuple[Choice, ...],
    wish: Wish,
    *,
    address: str = "",
    wrong: Text | None = None,
) -> str:
    """Return the page on which somebody asks for the digest; *wrong*: why it did not work."""
    said = [
        t.gettext("Once a week: what is new for everybody who works with migrants."),
        t.gettext("After you press the button we send you one mail, and you say yes there."),
    ]
    return _page(
        "form.html.j2",
        t,
        site,
        title=t.gettext("Get the news by e-mail"),
        said=said,
        fields=_fields(t, topics, wish, address),
        button=t.gettext("Send"),
        wrong=t.say(wrong) if wrong is not None else "",
    )


def change(
    t: Translator, site: Site, topics: tuple[Choice, ...], reader: MailReader, *, saved: bool
) -> str:
    """Return the page on which a reader changes what they get; *saved*: they just did."""
    stop = Choice(t.gettext("Stop these mails"), link=site.url(f"stop/{reader.token}"))
    return _page(
        "form.html.j2",
        t,
        site,
        title=t.gettext("Change what you get"),
        said=[t.gettext("Saved.")] if saved else [],
        fields=_fields(t, topics, reader.wish, None),
        button=t.gettext("Save"),
        other=stop,
        around=False,
    )


def asked(t: Translator, site: Site) -> str:
    """Return what everybody sees who asked, whether the address was there already or not."""
    said = [
        t.gettext("We sent you a mail. Open the link in it and press the button."),
        t.gettext("If there is no mail in ten minutes, look among the unwanted mails."),
    ]
    return _notice(t, site, t.gettext("Please look in your mailbox"), said)


def confirm(t: Translator, site: Site) -> str:
    """Return the page whose button says yes: mail scanners open links, but press nothing."""
    said = [t.gettext("Press the button, then you get the next edition.")]
    button = t.gettext("Yes, send me the news")
    return _notice(t, site, t.gettext("Get the news by e-mail"), said, button=button)


def confirmed(t: Translator, site: Site, reader: MailReader) -> str:
    """Return the page after the yes."""
    other = Choice(t.gettext("Change what you get"), link=site.url(f"change/{reader.token}"))
    said = [t.gettext("You get the next edition. Each mail has a link to stop.")]
    return _notice(t, site, t.gettext("Done"), said, other=other)


def stop(t: Translator, site: Site) -> str:
    """Return the page whose button stops the mails."""
    said = [t.gettext("Press the button. Then we delete your address and send nothing more.")]
    title = t.gettext("Stop these mails")
    return _notice(t, site, title, said, button=title)


def stopped(t: Translator, site: Site) -> str:
    """Return the page after the stop."""
    said = [t.gettext("We deleted your address. You get no more mails from us.")]
    return _notice(t, site, t.gettext("Done"), said)


def missing(t: Translator, site: Site) -> str:
    """Return the page for an address at which there is nothing, or nothing any more."""
    said = [t.gettext("There is no such page, or the link is too old.")]
    return _notice(t, site, t.gettext("Not found"), said)


def busy(t: Translator, site: Site) -> str:
    """Return the page for somebody who asked too often."""
    said = [t.gettext("There were too many tries from here. Please come back in an hour.")]
    return _notice(t, site, t.gettext("Please wait"), said)


def asking_mail(t: Translator, site: Site, reader: MailReader, *, days: int) -> Letter:
    """Return the mail that asks the reader for a yes, or that says that they gave it.

    *days*: after how many an address is deleted for which nobody said yes.
    """
    if reader.confirmed_at is not None:
        title = t.gettext("You get the news by e-mail already")
        said = [t.gettext("Somebody, perhaps you, asked for it once more. Nothing has changed.")]
        name, path, after = t.gettext("Change what you get"), "change", []
    else:
        title = t.gettext("Do you want the news by e-mail?")
        asked = t.gettext("Somebody, perhaps you, asked for the news for partners in {city}.")
        said = [t.fill(asked, city=site.city)]
        name, path = t.gettext("Yes, send me the news"), "confirm"
        not_you = t.ngettext(
            "If it was not you, do nothing. After {n} day we delete your address.",
            "If it was not you, do nothing. After {n} days we delete your address.",
            days,
        )
        after = [t.fill(not_you, n=days)]
    values = {
        "title": title,
        "said": said,
        "link": Choice(name, link=site.url(f"{path}/{reader.token}")),
        "after": after,
        "contact": contact_line(t, site),
    }
    html = filled("ask.html.j2", t, **values)
    return Letter(title, html, mail_text("ask.txt.j2", t, **values))


def _notice(
    t: Translator,
    site: Site,
    title: str,
    said: list[str],
    *,
    button: str = "",
    other: Choice | None = None,
) -> str:
    return _page(
        "notice.html.j2", t, site, title=title, said=said, button=button, other=other, around=False
    )


def _page(template: str, t: Translator, site: Site, **values: object) -> str:
    """Return a page; *around*: whether it offers itself in the other languages too."""
    around = values.pop("around", True)
    words = frame_words(t) | {
        "address": t.gettext("Your e-mail address"),
        "trap": t.gettext("Please leave this empty"),
        "topics": t.gettext("Topics"),
        "all_topics": t.gettext("With no topic chosen you get all of them."),
        "how_often": t.gettext("How often"),
        "day": t.gettext("On which day"),
        "hour": t.gettext("At what time"),
    }
    defaults: dict[str, object] = {"wrong": "", "other": None}
    return filled(
        template,
        t,
        w=words,
        urls=frame_urls(site, t),
        contact=contact_line(t, site),
        languages=languages() if around else (),
        **(defaults | values),
    )


def _fields(t: Translator, topics: tuple[Choice, ...], wish: Wish, address: str | None) -> Fields:
    with_others = Choice(t.gettext("When it is ready"))
    often = {
        Frequency.WEEKLY: t.gettext("Once a week"),
        Frequency.DAILY: t.gettext("Every day with news"),
    }
    locale = locale_of(t)
    days = (
        Choice(str(format_date(_A_MONDAY + timedelta(days=n), "EEEE", locale=locale)), str(n))
        for n in range(7)
    )
    hours = (Choice(_clock(n, t), str(n)) for n in HOURS)
    return Fields(
        address=address,
        languages=languages(),
        language=wish.language,
        topics=topics,
        chosen=wish.topics or frozenset(each.code for each in topics),
        frequencies=tuple(Choice(often[each], each.value) for each in _OFFERED),
        frequency=wish.frequency.value,
        days=(with_others, *days),
        day="" if wish.day is None else str(wish.day),
        hours=(with_others, *hours),
        hour="" if wish.hour is None else str(wish.hour),
    )


def _clock(hour: int, t: Translator) -> str:
    return str(format_skeleton("Hm", time(hour), locale=locale_of(t)))
