"""The judge as the worker has it, for commands that judge in their own process."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.pack import Pack

if TYPE_CHECKING:
    from digests.judge import Known


def known(pack: Pack, *, keyword_only: bool = False) -> "Known":
    """Return what the judge knows of *pack* today; with *keyword_only* the rules judge alone."""
    # scikit-learn: 90 MB and seconds that no other command should spend
    from digests import classifier  # noqa: PLC0415
    from digests.judge import Known  # noqa: PLC0415

    learned = None if keyword_only else classifier.trained().likeness
    return Known(pack.interests, datetime.now(UTC).date(), learned)
