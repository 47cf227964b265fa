"""Identifiers that Open Referral UK asks for: UUIDs that stay the same from export to export. Pure.

A source's own UUID is kept, so that a record is the same record in every directory it travels to.
"""

from uuid import UUID, uuid5

# made once for this program; a different one would give every record a new identity
NAMESPACE = UUID("5f1c0b52-6a53-5b0e-9f0e-6d1a7c3b9e21")


def own(text: str | None) -> str | None:
    """Return *text* as a UUID is written (RFC 9562), None if it is none."""
    try:
        return str(UUID(text)) if text else None
    except ValueError:
        return None


def of(kind: str, key: str) -> str:
    """Return the UUID of what has no other one: a *kind* of record and its *key* with us."""
    return str(uuid5(NAMESPACE, _encodable(f"{kind}/{key}")))


def within(parent: str, part: str) -> str:
    """Return the UUID of a *part* of the record that has the UUID *parent*: ``schedule/0``."""
    return str(uuid5(UUID(parent), _encodable(part)))


def _encodable(text: str) -> str:
    """Return *text* with "?" for each half of a surrogate pair, which UTF-8 cannot hold."""
    return text.encode("utf-8", "replace").decode()
