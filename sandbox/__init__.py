"""A strict local Bot API with people on the other side: a stand-in for Telegram."""

from sandbox.server import create, serve
from sandbox.world import Sandbox

__all__ = ["Sandbox", "create", "serve"]
