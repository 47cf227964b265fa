"""Whether an update tells others about newcomers who get it: looked at before it goes. Pure."""

from collections.abc import Mapping

import locales
from delivery.broadcast import Audience, Shape
from digests.clean import clean_text
from directory.telling import telling
from handlers.composed import Composed
from handlers.news_screens import Telling
from locales.errors import N_, UserError

_LONGEST = 4_096  # characters of a message
_SHOWN = 30  # characters of the name of a file


class TellsTooMuch(UserError):
    """A correction of newcomers' news speaks of danger or of status."""

    message = N_(
        "Newcomers cannot get this: these words can tell others about them: {words}. "
        "Please change them."
    )


def found(composed: Composed) -> list[Telling]:
    """Return the words for which newcomers cannot get *composed*; none for everybody else.

    By where they stand: in which language, on which button, in which file's name. What a
    picture shows cannot be looked at here.
    """
    if composed.audience is not Audience.ALERTS:
        return []
    return [*_in_texts(composed.texts, composed.shape), *_in_shape(composed)]


def refuse(audience: Audience, texts: Mapping[str, str], shape: Shape) -> None:
    """Let corrected *texts* go to *audience*.

    Raises:
        TellsTooMuch: newcomers would get words that tell others about them.
    """
    if audience is Audience.ALERTS and (told := _in_texts(texts, shape)):
        raise TellsTooMuch(words=", ".join(dict.fromkeys(w for _, words in told for w in words)))


def _in_texts(texts: Mapping[str, str], shape: Shape) -> list[Telling]:
    looked = (
        (
            locales.native_name(code),
            telling(clean_text(html, _LONGEST), code, warning=shape.danger),
        )
        for code, html in sorted(texts.items())
    )
    return [(where, words) for where, words in looked if words]


def _in_shape(composed: Composed) -> list[Telling]:
    """Return what the words on buttons, and the name of a file, tell in any language written.

    The name of a service is left out of its button where it tells something.
    """
    shape = composed.shape
    names = [each.label for each in shape.links if each.service_id is None]
    if shape.attachment is not None and shape.attachment.name:
        names.append(shape.attachment.name)
    told: list[Telling] = []
    for name in names:
        words = {
            word: None
            for code in sorted(composed.texts)
            for word in telling(_apart(name), code, warning=shape.danger)
        }
        if words:
            told.append((name[:_SHOWN], tuple(words)))
    return told


def _apart(name: str) -> str:
    """Return *name* with spaces between what file names join: ``asylum_form.pdf``."""
    return name.replace("_", " ").replace(".", " ")
