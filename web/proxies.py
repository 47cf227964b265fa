"""Who asks, when proxies stand before this server. Pure."""

from collections.abc import Collection, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Network = IPv4Network | IPv6Network
_Address = IPv4Address | IPv6Address


def caller(peer: str, forwarded: Sequence[str], trusted: Collection[Network]) -> str:
    """Return the address of who asks: the first, from us outwards, that is no *trusted* proxy.

    *peer*: who is connected to us. *forwarded*: the X-Forwarded-For headers, to whose end each
    proxy adds who asked it. What stands before an address that is not trusted is that
    visitor's own claim, so nobody gets a new name by sending a header.
    """
    named = [each.strip() for header in forwarded for each in header.split(",")]
    found = peer
    while named and is_within(found, trusted):
        if (before := _address(named.pop())) is None:
            break
        found = str(before)
    return found


def is_within(said: str, networks: Collection[Network]) -> bool:
    """Say whether the address that is written there is in one of *networks*."""
    address = _address(said)
    return address is not None and any(address in network for network in networks)


def _address(said: str) -> _Address | None:
    """Return the address that is written there, with or without a port; None for nonsense."""
    plain = said.rpartition(":")[0] if said.count(":") == 1 else said
    if plain.startswith("["):
        plain = plain[1:].partition("]")[0]
    try:
        address = ip_address(plain)
    except ValueError:
        return None
    # a server for both kinds sees IPv4 within IPv6 (RFC 4291 section 2.5.5.2)
    return getattr(address, "ipv4_mapped", None) or address
