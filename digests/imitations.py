"""Addresses that imitate an organisation which the partnership knows. Pure.

How fraud names its sites: one letter changed, figures for letters, a hyphen and a word more,
another ending, or the true address in front of another one. Source: the kinds of typosquatting
that the National Cyber Security Centre and Action Fraud warn about.
"""

import re
from collections.abc import Collection, Iterable
from functools import lru_cache
from urllib.parse import urlsplit

from rapidfuzz.distance import DamerauLevenshtein

_PUBLIC = ("gov.uk", "nhs.uk", "ac.uk", "police.uk", "sch.uk", "mod.uk", "parliament.uk")
_SECOND_LEVEL = frozenset(
    {"ac", "co", "com", "edu", "gov", "ltd", "me", "net", "nhs", "org", "sch"}
)
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>()\[\]\"'“”]+", re.IGNORECASE)
_STATE = re.compile(
    r"(?:gov|nhs)-?uk(?![a-z])|(?:^|[.-])(?:gov|nhs)\.uk\.|gov\.(?:com|net|org|info)$"
    r"|(?:^|[.-])(?:hmrc|ukvi|dvla|dwp|home-?office)(?:[.-]|$)"
)
_FIGURES = str.maketrans("0134578", "oieastb")
_BAIT = frozenset(
    "account apply benefit benefits bonus card claim confirm gov grant help login now online pay "  # noqa: SIM905
    "payment payments portal refund secure service signin support uk update verify visa".split()
)
_LONG_ENOUGH = 8  # letters: shorter names are alike by chance
_LONG = 12


def hosts_in(link: str | None, text: str) -> list[str]:
    """Return the hosts of *link* and of the addresses that *text* spells out, each once."""
    found = ([link] if link else []) + _ADDRESS.findall(text)
    hosts = (host_of(address) for address in found)
    return list(dict.fromkeys(host for host in hosts if host))


def host_of(address: str) -> str:
    """Return the host of *address* without www, lower case; "" when it has none."""
    with_scheme = address if "://" in address else f"https://{address}"
    try:
        host = urlsplit(with_scheme).hostname or ""
    except ValueError:
        return ""
    return host.rstrip(".").removeprefix("www.")


def imitated(hosts: Iterable[str], known: Collection[str]) -> str | None:
    """Return the known host that one of *hosts* imitates, None when each is honest."""
    genuine = frozenset(known)
    for host in hosts:
        if (found := _imitated(host, genuine)) is not None:
            return found
    return None


@lru_cache(maxsize=2048)
def _imitated(host: str, known: frozenset[str]) -> str | None:
    if any(host == each or host.endswith(f".{each}") for each in (*_PUBLIC, *known)):
        return None
    if _STATE.search(host):
        return "gov.uk"
    for each in known:
        if host.startswith(f"{each}.") or f".{each}." in host or _resembles(host, each):
            return each
    return None


def _resembles(host: str, known: str) -> bool:
    """Say whether the name in *host* is made to look like the one in *known*."""
    ours, theirs = _name(host), _name(known)
    whole, bare = theirs.replace("-", ""), ours.replace("-", "")
    if len(whole) < _LONG_ENOUGH:
        return False
    if bare == whole or bare.translate(_FIGURES) == whole.translate(_FIGURES):
        return True
    if bare.startswith(whole) and "-" in ours:
        return bool(set(ours.split("-")) & _BAIT - set(theirs.split("-")))
    apart = DamerauLevenshtein.distance(bare, whole, score_cutoff=2)
    return apart <= (2 if len(whole) >= _LONG else 1)


def _name(host: str) -> str:
    """Return the label that somebody chose: of "www.leeds-mind.org.uk" it is "leeds-mind"."""
    labels = host.split(".")
    ending = 2 if len(labels) > 2 and labels[-2] in _SECOND_LEVEL else 1  # noqa: PLR2004
    return labels[-ending - 1] if len(labels) > ending else labels[0]
