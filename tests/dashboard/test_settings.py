import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from dashboard.settings import SETTINGS_TABLE, Settings, SettingsError, load_settings, mistakes_end_the_start
from recsys.errors import RecsysError

ROOT = Path(__file__).parents[2]


def test_an_empty_environment_gives_the_defaults() -> None:
    settings = load_settings({})
    assert (settings.host, settings.port, settings.url_prefix) == ("127.0.0.1", 8050, "/")
    assert (settings.currency, settings.locale, settings.time_zone) == ("EUR", "en_GB", "Europe/Berlin")
    assert settings.artifacts == Path("data/artifacts")
    assert settings.state.name == "repertoire"


def test_variables_are_read_and_the_rest_of_the_environment_is_not() -> None:
    settings = load_settings({"REPERTOIRE_PORT": " 9000 ", "REPERTOIRE_SECURE_COOKIE": "true", "PORT": "1"})
    assert settings.port == 9000
    assert settings.secure_cookie is True


def test_settings_made_in_a_test_do_not_read_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPERTOIRE_PORT", "9000")
    assert Settings().port == 8050


def test_a_home_folder_is_written_out() -> None:
    assert load_settings({"REPERTOIRE_STATE": "~/x"}).state == Path.home() / "x"


def test_settings_cannot_be_changed() -> None:
    settings = Settings()
    with pytest.raises(ValidationError):
        settings.port = 1


@pytest.mark.parametrize(
    ("variable", "value", "allowed"),
    [
        ("REPERTOIRE_PORT", "80500", "a whole number from 1 to 65535"),
        ("REPERTOIRE_PORT", "", "a whole number from 1 to 65535"),
        ("REPERTOIRE_HOST", "a b", "an address"),
        ("REPERTOIRE_URL_PREFIX", "repertoire", "a path that starts and ends with /"),
        ("REPERTOIRE_URL_PREFIX", "/../", "a path that starts and ends with /"),
        ("REPERTOIRE_TRUSTED_PROXIES", "-1", "a whole number from 0 to 9"),
        ("REPERTOIRE_SECURE_COOKIE", "perhaps", "true or false"),
        ("REPERTOIRE_CURRENCY", "eur", "an ISO 4217 code such as EUR or GBP"),
        ("REPERTOIRE_LOCALE", "english", "a locale such as en_GB or de_DE"),
        ("REPERTOIRE_LOCALE", "xx", "a locale such as en_GB or de_DE"),
        ("REPERTOIRE_TIME_ZONE", "../etc", "a name of the time zone database such as Europe/Berlin"),
        ("REPERTOIRE_TIME_ZONE", "Europe", "a name of the time zone database such as Europe/Berlin"),
        ("REPERTOIRE_TIME_ZONE", "Mars/Base", "a name of the time zone database such as Europe/Berlin"),
        ("REPERTOIRE_STALE_HOURS", "23", "a whole number of at least REPERTOIRE_FRESH_HOURS"),
        ("REPERTOIRE_POLL_SECONDS", "nan", "a number from 0.1 to 3600"),
        ("REPERTOIRE_LOG_LEVEL", "INFO", "one of debug, info, warning, error"),
        ("REPERTOIRE_STATE", "", "a folder"),
        ("REPERTOIRE_SIGN_IN", "none", "one of open, local, oidc, proxy"),
        ("REPERTOIRE_SESSION_HOURS", "0", "a number from 0.1 to 8760"),
        ("REPERTOIRE_PUBLIC_URL", "sales.example/x", "an address without a path, such as https://repertoire.example"),
    ],
)
def test_a_wrong_value_names_the_variable_the_value_and_what_is_allowed(
    variable: str, value: str, allowed: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({variable: value})
    assert str(caught.value) == f"{variable} is {value!r}; it must be {allowed}"


def test_hours_in_the_wrong_order_name_the_one_that_was_not_set() -> None:
    with pytest.raises(SettingsError, match="REPERTOIRE_STALE_HOURS is '48'"):
        load_settings({"REPERTOIRE_FRESH_HOURS": "72"})


def test_an_unknown_variable_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({"REPERTOIRE_PROT": "1"})
    assert str(caught.value) == (
        "REPERTOIRE_PROT is set to '1', but there is no such setting; did you mean REPERTOIRE_PORT?"
    )


def test_an_unknown_variable_without_a_near_name_is_answered_with_all_names() -> None:
    with pytest.raises(SettingsError, match="there are REPERTOIRE_ARTIFACTS, REPERTOIRE_STATE, "):
        load_settings({"REPERTOIRE_ZZZZZZZZZZZZZZZZZZZZZ": ""})


def test_the_tests_own_variable_is_no_mistake() -> None:
    assert load_settings({"REPERTOIRE_REAL_DATA": "x"}) == Settings()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "localhost", "::1"])
def test_addresses_of_this_machine_alone_are_loopback(host: str) -> None:
    assert Settings(host=host).is_loopback


@pytest.mark.parametrize("host", ["0.0.0.0", "10.0.0.1", "repertoire.example", "127.0.0.1.example"])  # noqa: S104
def test_addresses_that_others_reach_are_not_loopback(host: str) -> None:
    assert not Settings(host=host, sign_in="local").is_loopback


@pytest.mark.parametrize(
    ("variable", "value"),
    [("REPERTOIRE_HOST", "0.0.0.0"), ("REPERTOIRE_HOST", "sales.example"), ("REPERTOIRE_TRUSTED_PROXIES", "1")],  # noqa: S104
)
def test_nobody_signing_in_is_refused_where_others_reach_the_app(variable: str, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({variable: value})
    assert str(caught.value) == (
        f"REPERTOIRE_SIGN_IN is 'open', but {variable} is '{value}': other machines would see all customers without "
        f"signing in; set REPERTOIRE_SIGN_IN to local, oidc or proxy"
    )
    assert load_settings({variable: value, "REPERTOIRE_SIGN_IN": "local"}).sign_in == "local"


@pytest.mark.parametrize(
    ("sign_in", "given", "missing"),
    [
        ("proxy", {}, "REPERTOIRE_PROXY_SECRET: at least 32 characters"),
        ("oidc", {}, "REPERTOIRE_OIDC_ISSUER: an address"),
        ("oidc", {"REPERTOIRE_OIDC_ISSUER": "https://id.example"}, "REPERTOIRE_OIDC_CLIENT_ID: a name"),
    ],
)
def test_a_sign_in_that_lacks_a_setting_names_it(sign_in: str, given: dict[str, str], missing: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({"REPERTOIRE_SIGN_IN": sign_in, **given})
    assert f"REPERTOIRE_SIGN_IN is {sign_in!r}, which needs {missing}" in str(caught.value)


def test_a_secret_that_is_too_short_is_not_repeated() -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({"REPERTOIRE_PROXY_SECRET": "hunter2"})
    assert "REPERTOIRE_PROXY_SECRET is '***'; it must be at least 32 characters" in str(caught.value)
    assert "x" * 32 not in repr(Settings(proxy_secret="x" * 32))


def test_a_provider_is_reached_over_https() -> None:
    with pytest.raises(SettingsError, match="starts with https://"):
        load_settings({"REPERTOIRE_OIDC_ISSUER": "http://id.example"})


@pytest.mark.parametrize(
    ("settings", "address"),
    [
        ({}, "http://127.0.0.1:8050/"),
        ({"host": "::1", "url_prefix": "/r/"}, "http://[::1]:8050/r/"),
        ({"public_url": "https://sales.example/", "url_prefix": "/r/"}, "https://sales.example/r/"),
    ],
)
def test_links_begin_with_the_public_address(settings: dict[str, str], address: str) -> None:
    assert Settings.model_validate(settings).address == address


def test_a_mistake_ends_the_start_with_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught, mistakes_end_the_start(3):
        raise RecsysError("no such thing")
    assert caught.value.code == 3
    assert capsys.readouterr().err == "Error: no such thing\n"


def test_the_app_does_not_start_on_a_wrong_setting() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import app"],
        cwd=ROOT,
        env={**os.environ, "REPERTOIRE_CURRENCY": "money"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert done.stderr == "Error: REPERTOIRE_CURRENCY is 'money'; it must be an ISO 4217 code such as EUR or GBP\n"


def test_the_readme_has_every_setting_with_its_default() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    documented = dict(re.findall(r"^\| `(REPERTOIRE_\w+)` \| `?([^`|]*?)`? \|", readme, re.MULTILINE))
    assert documented == {setting.variable: setting.default for setting in SETTINGS_TABLE}


def test_every_setting_has_a_meaning() -> None:
    assert [setting.variable for setting in SETTINGS_TABLE if len(setting.meaning) < 10] == []


MAIL = {
    "REPERTOIRE_SMTP_HOST": "mail.example",
    "REPERTOIRE_SMTP_FROM": "repertoire@sales.example",
    "REPERTOIRE_PUBLIC_URL": "https://sales.example",
}


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"REPERTOIRE_SMTP_FROM": ""}, "REPERTOIRE_SMTP_HOST is set, which needs REPERTOIRE_SMTP_FROM: an email"),
        ({"REPERTOIRE_PUBLIC_URL": ""}, "REPERTOIRE_SMTP_HOST is set, which needs REPERTOIRE_PUBLIC_URL"),
        ({"REPERTOIRE_SMTP_FROM": "Repertoire"}, "it must be an email address such as repertoire@sales.example"),
        ({"REPERTOIRE_SMTP_FROM": "a@b.example\nBcc: c"}, "it must be an email address"),
        ({"REPERTOIRE_SMTP_HOST": "a b"}, "it must be the name or address of a mail server"),
        ({"REPERTOIRE_SMTP_PORT": "0"}, "a whole number from 1 to 65535"),
        ({"REPERTOIRE_SMTP_SECURITY": "ssl"}, "one of starttls, tls, none, insecure"),
        ({"REPERTOIRE_SMTP_USER": "ann"}, "of REPERTOIRE_SMTP_USER and REPERTOIRE_SMTP_PASSWORD one is set"),
        ({"REPERTOIRE_SMTP_PASSWORD": "hush"}, "of REPERTOIRE_SMTP_USER and REPERTOIRE_SMTP_PASSWORD one is set"),
        ({"REPERTOIRE_SMTP_SECURITY": "none"}, "customers' names would be sent in clear; set it to starttls or tls"),
        (
            {
                "REPERTOIRE_SMTP_SECURITY": "insecure",
                "REPERTOIRE_SMTP_USER": "ann",
                "REPERTOIRE_SMTP_PASSWORD": "hush",
            },
            "would send REPERTOIRE_SMTP_PASSWORD in clear",
        ),
    ],
)
def test_mail_that_could_not_be_sent_or_would_be_read_stops_the_start(changed: dict[str, str], why: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(why)) as said:
        load_settings(MAIL | changed)
    assert "\n" not in str(said.value).replace("\\n", "")
    assert "hush" not in str(said.value)


@pytest.mark.parametrize(
    ("host", "security"),
    [
        ("mail.example", "starttls"),
        ("mail.example", "tls"),
        ("mail.example", "insecure"),
        ("127.0.0.1", "none"),
        ("localhost", "none"),
    ],
)
def test_mail_is_sent_in_clear_to_this_machine_or_where_that_is_said(host: str, security: str) -> None:
    given = MAIL | {"REPERTOIRE_SMTP_HOST": host, "REPERTOIRE_SMTP_SECURITY": security}
    assert load_settings(given).smtp_security == security


def test_the_password_of_the_mail_server_is_not_shown() -> None:
    signed_in = {"REPERTOIRE_SMTP_USER": "ann", "REPERTOIRE_SMTP_PASSWORD": "hush"}
    assert "hush" not in repr(load_settings(MAIL | signed_in))
