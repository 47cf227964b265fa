"""Settings: what an installation can choose, what each means and what can stand there."""

import hashlib
import re
import secrets
from datetime import time
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import (
    BeforeValidator,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
)
from pydantic.fields import FieldInfo
from pydantic.types import JsonValue
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot import weektime
from bot.choices import LOOPBACK, LogFormat, LogLevel, Shown, ids, networks
from bot.weektime import WeekTime
from db.engine import DRIVERS
from delivery.timing import Quiet, quiet_hours
from digests.edition import Empty, Unseen
from web.proxies import Network

PREFIX = "FINGERPOST_"
TELEGRAM = "https://api.telegram.org"

PAID_RATE = 1000  # messages a second, paid for: https://core.telegram.org/bots/faq

_ROOT = Path(__file__).resolve().parents[1]
_FORMS = {
    "bot_token": (re.compile(r"\d+:[A-Za-z0-9_-]+"), "it does not look like a bot token"),
    # setWebhook takes 1 to 256 of these characters; 16 cannot be guessed
    "webhook_secret": (
        re.compile(r"[A-Za-z0-9_-]{16,256}"),
        "it is too short, too long, or has characters that Telegram refuses",
    ),
}


def _week_time(value: object) -> object:
    return weektime.parse(value) if isinstance(value, str) else value


def _quiet(value: object) -> object:
    return quiet_hours(value) if isinstance(value, str) else value


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


def _setting(
    default: object, meaning: str, *, write: str, shown: str | None = None, **limits: Any
) -> Any:  # Any: as pydantic's Field, so that each field keeps its own type
    extra: dict[str, JsonValue] = {
        "write": write,
        "shown": str(default) if shown is None else shown,
    }
    return Field(default, description=meaning, json_schema_extra=extra, **limits)


class Settings(BaseSettings):
    """What an installation can choose. Made by `environment.load`, handed down as plain values."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    bot_token: SecretStr | None = _setting(
        None,
        "The bot's token. `run` needs it; `demo` does not.",
        write="Copy it whole from @BotFather, like 123456789:AbC-dEf_123.",
        shown="none",
    )
    database_url: str = _setting(
        "sqlite+aiosqlite:///./var/fingerpost.db",
        "Where data is kept: a SQLite file, or PostgreSQL 15 or newer.",
        write="Write sqlite:///./var/fingerpost.db or postgresql://USER:PASSWORD@HOST/NAME.",
        shown="sqlite:///./var/fingerpost.db",
        repr=False,  # may hold a password
    )
    pack: Path = _setting(
        _ROOT / "packs" / "leeds",
        "The folder with a city's services, helplines, topics and feeds.",
        write="Write the path of a folder, like packs/leeds.",
        shown="packs/leeds",
    )
    coordinators: Annotated[tuple[int, ...], BeforeValidator(ids)] = _setting(
        (),
        "Telegram ids of the first coordinators, separated by commas.",
        write="Write numbers, like 123456789,987654321.",
        shown="none",
    )
    api_base: str = _setting(
        TELEGRAM,
        "The Bot API server: Telegram's, one of your own, or the sandbox.",
        write="Write its address, like https://api.telegram.org or http://127.0.0.1:8081.",
    )
    webhook_url: str | None = _setting(
        None,
        "The public address ending in /telegram to which Telegram sends updates. "
        "Without it the bot asks for updates itself (polling) and opens no port for them.",
        write="Write the whole address, like https://bot.example.org/telegram.",
        shown="none",
    )
    webhook_secret: SecretStr | None = _setting(
        None,
        "Proves that an update comes from Telegram; needed with a webhook.",
        write="Write 16 to 256 letters, digits, _ or -; "
        "`python -c 'import secrets; print(secrets.token_urlsafe(32))'` makes one.",
        shown="none",
    )
    host: str = _setting(
        "127.0.0.1",
        "The address on which the webhook and the health page listen.",
        write="Write 127.0.0.1 behind a proxy on the same machine, or 0.0.0.0 in a container.",
    )
    port: int = _setting(
        8090,
        "The port of the webhook and the health page.",
        write="Write a number from 1 to 65535.",
        ge=1,
        le=65535,
    )
    trusted_proxies: Annotated[tuple[Network, ...], BeforeValidator(networks)] = _setting(
        LOOPBACK,
        "Addresses or networks of the proxies before this server, separated by commas. Only "
        "they are believed when they say who asks (`X-Forwarded-For`).",
        write="Write addresses or networks, like 127.0.0.1,172.18.0.0/16.",
        shown="127.0.0.0/8,::1",
    )
    jobs_port: int | None = _setting(
        None,
        "The port of the health page and the figures of a process with `--role jobs`; without "
        "it such a process opens none.",
        write="Write a number from 1 to 65535, not the one of FINGERPOST_PORT.",
        shown="none",
        ge=1,
        le=65535,
    )
    metrics: Shown = _setting(
        Shown.LOCAL,
        "Who may read the figures for Prometheus at `/metrics`: nobody (`off`), this machine and "
        "the networks of the trusted proxies (`local`), or everybody (`public`).",
        write="Write off, local or public.",
    )
    directory_api: bool = _setting(
        True,
        "Whether the directory is served to everybody as Open Referral UK, beside the health page.",
        write="Write true or false.",
        shown="true",
    )
    directory_url: str | None = _setting(
        None,
        "The public address of the directory's API, where a proxy stands before it. "
        "Without it the address that each reader used.",
        write="Write the whole address, like https://directory.example.org.",
        shown="none",
    )
    log_format: LogFormat = _setting(
        LogFormat.TEXT,
        "How log lines look: `text` for people, `json` for machines.",
        write="Write json or text.",
    )
    log_level: Annotated[LogLevel, BeforeValidator(_upper)] = _setting(
        LogLevel.INFO,
        "From which weight on log lines are written.",
        write="Write DEBUG, INFO, WARNING or ERROR.",
    )
    log_key: SecretStr | None = _setting(
        None,
        "Key of the hashes that stand for chats and people in logs. "
        "Without it one is made from the token.",
        write="Write 16 characters or more that nobody can guess.",
        shown="from the token",
        min_length=16,
    )
    send_rate: int = _setting(
        28,
        "Digest and broadcast messages a second; Telegram allows 30, or 1000 when paid.",
        write="Write a number from 1 to 30, or up to 1000 with FINGERPOST_PAID_BROADCAST=true.",
        ge=1,
        le=PAID_RATE,
    )
    paid_broadcast: bool = _setting(
        False,
        "Whether messages above the free rate may be paid for with the bot's Telegram Stars.",
        write="Write true or false.",
        shown="false",
    )
    digest_review: Annotated[WeekTime, BeforeValidator(_week_time)] = _setting(
        WeekTime(3, time(10)),
        "When coordinators get the week's digest to review, London time.",
        write="Write a day and a time, like Thursday 10:00, not between 01:00 and 02:00.",
    )
    digest_send: Annotated[WeekTime, BeforeValidator(_week_time)] = _setting(
        WeekTime(4, time(10)),
        "When the approved digest goes to its subscribers, London time.",
        write="Write a day and a time, like Friday 10:00, not between 01:00 and 02:00.",
    )
    digest_unseen: Unseen = _setting(
        Unseen.HOLD,
        "What happens when the time has come and no coordinator has approved the digest: "
        "`hold` keeps it and reminds them, `send` sends what is in it.",
        write="Write hold or send.",
    )
    digest_empty: Empty = _setting(
        Empty.SILENT,
        "What subscribers get in a week without news: nothing (`silent`), or a `short` line.",
        write="Write silent or short.",
    )
    quiet_hours: Annotated[Quiet | None, BeforeValidator(_quiet)] = _setting(
        Quiet(time(21), time(8)),
        "Hours of the night in which an approved urgent update waits for the morning, London "
        "time, unless it is about danger to life; `none` for no such hours.",
        write="Write two times, like 21-8 or 22:00-7:30, or none.",
        shown="21-8",
    )
    erasures_file: Path = _setting(
        Path("var/erasures.txt"),
        "Where it is noted who asked to be forgotten, so that no backup brings them back. Keep "
        "it with the backups, not in them.",
        write="Write the path of a file that you may write, like ./var/erasures.txt.",
        shown="./var/erasures.txt",
    )
    public_url: str | None = _setting(
        None,
        "The public address of this server's pages: the digest's archive, and the links in "
        "mails. Needed for the digest by e-mail.",
        write="Write the whole address, like https://digest.example.org.",
        shown="none",
    )
    smtp_url: SecretStr | None = _setting(
        None,
        "The mail server that takes the digest by e-mail; without it there are no mails.",
        write="Write smtp://USER:PASSWORD@HOST:587 (STARTTLS) or smtps://USER:PASSWORD@HOST:465.",
        shown="none",
    )
    mail_from: str | None = _setting(
        None,
        "The address that mails come from; needed with a mail server.",
        write="Write an address, like digest@example.org.",
        shown="none",
        max_length=254,
    )
    alarm_email: str | None = _setting(
        None,
        "Who hears by e-mail too that something does not work, also when Telegram or the database "
        "is what fails. Needs a mail server.",
        write="Write an address, like admin@example.org.",
        shown="none",
        max_length=254,
    )
    contact: str | None = _setting(
        None,
        "How to reach the people who run this bot: shown by /privacy and told to the sites "
        "whose feeds are read.",
        write="Write an e-mail address or a web address.",
        shown="none",
        max_length=200,
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take values from `environment.load` only, so that a test's settings are its own."""
        return (init_settings,)

    @field_validator("bot_token", "webhook_secret")
    @classmethod
    def _has_its_form(cls, secret: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        form, wrong = _FORMS[str(info.field_name)]
        if secret is not None and not form.fullmatch(secret.get_secret_value()):
            raise ValueError(wrong)
        return secret

    @field_validator("database_url")
    @classmethod
    def _database_is_known(cls, url: str) -> str:
        scheme, separator, rest = url.partition("://")
        if scheme not in DRIVERS or not separator or not rest:
            raise ValueError("it is not the address of a SQLite file or a PostgreSQL database")
        return f"{DRIVERS[scheme]}://{rest}"

    @field_validator("pack")
    @classmethod
    def _pack_exists(cls, pack: Path) -> Path:
        if not pack.is_dir():
            raise ValueError(f"there is no folder {pack}")
        return pack

    @field_validator("api_base", "webhook_url", "directory_url", "public_url")
    @classmethod
    def _is_web_address(cls, url: str | None) -> str | None:
        if url is None:
            return None
        try:
            parts = urlsplit(url)
            usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
        except ValueError:
            usable = False
        if not usable:
            raise ValueError("it is not a web address")
        return url.rstrip("/")

    def logging_key(self) -> bytes:
        """Return the key for the hashes in logs: steady while the token is, never the token.

        Without a key and a token it is new at each call, so hashes last for one process.
        """
        given = self.log_key or self.bot_token
        text = given.get_secret_value() if given else secrets.token_hex(32)
        return hashlib.sha256(b"fingerpost logs " + text.encode()).digest()


def settings_table() -> list[tuple[str, str, str]]:
    """Return every setting: its variable, what it means, its default; as README shows them."""
    return [
        (variable(field), info.description or "", _hint(info, "shown"))
        for field, info in Settings.model_fields.items()
    ]


def variable(field: str) -> str:
    """Return the name in the environment of a *field* of `Settings`."""
    return PREFIX + field.upper()


def advice(field: str) -> str:
    """Return what to write into a *field* of `Settings`, as a sentence."""
    return _hint(Settings.model_fields[field], "write")


def _hint(info: FieldInfo, key: str) -> str:
    extra = info.json_schema_extra
    return str(extra[key]) if isinstance(extra, dict) else ""
