"""What everybody may know about a service: the rules of the cards, for what is published. Pure.

Everything that leaves through the export or the API is made of what `public` returns, so what it
leaves out cannot be told.
"""

import re
from collections.abc import Callable
from dataclasses import replace

from directory.model import Access, Audience, Confidence, Service, ServiceAtLocation
from directory.oruk.clean import without_addresses
from directory.oruk.extension import CONFIRMED

_E_MAIL = r"\S+@\S+"
_PHONE = r"\+?\d(?:[ ()-]{0,2}\d){6,}"
_POSTCODE = r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b"
_REACHABLE = re.compile(f"{_E_MAIL}|{_PHONE}|{_POSTCODE}", re.IGNORECASE)
_PLACED = re.compile(_POSTCODE, re.IGNORECASE)

Mask = Callable[[str | None], str | None]


def public(service: Service) -> Service | None:
    """Return *service* with nothing but what everybody may see; None if that is nothing.

    Never a note for workers or referrers, nor who confirmed it. Of a record of low confidence
    no phone, e-mail, hours or address, and none in its texts. Of a confidential location
    nothing that tells where it is: no address, point, area, note of hours or source.
    """
    if service.audience is not Audience.PUBLIC:
        return None
    shown = service
    if service.note is not None or service.referrer_note is not None:
        shown = replace(service, note=None, referrer_note=None)
    if service.confidential_location:
        shown = _without_place(shown)
    if service.confidence is Confidence.LOW:
        shown = _without_contact(shown)
    if not any(each.confidential_location for each in shown.other_places):
        return shown  # a copy less: most of the time of a large directory goes into copies
    told = (each for each in shown.other_places if not each.confidential_location)
    return replace(shown, other_places=tuple(told))


def _without_place(service: Service) -> Service:
    masked = _masked(service, _mask(_PLACED, _own_words(service)))
    comments = '"' in (service.opening_hours or "")  # words, which may name the place
    return replace(
        masked,
        description=without_addresses(masked.description),
        opening_hours=None if comments else service.opening_hours,
        address=None,
        location=None,
        hours_note=None,
        area="",
        other_places=(),
        accessibility=(),
        # a page of a source may show what is hidden here; a person's word names none
        sources=tuple(each for each in service.sources if each.url == CONFIRMED),
    )


def _without_contact(service: Service) -> Service:
    masked = _masked(service, _mask(_REACHABLE, ()))
    return replace(
        masked,
        phones=(),
        email=None,
        contacts=(),
        opening_hours=None,
        hours_note=None,
        address=None,
        location=None,
        other_places=(),
        accessibility=(),
    )


def _own_words(service: Service) -> tuple[str, ...]:
    """Return the lines that a hidden address has, in case a text repeats one."""
    places: tuple[ServiceAtLocation, ...] = service.places
    lines = [line for each in places if each.address for line in each.address.lines]
    # the last line is the town, which many texts name
    last = {each.address.lines[-1] for each in places if each.address and each.address.lines}
    return tuple(line for line in lines if line not in last and line.strip())


def _mask(pattern: re.Pattern[str], words: tuple[str, ...]) -> Mask:
    """Return what puts … in the place of all that *pattern* or one of *words* matches."""
    parts = [re.escape(word) for word in sorted(words, key=len, reverse=True)]
    joined = re.compile("|".join([pattern.pattern, *parts]), re.IGNORECASE)

    def mask(text: str | None) -> str | None:
        while text and (masked := joined.sub("…", text)) != text:
            text = masked  # what is left beside a mask may itself be half an address
        return text

    return mask


def _masked(service: Service, mask: Mask) -> Service:
    """Return *service* with every text of its own masked."""
    access = service.access
    costs = [
        replace(each, option=mask(each.option), amount_description=mask(each.amount_description))
        for each in service.cost_options
    ]
    return replace(
        service,
        name=mask(service.name) or "…",
        alternate_name=mask(service.alternate_name),
        description=mask(service.description) or "",
        organization=mask(service.organization) or "…",
        organization_description=mask(service.organization_description),
        eligibility_description=mask(service.eligibility_description),
        referral_route=mask(service.referral_route),
        who_may_refer=mask(service.who_may_refer),
        interpretation=mask(service.interpretation),
        area=mask(service.area) or "",
        access=Access(access.walk_in, access.referral, access.appointment, mask(access.cost)),
        cost_options=tuple(costs),
    )
