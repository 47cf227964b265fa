"""Which addresses a feed may be fetched from: web addresses on the public internet. Pure.

Reliability tests F1 and F2. What a name resolves to is decided at the connection, in
`digests.fetch`; here is what the address itself says, and the rule for both.
"""

import re
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from digests.errors import FetchError
from locales.errors import N_, Text

_LOCAL_NAMES = re.compile(
    r"(?:.*\.)?(?:localhost|local|internal|intranet|lan|home|corp|localdomain|onion|arpa)",
    re.IGNORECASE,
)
# parts of inet_aton's spellings: decimal, octal (0...), hexadecimal (0x...)
_NUMERIC = re.compile(r"(?:0x[0-9a-f]*|\d+)(?:\.(?:0x[0-9a-f]*|\d+)){0,3}", re.IGNORECASE)
_WEB_PORTS = {80, 443}
_FIRST_FREE_PORT = 1024  # those below belong to other services of a machine (RFC 6335)
_NAT64 = IPv6Address("64:ff9b::")


def is_public(address: str) -> bool:
    """Say whether *address* (an IP address as text) is reachable by everybody.

    Refuses private, shared (100.64/10), loopback, link-local, multicast, reserved and
    documentation ranges, also when IPv4 is wrapped in IPv6 (mapped, 6to4, Teredo, NAT64).
    """
    try:
        ip = ip_address(address.split("%", 1)[0])
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        inside = _wrapped(ip)
        if inside is not None:
            return is_public(str(inside))
        if ip.is_site_local:
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def refuse_address(url: str, *, public: Callable[[str], bool] = is_public) -> None:
    """Do nothing if *url* may be asked; names are looked at again when they are resolved.

    *public* says which addresses are.

    Raises:
        FetchError: not http or https, a user name in it, a port of another service, or a host
            that is not public.
    """
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError as exc:
        raise FetchError(url, Text(N_("This is not a web address."))) from exc
    if parts.scheme not in {"http", "https"}:
        reason = N_("Only addresses that begin with http:// or https:// can be read.")
        raise FetchError(url, Text(reason))
    if "@" in parts.netloc:
        raise FetchError(url, Text(N_("The address has a user name in it, so it is not read.")))
    if not host or port == 0 or re.search(r"[\s\\%]", parts.netloc):
        raise FetchError(url, Text(N_("This is not a web address.")))
    if port is not None and port not in _WEB_PORTS and port < _FIRST_FREE_PORT:
        reason = N_("This port is not for web sites. Ports 80, 443 and from 1024 up can be read.")
        raise FetchError(url, Text(reason))
    if not _public_host(host, public):
        raise not_public(url)


def not_public(url: str) -> FetchError:
    """Return the error for an address that leads into a private network."""
    return FetchError(url, Text(N_("The address leads to a private network, so it is not read.")))


def _wrapped(ip: IPv6Address) -> IPv4Address | None:
    if int(ip) >> 32 == int(_NAT64) >> 32 or (int(ip) >> 32 == 0 and int(ip) > 1):
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)


def _public_host(host: str, public: Callable[[str], bool]) -> bool:
    # "2130706433", "0x7f.1", "017700000001": never how a feed is addressed
    if public(host) or ":" in host or _NUMERIC.fullmatch(host):
        return public(host)
    return not _LOCAL_NAMES.fullmatch(host) and "." in host
