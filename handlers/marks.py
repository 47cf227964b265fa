"""A short mark of what is shown, so that a button decides only what was shown with it. Pure."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict

from directory.history import FieldChange

_LENGTH = 8  # hexadecimal digits


def mark(fields: Sequence[FieldChange]) -> str:
    """Return the mark of a change: another one when any value before or after differs.

    Of a field that has parts only those count that change, as when it is applied.
    """
    text = json.dumps([asdict(_changing(each)) for each in fields], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:_LENGTH]


def _changing(change: FieldChange) -> FieldChange:
    old, new = change.old, change.new
    if not (isinstance(old, dict) and isinstance(new, dict)):
        return change
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    parts = ({name: each.get(name) for name in names} for each in (old, new))
    return FieldChange(change.field, *parts)
