"""What the people see happen, told to whoever watches: the web chat, the tour, tests."""

import contextlib
from collections.abc import Callable, Iterable, Iterator

from sandbox.spec import Json

Listener = Callable[[str, Json], None]
END = "end"


class Events:
    """Kinds: message, edit, delete, toast, action, person; and "end" when the sandbox closes."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def __bool__(self) -> bool:
        return bool(self._listeners)

    def tell(self, kind: str, person_ids: Iterable[int], **content: object) -> None:
        """Tell every listener, once per person."""
        if not self._listeners:
            return
        for person_id in person_ids:
            for listener in list(self._listeners):
                listener(kind, {"person_id": person_id, **content})

    def close(self) -> None:
        """Tell every listener that this is the end."""
        for listener in list(self._listeners):
            listener(END, {})

    @contextlib.contextmanager
    def listening(self, listener: Listener) -> Iterator[None]:
        """Hear events inside the block."""
        self._listeners.append(listener)
        try:
            yield
        finally:
            self._listeners.remove(listener)
