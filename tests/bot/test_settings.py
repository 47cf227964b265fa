import contextlib
import os
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import settings, weektime
from bot.environment import SettingsError, load, require_token
from bot.settings import settings_table
from bot.weektime import WeekTime

TOKEN = "123456789:AbC-dEf_1234567890"
SECRET = "s3cret-s3cret-s3cret"


def problems(**environ: str) -> dict[str, str]:
    with pytest.raises(SettingsError) as caught:
        load({f"FINGERPOST_{name.upper()}": value for name, value in environ.items()})
    return {problem.name: problem.wrong for problem in caught.value.problems}


def test_nothing_set_is_enough():
    loaded = load({})
    assert loaded.bot_token is None
    assert loaded.api_base == "https://api.telegram.org"
    assert loaded.pack.name == "leeds"
    assert (loaded.send_rate, loaded.paid_broadcast, loaded.coordinators) == (28, False, ())


def test_an_empty_value_counts_as_unset():
    assert load({"FINGERPOST_BOT_TOKEN": " ", "FINGERPOST_PORT": ""}) == load({})


def test_values_are_read():
    loaded = load(
        {
            "FINGERPOST_BOT_TOKEN": f" {TOKEN}\n",
            "FINGERPOST_COORDINATORS": "11, 22,11",
            "FINGERPOST_API_BASE": "http://127.0.0.1:8081/",
            "FINGERPOST_LOG_FORMAT": "json",
            "FINGERPOST_LOG_LEVEL": "debug",
            "FINGERPOST_DIGEST_SEND": "sun 9:05",
            "HOME": "/elsewhere",
        }
    )
    assert require_token(loaded) == TOKEN
    assert loaded.coordinators == (11, 22)
    assert loaded.api_base == "http://127.0.0.1:8081"
    assert (loaded.log_format, loaded.log_level) == ("json", "DEBUG")
    assert loaded.digest_send == WeekTime(6, time(9, 5))


@pytest.mark.parametrize(
    ("written", "url"),
    [
        pytest.param("sqlite:///./var/x.db", "sqlite+aiosqlite:///./var/x.db", id="SQLite"),
        pytest.param("postgres://u:p@h/n", "postgresql+asyncpg://u:p@h/n", id="hosters' spelling"),
        pytest.param("postgresql://h/n", "postgresql+asyncpg://h/n", id="PostgreSQL"),
        pytest.param("postgresql+asyncpg://h/n", "postgresql+asyncpg://h/n", id="with its driver"),
    ],
)
def test_a_database_gets_its_driver(written, url):
    assert load({"FINGERPOST_DATABASE_URL": written}).database_url == url


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("bot_token", "my-token", id="a token without its number"),
        pytest.param("database_url", "mysql://h/n", id="a database we do not know"),
        pytest.param("database_url", "sqlite", id="a database without an address"),
        pytest.param("pack", "/no/such/folder", id="a folder that is not there"),
        pytest.param("coordinators", "11,@amina", id="a name instead of an id"),
        pytest.param("coordinators", "-100", id="a group instead of a person"),
        pytest.param("trusted_proxies", "127.0.0.1,caddy", id="a name instead of an address"),
        pytest.param("trusted_proxies", "10.0.0.0/33", id="a network that there is not"),
        pytest.param("trusted_proxies", "::/0", id="everybody is believed"),
        pytest.param("api_base", "api.telegram.org", id="an address without https"),
        pytest.param("api_base", "http://[", id="a broken address"),
        pytest.param("port", "many", id="a word for a port"),
        pytest.param("port", "70000", id="a port too high"),
        pytest.param("log_format", "xml", id="an unknown format"),
        pytest.param("log_level", "LOUD", id="an unknown level"),
        pytest.param("log_key", "short", id="a key that can be guessed"),
        pytest.param("send_rate", "31", id="faster than is free"),
        pytest.param("send_rate", "0", id="sending nothing"),
        pytest.param("paid_broadcast", "perhaps", id="neither yes nor no"),
        pytest.param("digest_review", "Thursday 01:30", id="the hour that clocks skip"),
        pytest.param("digest_review", "Thursday", id="a day without a time"),
        pytest.param("quiet_hours", "8-8", id="a night that never ends"),
        pytest.param("quiet_hours", "late", id="no two times of day"),
        pytest.param("digest_send", "Someday 10:00", id="a day that is none"),
        pytest.param("digest_send", "Wednesday 10:00", id="sending before the review"),
        pytest.param("webhook_secret", "short", id="a secret too short"),
        pytest.param("webhook_secret", "spaces are not allowed", id="a secret Telegram refuses"),
    ],
)
def test_a_wrong_value_names_its_setting(name, value):
    assert set(problems(**{name: value})) == {f"FINGERPOST_{name.upper()}"}


def test_every_problem_is_told_at_once():
    found = problems(
        port="x",
        coordinators="x",
        webhook_url="http://bot.example.org:81/telegram",
        send_rate="500",
        digest_snd="x",
    )
    assert set(found) == {
        "FINGERPOST_PORT",
        "FINGERPOST_COORDINATORS",
        "FINGERPOST_WEBHOOK_URL",
        "FINGERPOST_WEBHOOK_SECRET",
        "FINGERPOST_SEND_RATE",
        "FINGERPOST_DIGEST_SND",
    }


def test_each_problem_says_what_to_write():
    with pytest.raises(SettingsError) as caught:
        load({"FINGERPOST_PORT": "x", "FINGERPOST_DIGEST_SND": "x"})
    assert str(caught.value).splitlines() == [
        "FINGERPOST_DIGEST_SND: there is no such setting. Write FINGERPOST_DIGEST_SEND.",
        "FINGERPOST_PORT: it is not a whole number. Write a number from 1 to 65535.",
    ]


@pytest.mark.parametrize("name", ["bot_token", "webhook_secret", "log_key", "database_url"])
def test_a_secret_is_never_repeated(name):
    with pytest.raises(SettingsError) as caught:
        load({f"FINGERPOST_{name.upper()}": "h!dden"})
    assert "h!dden" not in str(caught.value) + repr(caught.value) + repr(caught.value.__cause__)


def test_secrets_are_not_in_the_settings_text():
    loaded = load(
        {
            "FINGERPOST_BOT_TOKEN": TOKEN,
            "FINGERPOST_DATABASE_URL": "postgresql://u:passw0rd@h/n",
            "FINGERPOST_WEBHOOK_SECRET": SECRET,
        }
    )
    shown = repr(loaded) + str(loaded)
    assert not [secret for secret in (TOKEN, "passw0rd", SECRET) if secret in shown]


def test_a_webhook_to_a_server_of_ones_own_may_be_plain():
    loaded = load(
        {
            "FINGERPOST_API_BASE": "http://127.0.0.1:8081",
            "FINGERPOST_WEBHOOK_URL": "http://127.0.0.1:8090/telegram",
            "FINGERPOST_WEBHOOK_SECRET": SECRET,
        }
    )
    assert loaded.webhook_url == "http://127.0.0.1:8090/telegram"


def test_alarms_by_mail_need_a_mail_server():
    assert set(problems(alarm_email="admin@example.org")) == {"FINGERPOST_SMTP_URL"}


def test_paid_broadcasts_may_be_faster():
    environ = {"FINGERPOST_SEND_RATE": "950", "FINGERPOST_PAID_BROADCAST": "true"}
    assert load(environ).send_rate == 950


def test_a_missing_token_says_where_to_get_one_and_what_works_without():
    with pytest.raises(SettingsError, match=r"FINGERPOST_BOT_TOKEN.*@BotFather.*fingerpost demo"):
        require_token(load({}))


def test_the_table_has_every_setting():
    table = settings_table()
    assert [name for name, _, _ in table] == [
        f"FINGERPOST_{field.upper()}" for field in settings.Settings.model_fields
    ]
    assert all(meaning.endswith(".") and default for _, meaning, default in table)


def test_the_defaults_in_the_table_are_the_real_ones(monkeypatch):
    monkeypatch.chdir(settings._ROOT)
    written = {
        name: default
        for name, _, default in settings_table()
        if default not in {"none", "from the token"}
    }
    assert load(written).model_copy(update={"pack": load({}).pack}) == load({})


def test_the_process_environment_is_the_default(monkeypatch):
    for name in [name for name in os.environ if name.startswith("FINGERPOST_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("FINGERPOST_PORT", "9000")
    assert load().port == 9000


def test_log_hashes_stay_the_same_while_the_token_does():
    one, two = load({"FINGERPOST_BOT_TOKEN": TOKEN}), load({"FINGERPOST_BOT_TOKEN": TOKEN})
    other = load({"FINGERPOST_BOT_TOKEN": TOKEN, "FINGERPOST_LOG_KEY": "k" * 16})
    assert one.logging_key() == two.logging_key() != other.logging_key()
    assert load({}).logging_key() != load({}).logging_key()


@given(st.builds(WeekTime, st.integers(0, 6), st.times()))
def test_a_time_of_the_week_reads_as_it_is_written(moment):
    moment = WeekTime(moment.day, moment.at.replace(second=0, microsecond=0))
    if moment.at.hour == 1:
        with pytest.raises(ValueError, match="clocks change"):
            weektime.parse(str(moment))
    else:
        assert weektime.parse(str(moment)) == moment


@given(st.text())
def test_other_words_are_refused_as_times(written):
    with contextlib.suppress(ValueError):
        assert weektime.parse(written).at.hour != 1


def test_proxies_are_addresses_or_networks_and_by_default_this_machine():
    assert [str(each) for each in load({}).trusted_proxies] == ["127.0.0.0/8", "::1/128"]
    loaded = load({"FINGERPOST_TRUSTED_PROXIES": "10.0.0.7, 172.18.0.1/16 fd00::/8,10.0.0.7"})
    assert [str(each) for each in loaded.trusted_proxies] == [
        "10.0.0.7/32",
        "172.18.0.0/16",
        "fd00::/8",
    ]
