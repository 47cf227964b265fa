"""The sender of a process that may lose its lease between two calls."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from delivery.model import Attachment, Button, Outcome, Sender, TryLater

# not an attempt, so no copy is given up because its process slept
NOT_OURS = TryLater(timedelta(), "another process sends now", flood=True)


class LeaderSender:
    """Makes each call of *sender* only if *leads* says so at that very moment.

    A process that slept after marking a copy wakes up here. What it does not send is certainly
    not sent, so nothing is in doubt.
    """

    def __init__(self, sender: Sender, leads: Callable[[], bool]) -> None:
        self._sender = sender
        self._leads = leads

    async def send(
        self,
        chat_id: int,
        html: str,
        buttons: Sequence[Sequence[Button]],
        *,
        thread_id: int | None = None,
    ) -> Outcome:
        """Send one part."""
        if not self._leads():
            return NOT_OURS
        return await self._sender.send(chat_id, html, buttons, thread_id=thread_id)

    async def attach(
        self, chat_id: int, attachment: Attachment, *, thread_id: int | None = None
    ) -> Outcome:
        """Send a picture, a file or a place."""
        if not self._leads():
            return NOT_OURS
        return await self._sender.attach(chat_id, attachment, thread_id=thread_id)

    async def edit(
        self, chat_id: int, message_id: int, html: str, buttons: Sequence[Sequence[Button]]
    ) -> Outcome:
        """Give a message of ours other words."""
        if not self._leads():
            return NOT_OURS
        return await self._sender.edit(chat_id, message_id, html, buttons)

    async def delete(self, chat_id: int, message_ids: Sequence[int]) -> Outcome:
        """Delete messages of ours."""
        return await self._sender.delete(chat_id, message_ids) if self._leads() else NOT_OURS
