"""What `directory.whereabouts` reads texts by: the codes and names that can be found. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from directory.model import Place


@dataclass(frozen=True, slots=True)
class Town:
    """A town elsewhere; *place* only where it means one; *near*: people may well mean it.

    *codes*: how many outcodes bear the name.
    """

    name: str
    place: Place | None
    near: bool
    codes: int


@dataclass(frozen=True, slots=True)
class Known:
    """The codes and names that can be found; names are plain (see `plain`).

    *names*: of one place, or of several that share it. *joined*: the same without spaces.
    *code* returns the place of an outcode and the digit behind it, if there is one.
    *either* returns that of an outcode, or of a sector written without a space. *homes*: what
    the city is called in any language; *main*: the letters of its postcodes. *is_lived_in* says
    whether an outcode has more addresses than letter boxes of firms.
    """

    home: str
    letters: frozenset[str]
    names: Mapping[str, tuple[Place, ...]]
    joined: Mapping[str, tuple[Place, ...]]
    towns: Mapping[str, Town]
    whole: Place | None
    inside: Callable[[Place], bool]
    code: Callable[[str, str], Place | None]
    either: Callable[[str], Place | None]
    homes: frozenset[str]
    main: str
    is_lived_in: Callable[[str], bool]
