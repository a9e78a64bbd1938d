"""The environment, read once into one frozen object; a wrong value stops the start and names itself."""

import difflib
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import platformdirs
from babel import Locale, UnknownLocaleError
from babel.numbers import is_currency
from pydantic import AfterValidator, Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from recsys.errors import RecsysError
from recsys.schema.reorder_rules import LEAST_PURCHASES, LostRule
from recsys.visible_text import visible

PREFIX = "REPERTOIRE_"
NOT_OURS = frozenset({"REPERTOIRE_REAL_DATA", "REPERTOIRE_WHEELS"})  # of the tests, of the scripts
WORKER_BOOT_ERROR = 3  # gunicorn gives up on a worker that ends with it; with any other code it starts it again
SQLITE = "sqlite"  # the database in the state folder
PROXY_SECRET_HEADER = "X-Repertoire-Proxy-Secret"  # noqa: S105 - a name
SECRET_LENGTH = 32
# What a kind of sign-in cannot do without.
NEEDED = {"proxy": ("proxy_secret",), "oidc": ("oidc_issuer", "oidc_client_id", "oidc_client_secret")}
SECRETS = frozenset({"proxy_secret", "oidc_client_secret", "order_token", "smtp_password"})
STARTTLS, TLS, NO_TLS, INSECURE = "starttls", "tls", "none", "insecure"  # how mail goes to the mail server
SMTP_SECURITIES = (STARTTLS, TLS, NO_TLS, INSECURE)
OPEN = "open"  # nobody signs in
SIGN_INS = (OPEN, "local", "oidc", "proxy")
MOST_REASONS, LONGEST_REASON = 12, 60
LOG_LEVELS = ("debug", "info", "warning", "error")


class SettingsError(RecsysError):
    """An environment variable that is unknown or has a value that is not allowed."""


def _prefix(value: str) -> str:
    if not re.fullmatch(r"/(?:[A-Za-z0-9._~-]+/)*", value) or {".", ".."} & set(value.split("/")):
        raise ValueError
    return value


def _currency(value: str) -> str:
    if not is_currency(value):
        raise ValueError
    return value


def _locale(value: str) -> str:
    try:
        return str(Locale.parse(value))
    except (UnknownLocaleError, ValueError) as error:
        raise ValueError from error


def _time_zone(value: str) -> str:
    try:
        return ZoneInfo(value).key
    except (ZoneInfoNotFoundError, OSError) as error:
        raise ValueError from error


def _database(value: str) -> str:
    if value != SQLITE and not re.match(r"postgres(ql)?://.", value):
        raise ValueError
    return value


def _hosts(value: str) -> str:
    names = [name.strip() for name in value.split(",")] if value else []
    if not all(re.fullmatch(r"(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?\.?)+", name) for name in names):
        raise ValueError
    return ",".join(name.lower().rstrip(".") for name in names)


def _reasons(value: str) -> str:
    names = [name.strip() for name in value.split(",")]
    if not 1 <= len(names) <= MOST_REASONS or not all(0 < len(name) <= LONGEST_REASON for name in names):
        raise ValueError
    return ", ".join(dict.fromkeys(names))


def _public_url(value: str) -> str:
    if value and not re.fullmatch(r"https?://[A-Za-z0-9.:\[\]-]+/?", value):
        raise ValueError
    return value.rstrip("/")


def _sender(value: str) -> str:
    if value and not re.fullmatch(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*", value):
        raise ValueError
    return value


def _order_url(value: str) -> str:
    found = urlsplit(value)
    if value and (found.scheme not in ("https", "http") or not found.hostname or found.username or found.fragment):
        raise ValueError
    return value


def _origins(value: str) -> str:
    if value and not all(re.fullmatch(r"https?://[a-z0-9.-]+(:\d+)?", one) for one in value.split(",")):
        raise ValueError
    return value


def _cache_url(value: str) -> str:
    if value and not re.match(r"(rediss?|unix)://.", value):
        raise ValueError
    return value


def _folder(value: Path) -> Path:
    if not value.parts:
        raise ValueError
    return value.expanduser()


Folder = Annotated[Path, AfterValidator(_folder)]


def _setting(default: Any, meaning: str, allowed: str, **bounds: Any) -> Any:
    return Field(default, description=meaning, json_schema_extra={"allowed": allowed}, **bounds)


class Settings(BaseSettings):
    """All settings; the environment is read by `load_settings` alone, never by `Settings(...)`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="forbid", validate_default=True, hide_input_in_errors=True
    )

    artifacts: Folder = _setting(Path("data/artifacts"), "folder with the versions that `build` publishes", "a folder")
    state: Folder = _setting(
        platformdirs.user_state_path("repertoire"), "writable folder for what the app itself keeps", "a folder"
    )
    database: Annotated[str, AfterValidator(_database)] = _setting(
        SQLITE,
        "where accounts, sessions and the audit trail are kept: `sqlite` is a file in the state folder, or PostgreSQL, "
        "e.g. `postgresql://repertoire@db.example/repertoire`",
        "sqlite or a URL such as postgresql://user@host:5432/name",
        repr=False,  # it may hold a password
    )
    cache_url: Annotated[str, AfterValidator(_cache_url)] = _setting(
        "",
        "a Redis in which answers that take long are kept for all processes, e.g. `redis://cache.example:6379/0`; "
        "empty: each process keeps its own",
        "an address that begins with redis://, rediss:// or unix://",
        repr=False,  # it may hold a password
    )
    host: str = _setting(
        "127.0.0.1",
        "address to listen on; with another one than this machine's own `REPERTOIRE_SIGN_IN` has to be set",
        "an address",
        min_length=1,
        pattern=r"^[A-Za-z0-9.:\[\]_-]+$",
    )
    port: int = _setting(8050, "port to listen on", "a whole number from 1 to 65535", ge=1, le=65535)
    sign_in: Literal["open", "local", "oidc", "proxy"] = _setting(
        OPEN,
        "how people sign in: `open` (nobody does and everyone is everything; on this machine alone), `local` (email "
        "and password), `oidc` (the company's account), `proxy` (the proxy in front says who it is)",
        f"one of {', '.join(SIGN_INS)}",
    )
    session_idle_hours: float = _setting(
        12.0,
        "hours without a request after which a session ends",
        "a number from 0.1 to 8760",
        ge=0.1,
        le=8760,
    )
    session_hours: float = _setting(
        336.0, "hours after the sign-in at which a session ends", "a number from 0.1 to 8760", ge=0.1, le=8760
    )
    proxy_header: str = _setting(
        "X-Forwarded-Email",
        "with `proxy`: the header in which the proxy says who it is, as an email address",
        "the name of a header such as X-Forwarded-Email",
        pattern=r"^[A-Za-z0-9-]+$",
    )
    proxy_secret: str = _setting(
        "",
        f"with `proxy`: what the proxy sends in `{PROXY_SECRET_HEADER}`; without it its header is worth nothing",
        f"at least {SECRET_LENGTH} characters, e.g. of: openssl rand -hex 32",
        repr=False,
        pattern=rf"^(|[!-~]{{{SECRET_LENGTH},}})$",
    )
    oidc_issuer: str = _setting(
        "",
        "with `oidc`: the provider, e.g. `https://login.microsoftonline.com/TENANT/v2.0`",
        "an address that starts with https:// (http:// on this machine)",
        pattern=r"^(|https://\S+|http://(localhost|127\.0\.0\.1)(:\d+)?(/\S*)?)$",
    )
    oidc_client_id: str = _setting("", "with `oidc`: the name of this app at the provider", "a name")
    oidc_client_secret: str = _setting("", "with `oidc`: its secret there", "a secret", repr=False)
    oidc_mapping: str = _setting(
        "",
        "with `oidc`: a TOML file that says which groups have which roles; without it the accounts here say so",
        "a file",
    )
    oidc_trust_email: bool = _setting(
        False,
        "with `oidc`: `true` where the provider owns every address and sends no `email_verified`, such as one tenant "
        "of Entra ID: then an account made here before becomes theirs",
        "true or false",
    )
    public_url: Annotated[str, AfterValidator(_public_url)] = _setting(
        "",
        "address under which people open the app, for links that are sent to them; default: host, port and prefix",
        "an address without a path, such as https://repertoire.example",
    )
    url_prefix: Annotated[str, AfterValidator(_prefix)] = _setting(
        "/", "path that the app answers under behind a proxy, e.g. `/repertoire/`", "a path that starts and ends with /"
    )
    hosts: Annotated[str, AfterValidator(_hosts)] = _setting(
        "",
        "names under which the app is opened, with commas between them, e.g. `sales.example`; that of "
        "`REPERTOIRE_PUBLIC_URL`, `localhost` and addresses of digits always count",
        "names such as sales.example, with commas between them",
    )
    api_hosts: Annotated[str, AfterValidator(_origins)] = _setting(
        "",
        "origins of web pages that may ask the API from the browser, with commas between them, e.g. "
        "`https://shop.example`; empty: none may",
        "origins such as https://shop.example, with commas between them",
    )
    trusted_proxies: int = _setting(
        0, "how many proxies in front may set X-Forwarded-*", "a whole number from 0 to 9", ge=0, le=9
    )
    secure_cookie: bool = _setting(
        False, "`true` where the app is reached by https: the cookie is never sent in clear", "true or false"
    )
    currency: Annotated[str, AfterValidator(_currency)] = _setting(
        "EUR", "currency of all amounts", "an ISO 4217 code such as EUR or GBP"
    )
    locale: Annotated[str, AfterValidator(_locale)] = _setting(
        "en_GB",
        "form of numbers and dates, and the language of what to say to customers: English or German",
        "a locale such as en_GB or de_DE",
    )
    time_zone: Annotated[str, AfterValidator(_time_zone)] = _setting(
        "Europe/Berlin", "time zone of all times shown", "a name of the time zone database such as Europe/Berlin"
    )
    fresh_hours: int = _setting(
        24, "hours after a build up to which the data count as fresh", "a whole number of at least 1", ge=1
    )
    stale_hours: int = _setting(
        48,
        "hours after a build from which the data count as stale",
        "a whole number of at least REPERTOIRE_FRESH_HOURS",
        ge=1,
    )
    poll_seconds: float = _setting(
        2.0, "seconds between two looks for a new version", "a number from 0.1 to 3600", ge=0.1, le=3600
    )
    calls: int = _setting(15, "calls of a day in the call list", "a whole number from 1 to 100", ge=1, le=100)
    call_again_days: int = _setting(
        7,
        "days after a contact in which a customer is no call again, unless a next step is due",
        "a whole number from 0 to 365",
        ge=0,
        le=365,
    )
    lost_purchases: int = _setting(
        6,
        "the rule for lost products, until sales management changes it on the page Alerts: order days with the "
        "product, at least",
        f"a whole number of at least {LEAST_PURCHASES}",
        ge=LEAST_PURCHASES,
    )
    lost_gaps: float = _setting(
        1.5, "usual gaps since the last of them, at least", "a number of at least 1", ge=1, le=100
    )
    lost_days: int = _setting(21, "days since the last of them, at least", "a whole number of at least 1", ge=1)
    lost_worth: float = _setting(
        200.0, "revenue in the year up to the last of them, at least, in the currency", "a number of at least 0", ge=0
    )
    not_relevant: Annotated[str, AfterValidator(_reasons)] = _setting(
        "Not on the menu, Has a contract elsewhere, Too expensive, Pack too large, Does not like it",
        "why a product is not relevant, for reps to choose from, with commas between them",
        "up to 12 short reasons with commas between them",
    )
    order_url: Annotated[str, AfterValidator(_order_url)] = _setting(
        "",
        "where a basket is handed over to: an address of the order system that takes a POST",
        "an address that begins with https:// or http://",
    )
    order_token: str = _setting("", "the bearer token that the order system asks for", "a secret", repr=False)
    smtp_host: str = _setting(
        "",
        "the mail server that sends the digest; empty: no mail is sent",
        "the name or address of a mail server such as smtp.example",
        pattern=r"^[A-Za-z0-9.:_-]*$",
    )
    smtp_port: int = _setting(587, "the port of that mail server", "a whole number from 1 to 65535", ge=1, le=65535)
    smtp_user: str = _setting("", "who signs in there; empty: nobody has to", "a name")
    smtp_password: str = _setting("", "the password of that user", "a password", repr=False)
    smtp_security: Literal["starttls", "tls", "none", "insecure"] = _setting(
        STARTTLS,
        "`starttls` (port 587), `tls` (port 465), `none` (in clear, to this machine alone), or `insecure` (in clear "
        "over the network: whoever is between reads customers' names; never with a user)",
        f"one of {', '.join(SMTP_SECURITIES)}",
    )
    smtp_from: Annotated[str, AfterValidator(_sender)] = _setting(
        "", "the address that the digest comes from", "an email address such as repertoire@sales.example"
    )
    workers: int = _setting(2, "processes that serve", "a whole number from 1 to 64", ge=1, le=64)
    threads: int = _setting(8, "threads in each of them", "a whole number from 1 to 64", ge=1, le=64)
    connections: int = _setting(
        2000, "connections that each of them holds at once", "a whole number from 10 to 60000", ge=10, le=60000
    )
    header_kb: int = _setting(32, "largest head of a request, in KB", "a whole number from 4 to 1024", ge=4, le=1024)
    body_kb: int = _setting(
        1024, "largest body of a request, in KB", "a whole number from 64 to 1048576", ge=64, le=1048576
    )
    receive_seconds: float = _setting(
        20.0,
        "seconds within which a request has to be here in full; a silent connection is closed after as many",
        "a number from 1 to 3600",
        ge=1,
        le=3600,
    )
    request_seconds: float = _setting(
        60.0,
        "seconds that answering a request may take; then its process ends, and another one starts",
        "a number from 5 to 3600",
        ge=5,
        le=3600,
    )
    audit_days: int = _setting(
        400, "days that a line of the audit trail is kept", "a whole number from 1 to 36500", ge=1, le=36500
    )
    shop_event_days: int = _setting(
        365, "days that an event of the web shop is kept", "a whole number from 30 to 36500", ge=30, le=36500
    )
    log_level: Literal["debug", "info", "warning", "error"] = _setting(
        "info", "least level of a line in the log", f"one of {', '.join(LOG_LEVELS)}"
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.stale_hours < self.fresh_hours:
            raise SettingsError(_wrong("stale_hours", str(self.stale_hours)))
        return self

    @model_validator(mode="after")
    def _closed_to_others(self) -> Self:
        """Refuse what would let other machines in without a sign-in."""
        if self.sign_in != OPEN or (self.is_loopback and not self.trusted_proxies):
            return self
        name, value = ("host", self.host) if not self.is_loopback else ("trusted_proxies", str(self.trusted_proxies))
        raise SettingsError(
            f"REPERTOIRE_SIGN_IN is 'open', but {PREFIX}{name.upper()} is {value!r}: other machines would see all "
            f"customers without signing in; set REPERTOIRE_SIGN_IN to local, oidc or proxy"
        )

    @model_validator(mode="after")
    def _complete(self) -> Self:
        for name in NEEDED.get(self.sign_in, ()):
            if not getattr(self, name):
                raise SettingsError(
                    f"REPERTOIRE_SIGN_IN is {self.sign_in!r}, which needs {PREFIX}{name.upper()}: {_allowed(name)}"
                )
        return self

    @model_validator(mode="after")
    def _sends_mail(self) -> Self:
        """Refuse what mail cannot be sent with, and what would send a password or names in clear unasked."""
        if not self.smtp_host:
            return self
        for name in ("smtp_from", "public_url"):
            if not getattr(self, name):
                raise SettingsError(
                    f"REPERTOIRE_SMTP_HOST is set, which needs {PREFIX}{name.upper()}: {_allowed(name)}"
                )
        if bool(self.smtp_user) != bool(self.smtp_password):
            raise SettingsError(
                "of REPERTOIRE_SMTP_USER and REPERTOIRE_SMTP_PASSWORD one is set and one is not; set both or none"
            )
        if self.smtp_security == NO_TLS and not is_this_machine(self.smtp_host):
            raise SettingsError(
                f"REPERTOIRE_SMTP_SECURITY is 'none', but REPERTOIRE_SMTP_HOST is {self.smtp_host!r}, another machine: "
                f"customers' names would be sent in clear; set it to starttls or tls, or to insecure if that is meant"
            )
        if self.smtp_security == INSECURE and self.smtp_user:
            raise SettingsError(
                "REPERTOIRE_SMTP_SECURITY is 'insecure', which would send REPERTOIRE_SMTP_PASSWORD in clear over the "
                "network; set it to starttls or tls"
            )
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return arguments as the only source: an object made in a test does not depend on the environment."""
        return (init_settings,)

    @property
    def address(self) -> str:
        """Return the address of the app for links: the public one, else where it listens; ends with the prefix."""
        host = f"[{self.host}]" if ":" in self.host and not self.host.startswith("[") else self.host
        return (self.public_url or f"http://{host}:{self.port}") + self.url_prefix

    @property
    def own_names(self) -> frozenset[str]:
        """Return the names under which the app is opened, in small letters; addresses of digits are not among them."""
        public = urlsplit(self.public_url).hostname or ""
        return frozenset({"localhost", self.host.lower(), public, *self.hosts.split(",")} - {""})

    @property
    def lost_rule(self) -> LostRule:
        """Return the team's rule for lost products."""
        return LostRule(self.lost_purchases, self.lost_gaps, self.lost_days, self.lost_worth)

    @property
    def not_relevant_reasons(self) -> tuple[str, ...]:
        """Return the reasons to choose from."""
        return tuple(self.not_relevant.split(", "))

    @property
    def is_loopback(self) -> bool:
        """Return whether only this machine can reach the app."""
        return is_this_machine(self.host)


def is_this_machine(host: str) -> bool:
    """Return whether a name or address is that of the machine itself."""
    return host in {"localhost", "::1", "[::1]"} or re.fullmatch(r"127(\.\d{1,3}){3}", host) is not None


@dataclass(frozen=True)
class Setting:
    """One row of the README's table."""

    variable: str
    default: str
    meaning: str


def _shown(name: str, default: Any) -> str:
    if name == "state":
        return "~/.local/state/repertoire"  # platformdirs' answer on Linux, without whose home it is
    if isinstance(default, bool):
        return str(default).lower()
    return f"{default:g}" if isinstance(default, float) else str(default)


SETTINGS_TABLE = tuple(
    Setting(f"{PREFIX}{name.upper()}", _shown(name, field.default), str(field.description))
    for name, field in Settings.model_fields.items()
)


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Read the `REPERTOIRE_*` variables of an environment.

    Raises SettingsError, one line, for an unknown variable or a value that is not allowed.
    """
    _refuse_unknown(environ)
    source = EnvSettingsSource(Settings)
    source.env_vars = {name.lower(): value.strip() for name, value in environ.items() if name.startswith(PREFIX)}
    try:
        return Settings(**source())
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0])
        raise SettingsError(_wrong(name, environ[f"{PREFIX}{name.upper()}"])) from error


@contextmanager
def mistakes_end_the_start(code: int = 1) -> Iterator[None]:
    """Turn a RecsysError into the end of the process: its message as one line on stderr, an exit code, no traceback."""
    try:
        yield
    except RecsysError as error:
        sys.stderr.write(visible(f"Error: {error}\n"))
        sys.exit(code)


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    known = [setting.variable for setting in SETTINGS_TABLE]
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in NOT_OURS and name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
            raise SettingsError(f"{name} is set to {environ[name]!r}, but there is no such setting; {hint}")


def _allowed(name: str) -> str:
    extra = Settings.model_fields[name].json_schema_extra
    return str(extra["allowed"]) if isinstance(extra, dict) else ""


def _wrong(name: str, value: str) -> str:
    shown = re.sub(r"(?<=:)[^:/@][^@]*(?=@)", "***", value) if name in ("database", "cache_url") else value
    shown = "***" if name in SECRETS else shown
    return f"{PREFIX}{name.upper()} is {shown!r}; it must be {_allowed(name)}"
