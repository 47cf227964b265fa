"""One piece of a copy, done as its content says: sent, edited or deleted."""

from delivery.model import Act, Failed, Outcome, Parcel, Sender, Sent


async def perform(sender: Sender, parcel: Parcel, chat_id: int, number: int) -> Outcome:
    """Do piece *number* of *parcel* in the chat and return what became of it.

    *chat_id*: where the chat is by now. A deletion that comes too late says `TOO_LATE`.
    """
    match parcel.content.act:
        case Act.DELETE:
            return await sender.delete(chat_id, parcel.targets)
        case Act.EDIT:
            return await _edit(sender, parcel, chat_id, number)
        case Act.SEND:
            return await _send(sender, parcel, chat_id, number)


async def _send(sender: Sender, parcel: Parcel, chat_id: int, number: int) -> Outcome:
    content = parcel.content
    part = number - (content.pieces - len(content.parts))
    if part >= 0:
        buttons = content.buttons if part + 1 == len(content.parts) else ()
        return await sender.send(chat_id, content.parts[part], buttons, thread_id=parcel.thread_id)
    assert content.attachment is not None
    outcome = await sender.attach(chat_id, content.attachment, thread_id=parcel.thread_id)
    # The words matter more than the picture: a group may allow no pictures, and Telegram may
    # not know a file any more. Without this nobody would get the update.
    return Sent(()) if isinstance(outcome, Failed) else outcome


async def _edit(sender: Sender, parcel: Parcel, chat_id: int, number: int) -> Outcome:
    """Edit the message that has this part; a part that never arrived needs no correction."""
    if number >= len(parcel.targets):
        return Sent(())
    content = parcel.content
    buttons = content.buttons if number + 1 == len(content.parts) else ()
    return await sender.edit(chat_id, parcel.targets[number], content.parts[number], buttons)
