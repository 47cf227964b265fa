"""What everybody may know about a service: the rules of the cards, for what is published. Pure.

Everything that leaves through the export or the API is made of what `public` returns, so what it
leaves out cannot be told.
"""

from dataclasses import replace

from directory import disclosure
from directory.model import Audience, Confidence, Service
from directory.oruk.extension import CONFIRMED


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
        shown = disclosure.without_reach(shown)
    if not any(each.confidential_location for each in shown.other_places):
        return shown  # a copy less: most of the time of a large directory goes into copies
    told = (each for each in shown.other_places if not each.confidential_location)
    return replace(shown, other_places=tuple(told))


def _without_place(service: Service) -> Service:
    return replace(
        disclosure.without_place(service),
        hours_note=None,
        area="",
        other_places=(),
        accessibility=(),
        # a page of a source may show what is hidden here; a person's word names none
        sources=tuple(each for each in service.sources if each.url == CONFIRMED),
    )
