"""Services that do one thing only, which a word for the whole need does not ask for. Pure.

Somebody who writes "doctor" wants a surgery rather than a dentist, and who writes "coat" is
helped less by school uniforms. Such services still come, but after the others.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from directory import plain
from directory.model import Service


@dataclass(frozen=True, slots=True)
class Narrow:
    """One thing that some services for *need* do only.

    *says*: finds it in a name, or with *described* in a description. *typed*: how words begin
    that ask for it, plain, in all languages.
    """

    need: str
    says: re.Pattern[str]
    typed: tuple[str, ...]
    described: bool = False

    def is_asked(self, text: str) -> bool:
        """Say whether *text* asks for this one thing."""
        return any(word.startswith(self._plain()) for word in plain.words(text))

    def is_of(self, service: Service, needs: Collection[str]) -> bool:
        """Say whether *service* does this only, where one of *needs* is meant."""
        if self.need not in needs:
            return False
        said = f"{service.name} {service.description}" if self.described else service.name
        return self.says.search(said) is not None

    def _plain(self) -> tuple[str, ...]:
        return tuple(" ".join(plain.words(each)) for each in self.typed)


_TEETH = (
    "dent tooth teeth gum stomatol dinte dinti masea zub zab zeb diente muela dandan dandoon dandun"
    " ddan ilig ilko asnan sinan зуб стомат دندان دندون اسنان الاسنان سني ضرس ددان دانت غاښ ਦੰਦ ስኒ"
)
_DRUGS = "alco alko drug drog drink addict heroin cannabis narko forward"
_UNIFORM = "uniform school ecol escol"
NARROW = (
    Narrow("health_gp", re.compile(r"(?i)\bdent(al|ist)"), (*_TEETH.split(),)),
    Narrow("health_gp", re.compile(r"(?i)\b(alcohol|drugs)\b"), (*_DRUGS.split(),), described=True),
    Narrow("clothes_furniture", re.compile(r"(?i)\buniform"), (*_UNIFORM.split(),)),
)
