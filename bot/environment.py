"""The settings in the environment: all of them, or every problem in one message."""

import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from pydantic import ValidationError

from bot.settings import PREFIX, TELEGRAM, Settings, advice, variable

FREE_RATE = 30  # messages a second for a bot: https://core.telegram.org/bots/faq
WEBHOOK_PORTS = frozenset({443, 80, 88, 8443})  # https://core.telegram.org/bots/webhooks

_PLAIN = {  # pydantic's names of mistakes in words for people
    "int_parsing": "it is not a whole number",
    "bool_parsing": "it is neither true nor false",
    "enum": "it is none of the choices",
    "greater_than_equal": "it is too small",
    "less_than_equal": "it is too large",
    "string_too_long": "it is too long",
    "too_short": "it is too short",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One setting that cannot be used: its *name*, what is *wrong* and what to *write*."""

    name: str
    wrong: str
    write: str

    def __str__(self) -> str:
        """Return the three as a line for a terminal."""
        return f"{self.name}: {self.wrong}. {self.write}"


class SettingsError(Exception):
    """The program cannot start with these settings; *problems* holds every one of them."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings in *environ* (None: this process's); an empty value counts as unset.

    Raises:
        SettingsError: listing every setting that cannot be used, and names that are
            misspelt.
    """
    given = {
        name: value.strip()
        for name, value in (os.environ if environ is None else environ).items()
        if name.startswith(PREFIX) and value.strip()
    }
    values = {
        field: given[variable(field)] for field in Settings.model_fields if variable(field) in given
    }
    problems = _misspelt(given)
    broken: set[str] = set()
    try:
        settings = Settings(**values)  # type: ignore[arg-type]  # strings; pydantic converts
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_input=False, include_context=False):
            field = str(detail["loc"][0])
            broken.add(field)
            wrong = _PLAIN.get(detail["type"]) or detail["msg"].removeprefix("Value error, ")
            problems.append(_problem(field, wrong))
        # the rest is judged together too, so that one run shows everything
        rest = {field: value for field, value in values.items() if field not in broken}
        settings = Settings(**rest)  # type: ignore[arg-type]
    problems += [problem for field, problem in _together(settings) if field not in broken]
    if problems:
        raise SettingsError(*problems)
    return settings


def require_token(settings: Settings) -> str:
    """Return the bot's token, which only `run` needs.

    Raises:
        SettingsError: there is none; says how to get one, and what works without.
    """
    if settings.bot_token is None:
        raise SettingsError(
            Problem(
                variable("bot_token"),
                "it is not set, and the bot cannot speak to Telegram without it",
                "In Telegram, write /newbot to @BotFather, answer its two questions and put the "
                "token it gives you into this variable. To try everything without a token, run "
                "`fingerpost demo`.",
            )
        )
    return settings.bot_token.get_secret_value()


def _problem(field: str, wrong: str) -> Problem:
    return Problem(variable(field), wrong, advice(field))


def _misspelt(given: Mapping[str, str]) -> list[Problem]:
    """Report names close to a setting's; other names under our prefix may be somebody else's."""
    known = [variable(field) for field in Settings.model_fields]
    near = {
        name: difflib.get_close_matches(name, known, n=1, cutoff=0.85)
        for name in sorted(set(given) - set(known))
    }
    return [
        Problem(name, "there is no such setting", f"Write {matches[0]}.")
        for name, matches in near.items()
        if matches
    ]


def _together(settings: Settings) -> list[tuple[str, Problem]]:
    """Return what is wrong between settings, with the field that a person would change."""
    found: list[tuple[str, str]] = []
    if settings.webhook_url is not None and settings.webhook_secret is None:
        found.append(("webhook_secret", "it is needed because a webhook is set"))
    if settings.webhook_url is not None and settings.api_base == TELEGRAM:
        found += [("webhook_url", wrong) for wrong in _refused_by_telegram(settings.webhook_url)]
    if settings.send_rate > FREE_RATE and not settings.paid_broadcast:
        found.append(
            ("send_rate", f"Telegram allows {FREE_RATE} a second unless they are paid for")
        )
    if settings.smtp_url is not None:
        found += [
            (field, "it is needed because a mail server is set")
            for field in ("mail_from", "public_url")
            if getattr(settings, field) is None
        ]
    if settings.alarm_email is not None and settings.smtp_url is None:
        found.append(("smtp_url", "it is needed because alarms are to go by e-mail"))
    if settings.digest_send <= settings.digest_review:
        found.append(("digest_send", f"it is not after the review ({settings.digest_review})"))
    return [(field, _problem(field, wrong)) for field, wrong in found]


def _refused_by_telegram(url: str) -> list[str]:
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    wrong = []
    if parts.scheme != "https":
        wrong.append("Telegram sends updates to https addresses only")
    if port not in WEBHOOK_PORTS:
        wrong.append("Telegram sends updates to ports 443, 80, 88 and 8443 only")
    return wrong
