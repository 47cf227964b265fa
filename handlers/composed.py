"""An urgent update as far as it is written, and what may be put into it. Pure."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum

import locales
from delivery.broadcast import Audience, Link, Narrowing, Shape
from digests import submission
from locales.errors import N_, UserError

MOST_LINKS = 3
LONGEST_LABEL = 40  # characters that phones show of a button
_LONGEST_HOST = 253  # RFC 1035, section 2.3.4
_MARK = 8  # hexadecimal digits
_HOST = re.compile(r"https://((?:[^./?#:@\s]+\.)+[^./?#:@\s\d]{2,})(?:[:/?#]|$)", re.IGNORECASE)


class Ask(StrEnum):
    """What the next message is for, where it is not the text in a language."""

    NOTHING = "nothing"
    MEDIA = "media"
    LINK = "link"
    SERVICE = "service"
    NAME = "name"  # of a template


class Part(StrEnum):
    """By what an audience can be narrowed; the values are in buttons."""

    LANGUAGES = "l"
    TOPICS = "t"
    ORGANISATIONS = "o"
    NEEDS = "n"
    DISTRICTS = "d"


class NoLink(UserError):
    """What was written for a button has no words or no address that all can trust."""

    message = N_(
        "I need two lines: the words on the button, then an address that begins with https://."
    )


class LabelTooLong(UserError):
    """Phones would cut the words on the button."""

    message = N_("These words are too long for a button. Use at most {most} characters.")


@dataclass(frozen=True, slots=True)
class Composed:
    """One update that is being written.

    *key* tells its buttons from those of an earlier one. *audience* None: not chosen yet.
    """

    key: str
    texts: Mapping[str, str]
    audience: Audience | None = None
    shape: Shape = field(default_factory=Shape)

    @property
    def mark(self) -> str:
        """A short mark of exactly this update, for the button that submits it."""
        text = json.dumps(asdict(self), default=str, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:_MARK]

    @property
    def missing(self) -> list[str]:
        """The supported languages in which nobody wrote it, most needed first."""
        return [code for code in locales.supported() if code not in self.texts]


PARTS: Mapping[Audience, tuple[Part, ...]] = {
    Audience.PARTNERS: (Part.LANGUAGES, Part.ORGANISATIONS),
    Audience.COORDINATORS: (Part.LANGUAGES,),
    Audience.SUBSCRIBERS: (Part.LANGUAGES, Part.TOPICS),
    Audience.EVERYONE: (Part.LANGUAGES, Part.TOPICS, Part.ORGANISATIONS),
    Audience.ALERTS: (Part.LANGUAGES, Part.NEEDS, Part.DISTRICTS),
}
"""By what each audience can be narrowed; another part would leave nobody of it."""
_FIELDS = {
    Part.LANGUAGES: "languages",
    Part.TOPICS: "topics",
    Part.ORGANISATIONS: "organisations",
    Part.NEEDS: "needs",
    Part.DISTRICTS: "districts",
}


def for_audience(composed: Composed, audience: Audience) -> Composed:
    """Return *composed* for another audience, without what would leave nobody of it.

    Newcomers are asked for no answer (`broadcast_screens.under`).
    """
    only = composed.shape.only
    kept = {_FIELDS[part]: chosen(only, part) for part in PARTS[audience]}
    shape = replace(composed.shape, only=Narrowing(**kept))
    if audience is Audience.ALERTS:
        shape = replace(shape, help=False, receipt=False)
    return replace(composed, audience=audience, shape=shape)


def chosen(only: Narrowing, part: Part) -> tuple[str, ...]:
    """Return what *only* has of *part*."""
    values: tuple[str, ...] = getattr(only, _FIELDS[part])
    return values


def narrowed(composed: Composed, part: Part, value: str, *, wanted: bool) -> Composed:
    """Return *composed* with *value* among those of *part*, or without it."""
    only = composed.shape.only
    values = {*chosen(only, part), value} if wanted else {*chosen(only, part)} - {value}
    kept = {**_every(only), _FIELDS[part]: tuple(sorted(values))}
    return replace(composed, shape=replace(composed.shape, only=Narrowing(**kept)))


def _every(only: Narrowing) -> dict[str, tuple[str, ...]]:
    return {_FIELDS[part]: chosen(only, part) for part in Part}


def with_text(composed: Composed, language: str, html: str | None) -> Composed:
    """Return *composed* with these words, None for none; a person wrote them, so far as known."""
    texts = {code: text for code, text in composed.texts.items() if code != language}
    if html is not None:
        texts[language] = html
    return by_machine(replace(composed, texts=texts), language, is_so=False)


def by_machine(composed: Composed, language: str, *, is_so: bool) -> Composed:
    """Return *composed* with the words of *language* marked as a machine's, or not any more."""
    others = {*composed.shape.machine} - {language}
    machine = tuple(sorted({*others, language} if is_so else others))
    return replace(composed, shape=replace(composed.shape, machine=machine))


def link_in(text: str) -> Link:
    """Return the button that *text* describes: its words in a line, its address in the next.

    Raises:
        NoLink: one of them is missing, or the address is not https with the name of a host.
        LabelTooLong: the words do not fit a button.
    """
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    if len(lines) != 2:  # noqa: PLR2004  (words and address)
        raise NoLink
    label, said = lines
    address = submission.link(said)
    host = _HOST.match(address or "")
    if address is None or host is None or len(host[1]) > _LONGEST_HOST:
        raise NoLink
    if len(label) > LONGEST_LABEL:
        raise LabelTooLong(most=LONGEST_LABEL)
    return Link(label, address)


def mark_of(text: str) -> str:
    """Return a short mark of *text* that can be in a button."""
    return hashlib.sha256(text.encode()).hexdigest()[:_MARK]


def is_full(shape: Shape) -> bool:
    """Say whether there are as many links as an update may have, its service left out."""
    return sum(1 for each in shape.links if each.service_id is None) >= MOST_LINKS


def with_link(shape: Shape, link: Link) -> Shape:
    """Return *shape* with *link*; a service takes the place of another, and stands last."""
    links = [each for each in shape.links if each.service_id is None and each != link]
    services = [each for each in shape.links if each.service_id is not None]
    if link.service_id is not None:
        return replace(shape, links=(*links, link))
    return replace(shape, links=(*links[: MOST_LINKS - 1], link, *services))


def without_link(shape: Shape, mark: str) -> Shape:
    """Return *shape* without the link whose address has *mark*."""
    left = tuple(each for each in shape.links if mark_of(each.url or "") != mark)
    return replace(shape, links=left)
