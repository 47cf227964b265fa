"""What somebody is in the middle of writing, so that any worker can go on with it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Draft:
    """The one open draft of a person.

    *kind* says which flow reads the next message (``broadcast``), *step* where it stands,
    *payload* what was given so far (JSON values only).
    """

    person_id: int
    kind: str
    step: str
    payload: Mapping[str, Any] = field(default_factory=dict)  # Any: JSON values
