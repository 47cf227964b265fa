"""What an import leaves out of a record, and why a record is refused. Pure."""

from collections.abc import Iterator
from enum import StrEnum


class Reason(StrEnum):
    """Why a record is not taken over."""

    NOT_A_SERVICE = "not_a_service"
    NO_ID = "no_id"
    NO_NAME = "no_name"
    NO_DESCRIPTION = "no_description"
    NO_NEED = "no_need"  # no term or word of it is a need of ours: see the mapping file
    CLOSED = "closed"
    TWICE = "twice"  # the source lists its id a second time
    DUPLICATE = "duplicate"  # another source of ours has it
    UNREACHABLE = "unreachable"  # the list has it, its full record could not be read


class Left(StrEnum):
    """What of a record was left out or mended."""

    PHONE = "phone_not_valid"
    EMAIL = "email_not_valid"
    URL = "url_not_valid"
    POSTCODE = "postcode_not_valid"
    NO_POINT = "coordinates_not_in_britain"
    TURNED = "coordinates_turned_round"
    MASKED = "address_masked"
    CONFIDENTIAL = "address_confidential"
    PERSON = "contact_of_a_person"
    SHORTENED = "text_shortened"
    ORGANIZATION = "no_organization"
    DATE = "date_not_possible"
    LANGUAGE = "language_not_known"
    AGE = "age_not_possible"


class Notes:
    """Collects what was left out of one record, each kind once."""

    def __init__(self) -> None:
        self._kinds: dict[Left, None] = {}

    def add(self, kind: Left) -> None:
        """Note that something of *kind* was left out or mended."""
        self._kinds[kind] = None

    def __iter__(self) -> Iterator[Left]:
        """Yield the kinds in the order in which they came up."""
        return iter(tuple(self._kinds))
