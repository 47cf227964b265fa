"""Makes ready what the first person would else wait for."""

from datetime import datetime

import locales
from directory import finder
from directory.index import Directory
from directory.lexicon import lexicon
from directory.openings import bank_holidays


def warm(directory: Directory, now: datetime) -> None:
    """Read what people type, every catalogue, the names of *directory* and this year's holidays.

    Over a second of work, kept after it.
    """
    lexicon()
    finder.of(directory)
    bank_holidays.dates(directory.country, now.year)
    for language in locales.supported():
        locales.translator(language)
