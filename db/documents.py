"""Frozen dataclasses as JSON documents and back, checked on the way in."""

from typing import Any

from pydantic import TypeAdapter

from delivery.broadcast import Shape
from delivery.model import Content
from digests.edition import Beside
from digests.item import Occasion
from digests.submission import Post
from directory.model import Helpline, Service
from locales.errors import Text

SERVICE = TypeAdapter(Service)
HELPLINE = TypeAdapter(Helpline)
CONTENT = TypeAdapter(Content)
SHAPE = TypeAdapter(Shape)
TEXT = TypeAdapter(Text)
TEXTS = TypeAdapter(tuple[Text, ...])
OCCASIONS = TypeAdapter(tuple[Occasion, ...])
BESIDE = TypeAdapter(Beside)
POST = TypeAdapter(Post)


def dump(adapter: TypeAdapter[Any], value: object) -> Any:
    """Return *value* as JSON values (Any: that is what a JSON column takes)."""
    return adapter.dump_python(value, mode="json")
