"""What some settings can be, and how lists of ids and networks are written. Pure."""

import re
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_network

from web.proxies import Network

LOOPBACK: tuple[Network, ...] = (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128"))


class LogFormat(StrEnum):
    """How log lines look."""

    JSON = "json"
    TEXT = "text"


class LogLevel(StrEnum):
    """From which weight on log lines are written."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


class Shown(StrEnum):
    """Who may read the figures of this process."""

    OFF = "off"
    LOCAL = "local"  # this machine, and the networks of the proxies
    PUBLIC = "public"


def ids(value: object) -> object:
    """Return the Telegram ids in a text, each once; anything but a text as it is.

    Raises:
        ValueError: one of them is not a person's id.
    """
    if not isinstance(value, str):
        return value
    parts = [part for part in re.split(r"[,\s]+", value) if part]
    if wrong := [part for part in parts if not re.fullmatch(r"[1-9]\d{0,15}", part)]:
        raise ValueError(f"“{wrong[0]}” is not a Telegram user id")
    return tuple(dict.fromkeys(int(part) for part in parts))


def networks(value: object) -> object:
    """Return the networks in a text, each once, an address as one; anything else as it is.

    Raises:
        ValueError: one of them is neither an address nor a network, or is the whole internet.
    """
    if not isinstance(value, str):
        return value
    parts = [part for part in re.split(r"[,\s]+", value) if part]
    return tuple(dict.fromkeys(_network(part) for part in parts))


def _network(part: str) -> Network:
    try:
        found = ip_network(part, strict=False)
    except ValueError:
        raise ValueError(f"“{part}” is neither an address nor a network") from None
    if found.prefixlen == 0:
        raise ValueError(f"“{part}” is the whole internet, and anybody could claim any address")
    return found
