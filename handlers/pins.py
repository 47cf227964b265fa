"""Where a service is on a map, for those whose place anybody may know. Pure.

Nothing for a confidential location, for what nobody has checked, or where a service helps people
in danger: a map pin in a chat, or a route kept in the phone's map app, can be found by whoever
looks at the phone.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from delivery.model import Button
from directory.model import Confidence, Match, Point, ServiceAtLocation, Status
from directory.needs import speaks_of_danger
from directory.walking import is_walk
from handlers.callbacks import Route
from handlers.screens import button
from locales import Translator

# Opens the map app where there is one, else the browser. Without an origin: the phone finds its
# own way, and nothing about the person is in the link. Source:
# https://developers.google.com/maps/documentation/urls/get-started
_DIRECTIONS = "https://www.google.com/maps/dir/?"


@dataclass(frozen=True, slots=True)
class Pin:
    """What a map is told; *point* is None where only the address is known."""

    title: str
    address: str
    point: Point | None


def pin(match: Match) -> Pin | None:
    """Return where *match* is, None where that must not, or cannot, be shown."""
    service, place = match.service, match.place
    if not match.contact_shown or service.confidence is Confidence.LOW:
        return None
    if service.confidential_location or service.status is Status.CLOSED:
        return None
    if speaks_of_danger(service) or not (address := written(place)):
        return None
    return Pin(service.name, address, place.location)


def rows(t: Translator) -> tuple[tuple[Button, ...], ...]:
    """Return the buttons under a map: Help now, as under everything."""
    return ((button(t.gettext("🆘 Help now"), Route.HELP_BELOW),),)


def directions(match: Match) -> str | None:
    """Return a link that leads to *match* from wherever the phone is, None without a pin.

    On foot where that is not too far; else the map offers what there is.
    """
    if (found := pin(match)) is None:
        return None
    point = found.point
    where = found.address if point is None else f"{point.lat:.6f},{point.lon:.6f}"
    asked = {"api": "1", "destination": where}
    if match.distance_m is not None and is_walk(match.distance_m):
        asked["travelmode"] = "walking"
    return _DIRECTIONS + urlencode(asked)


def written(place: ServiceAtLocation) -> str:
    """Return the address in one line, empty where there is none or it is confidential."""
    if place.address is None or place.confidential_location:
        return ""
    return ", ".join(part for part in (*place.address.lines, place.address.postcode) if part)
