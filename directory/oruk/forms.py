"""Values as Open Referral UK writes them in JSON. Pure."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

Document = dict[str, Any]  # JSON

# RFC 3986: what stands in an address as it is; everything else is percent-encoded
_URL_SAFE = ":/?#[]@!$&'()*+,;=%~-._"
_HTTP = re.compile(r"https?://[^\s/?#]+", re.IGNORECASE)
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


def filled(document: Mapping[str, Any]) -> Document:
    """Return *document* without what has no value."""
    return {name: value for name, value in document.items() if value not in (None, "", [], {})}


def moment(value: datetime | None) -> str | None:
    """Return *value* as RFC 3339 in UTC, to the second: ``2026-11-22T04:07:27Z``."""
    if value is None:
        return None
    return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def uri(text: str | None) -> str | None:
    """Return a web address as RFC 3986 wants it, None if *text* is none."""
    if not text or _HTTP.match(text) is None:
        return None
    scheme, _, rest = text.partition("://")
    host = re.split(r"[/?#]", rest, maxsplit=1)[0]
    try:
        plain = host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return None
    if not re.fullmatch(r"[A-Za-z0-9.:_@%~-]+", plain):
        return None
    path, sharp, fragment = _BAD_PERCENT.sub("%25", rest[len(host) :]).partition("#")
    safe = quote(path, safe=_URL_SAFE.replace("[", "").replace("]", ""))
    end = quote(fragment, safe=re.sub(r"[\[\]#]", "", _URL_SAFE))
    return f"{scheme.lower()}://{plain}{safe}{sharp}{end}"
