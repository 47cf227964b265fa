"""What only some sources know of a service: costs, access, other places, who checked what. Pure."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from html import escape

from digests.clean import shorten
from directory.editing import Part
from directory.model import CostOption, Fact, Match, Referral, Service, ServiceAtLocation
from handlers import contact, fact_words
from handlers.screens import day, filled, italic
from locales import SOURCE, Translator

_MOST_PLACES = 3
_LONGEST = 200  # characters of one detail
_NAMES = {
    Fact.SERVICES: Part.DESCRIPTION,
    Fact.ELIGIBILITY: Part.STAGES,
    Fact.ACCESS: Part.ACCESS,
    Fact.COST: Part.COST,
    Fact.HOURS: Part.HOURS,
    Fact.ADDRESS: Part.ADDRESS,
    Fact.PHONE: Part.PHONES,
    Fact.EMAIL: Part.EMAIL,
    Fact.URL: Part.URL,
    Fact.STATUS: Part.STATUS,
}


def details(t: Translator, match: Match, *, worker: bool) -> str | None:
    """Return the details as HTML, a line each, None where the sources have none.

    Of a doubtful record none: they may hold a way to reach somebody.
    """
    if not match.contact_shown:
        return None
    told = [
        f"{sign} {t.isolate(escape(shorten(text, _LONGEST)))}"
        for sign, text in _said(match.service, worker=worker)
    ]
    if not told:
        return None
    if t.language != SOURCE:
        told.insert(0, italic(t.gettext("This text is in English.")))
    return "\n".join(told)


def _said(service: Service, *, worker: bool) -> Iterator[tuple[str, str]]:
    """Give each detail in the words of the source, with a sign that says what it is about."""
    for_referrers = worker or service.access.referral is Referral.AGENCY
    said = [
        ("👥", service.eligibility_description),
        *(("💷", _cost(option)) for option in service.cost_options),
        ("🗣", service.interpretation),
        ("♿", " · ".join(service.accessibility)),
        ("➡️", service.who_may_refer if for_referrers else None),
        ("➡️", service.referral_route if for_referrers else None),
    ]
    for sign, text in said:
        if text:
            yield sign, text


def _cost(option: CostOption) -> str:
    amount = None if option.amount is None else f"£{option.amount:.2f}"
    return ": ".join(each for each in (option.option, amount, option.amount_description) if each)


def other_places(t: Translator, match: Match) -> str | None:
    """Return where else the service is, as HTML; None where nobody may know or it is nowhere."""
    if not match.contact_shown:
        return None
    others = (place for place in match.service.places if place != match.place)
    told = [line for place in others if (line := _place(t, place))]
    if not told:
        return None
    heading = escape(t.gettext("They are also here:"))
    return "\n".join([f"<b>{heading}</b>", *told[:_MOST_PLACES]])


def _place(t: Translator, place: ServiceAtLocation) -> str | None:
    """Return one further place with its hours; a confidential one is not told."""
    if place.confidential_location or place.address is None:
        return None
    parts = (place.name, *place.address.lines, place.address.postcode)
    line = f"📍 {t.isolate(escape(', '.join(part for part in parts if part)))}"
    words = contact.hours(t, place.opening_hours) if place.opening_hours else None
    return line if words is None else f"{line}\n{escape(words)}"


def checked(t: Translator, service: Service) -> str | None:
    """Say which facts a person vouched for and when, as HTML; None where nobody did for some.

    The newest first. Who it was is not told, only that somebody did.
    """
    if service.confirmed_on is not None or not service.checks:
        return None
    by_day: dict[date, list[str]] = defaultdict(list)
    for check in service.checks:
        by_day[check.on].append(fact_words.label(t, _NAMES[check.fact]))
    said = t.gettext("✅ A person checked this on {date}: {what}")
    return "\n".join(
        filled(
            t,
            said,
            date=day(t, on),
            what=" · ".join(names),
        )
        for on, names in sorted(by_day.items(), reverse=True)
    )
