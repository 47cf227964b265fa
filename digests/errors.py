"""What goes wrong with one feed, this time. Pure."""

from datetime import timedelta

from locales.errors import Text


class FeedError(Exception):
    """One feed failed this time; the round goes on.

    Attributes: *url*, *reason* (a sentence that a coordinator reads), *retry_after* (what
    the server asked for, or None), *gone* (410: do not ask again), *status* (what the server
    answered, or None).
    """

    def __init__(
        self,
        url: str,
        reason: Text,
        *,
        retry_after: timedelta | None = None,
        gone: bool = False,
        status: int | None = None,
    ) -> None:
        self.url = url
        self.reason = reason
        self.retry_after = retry_after
        self.gone = gone
        self.status = status
        super().__init__(f"{url}: {reason}")


class FetchError(FeedError):
    """The bytes could not be had, or were refused."""


class ParseError(FeedError):
    """The bytes are not a feed that we read."""
