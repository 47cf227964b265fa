"""Whether anything of a campaign has left, by Telegram or by e-mail."""

from sqlalchemy import ColumnElement, or_, select

from db.mailing import MailRow
from db.sending import CampaignRow, RecipientRow
from delivery.model import Status

_NOT_TRIED = (Status.QUEUED, Status.SKIPPED)


def has_begun() -> ColumnElement[bool]:
    """Return the condition that a copy or a mail of the `CampaignRow` at hand was tried."""
    copies = select(RecipientRow.id).where(
        RecipientRow.campaign == CampaignRow.campaign,
        or_(RecipientRow.status.not_in(_NOT_TRIED), RecipientRow.attempts > 0),
    )
    mails = select(MailRow.id).where(
        MailRow.campaign == CampaignRow.campaign,
        or_(MailRow.status.not_in(_NOT_TRIED), MailRow.attempts > 0),
    )
    return or_(copies.exists(), mails.exists())
