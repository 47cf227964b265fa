"""What all tables share: constraint names, column types and the privacy labels."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Date, Integer, MetaData, Text
from sqlalchemy.orm import DeclarativeBase

from db.types import UtcDateTime

# Every column says what it tells about a person (docs/privacy.md); a test finds a missing label.
NOBODY = {"privacy": "about nobody"}
TELEGRAM_ID = {"privacy": "Telegram id"}
EMAIL_ADDRESS = {"privacy": "e-mail address"}
CHOICE = {"privacy": "a choice of the person"}
ROLE = {"privacy": "role and organisation"}
CONTACT_DAY = {"privacy": "when the person was last in contact"}
STAFF_ACT = {"privacy": "what a coordinator did"}
PARTNER_ACT = {"privacy": "what a partner did for a service"}
STAFF_TEXT = {"privacy": "text written by a coordinator for others"}
OWN_TEXT = {"privacy": "what the person wrote to the partnership"}
DELIVERY = {"privacy": "what became of a message to the person"}

BIG_ID = BigInteger().with_variant(Integer, "sqlite")  # only INTEGER counts up by itself there
DOCUMENT = JSON(none_as_null=True)


class Base(DeclarativeBase):
    """All tables; constraints are named by rule, so that migrations can name them too."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012  (SQLAlchemy reads it from the class)
        datetime: UtcDateTime(),
        date: Date(),
        bool: Boolean(),
        str: Text(),
        dict[str, Any]: DOCUMENT,  # Any: documents of several shapes, checked when read
        list[Any]: DOCUMENT,
    }
