"""The words of the digest by e-mail: who reads it, and which addresses we take. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime

from digests.subscription import Frequency, Subscription

LONGEST_ADDRESS = 254  # RFC 5321 section 4.5.3.1.3: a path of 256 with its angle brackets
_LONGEST_LOCAL = 64  # RFC 5321 section 4.5.3.1.1
_LONGEST_INPUT = 400  # characters that are looked at: a domain in its own script is shorter
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*", re.ASCII)  # RFC 5322 section 3.2.3, dot-atom
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"  # RFC 1123 section 2.1
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+(?=[a-z])[a-z0-9-]*[a-z0-9]", re.ASCII)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)  # secrets.token_urlsafe(32)

DIGEST = "digest"  # the campaign of a week: digest:2026-W47
DAILY = "daily"  # of a day: daily:2026-11-20
CONFIRM = "confirm"  # the mails of a day that ask for a yes: confirm:2026-11-20


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks for: *topics* (empty: all), in *language*, how often and when.

    *day* (0 is Monday) and *hour* in the city's time; None: with the others.
    """

    language: str
    topics: frozenset[str] = frozenset()
    frequency: Frequency = Frequency.WEEKLY
    day: int | None = None
    hour: int | None = None


@dataclass(frozen=True, slots=True)
class MailReader:
    """Somebody who asked for the digest by e-mail; *confirmed_at*: None before they said yes.

    *token*: in the links of their mails; whoever has it may change and stop.
    """

    id: int
    address: str
    token: str
    wish: Wish
    confirmed_at: datetime | None = None

    @property
    def subscription(self) -> Subscription:
        """Return the wish as `digests.schedule` reads it; there is no chat."""
        return Subscription(
            chat_id=0,
            topics=self.wish.topics,
            language=self.wish.language,
            frequency=self.wish.frequency,
            day=self.wish.day,
            hour=self.wish.hour,
        )


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail that is to leave: of what *campaign*, to whom, and how often it was tried."""

    id: int
    campaign: str
    reader: MailReader
    attempts: int = 0


def read_address(text: str) -> str | None:
    """Return the e-mail address in *text* as it is stored, None when we cannot send to it.

    Small letters, the domain in ASCII (RFC 5890). Quoted local parts, numbers in brackets and
    letters beyond ASCII before the @ (they need SMTPUTF8, RFC 6531) are not taken.
    """
    if len(text) > _LONGEST_INPUT:
        return None
    local, at, domain = text.strip().rpartition("@")
    if not at or len(local) > _LONGEST_LOCAL or not _LOCAL.fullmatch(local):
        return None
    try:
        ascii_domain = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    address = f"{local.lower()}@{ascii_domain}"
    if len(address) > LONGEST_ADDRESS or not _DOMAIN.fullmatch(ascii_domain):
        return None
    return address


def is_token(text: str) -> bool:
    """Say whether *text* has the form of a reader's token."""
    return _TOKEN.fullmatch(text) is not None
