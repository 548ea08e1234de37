"""The settings, as one typed object, read from the environment and from nowhere else.

Outside demonstration an unsafe setting stops the service from starting: `Config.from_environment` raises
ConfigRefused, which names every problem at once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]", "::1"})
SHORTEST_KEY = 32
FEWEST_LETTERS = 12  # different ones in a key: fewer were typed, not drawn at random
_UUID = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_NOTIFY_KEY = re.compile(rf"{_UUID}-{_UUID}$")
YES, NO = ("true", "yes", "1"), ("false", "no", "0")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


def https_or_here(address: str) -> bool:
    """Whether an address is https, or is on this machine."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)


class ConfigRefused(Exception):
    """Settings that the service must not start with; each problem is a sentence that says what to do."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Config:
    """Everything the environment decides. What people may change is in the database instead."""

    secret_key: str = field(repr=False)
    database_url: str = field(default="sqlite:///roundtable.sqlite", repr=False)
    identity_keys: tuple[str, ...] = field(default=(), repr=False)
    base_url: str = "http://127.0.0.1:8000"
    demonstration: bool = False
    smtp_url: str = field(default="", repr=False)
    notify_api_key: str = field(default="", repr=False)
    notify_template_id: str = ""
    notify_url: str = "https://api.notifications.service.gov.uk"
    trusted_proxy: str = ""
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = field(default="", repr=False)
    clamd: str = ""
    metrics_token: str = field(default="", repr=False)
    oidc_name: str = ""
    oidc_require_second_factor: bool = True
    log_level: str = "INFO"
    session_idle: timedelta = timedelta(minutes=30)
    session_longest: timedelta = timedelta(hours=12)
    largest_request: int = 26 * 1024 * 1024  # a form and one file of 25 MB
    largest_form: int = 1024 * 1024
    most_form_parts: int = 3000
    api_per_minute: int = 600  # requests of one token to one web process
    testing: bool = False

    @property
    def host(self) -> str:
        """The host name people use, without a port."""
        return urlsplit(self.base_url).hostname or ""

    @property
    def on_loopback(self) -> bool:
        """Whether the service is for this machine only."""
        return self.host in LOOPBACK

    @property
    def secure(self) -> bool:
        """Whether people reach the service by https; cookies then insist on it."""
        return self.base_url.startswith("https://")

    @property
    def organisation_sign_in(self) -> bool:
        """Whether people sign in with their organisation's account; never in a demonstration."""
        return bool(self.oidc_issuer) and not self.demonstration

    @property
    def organisation(self) -> str:
        """What the provider of those accounts is called here."""
        return self.oidc_name or urlsplit(self.oidc_issuer).hostname or ""

    @property
    def trusted_hosts(self) -> list[str]:
        """The names under which requests are answered; anything else is refused."""
        return sorted(LOOPBACK) if self.on_loopback else [self.host]

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], *, demonstration: bool = False) -> Config:
        """Read `ROUNDTABLE_...`; what is not set keeps its safe default. Raises ConfigRefused."""

        def read(name: str, default: str = "") -> str:
            return environment.get(f"ROUNDTABLE_{name}", "").strip() or default

        config = cls(
            secret_key=read("SECRET_KEY"),
            database_url=read("DATABASE_URL", cls.database_url),
            identity_keys=tuple(key.strip() for key in read("IDENTITY_KEYS").split(",") if key.strip()),
            base_url=read("BASE_URL", cls.base_url).rstrip("/"),
            demonstration=demonstration,
            smtp_url=read("SMTP_URL"),
            notify_api_key=read("NOTIFY_API_KEY"),
            notify_template_id=read("NOTIFY_TEMPLATE_ID"),
            notify_url=read("NOTIFY_URL", cls.notify_url).rstrip("/"),
            trusted_proxy=read("TRUSTED_PROXY"),
            oidc_issuer=read("OIDC_ISSUER"),
            oidc_client_id=read("OIDC_CLIENT_ID"),
            oidc_client_secret=read("OIDC_CLIENT_SECRET"),
            clamd=read("CLAMD"),
            metrics_token=read("METRICS_TOKEN"),
            oidc_name=read("OIDC_NAME"),
            oidc_require_second_factor=read("OIDC_REQUIRE_SECOND_FACTOR", "true").lower() not in NO,
            log_level=read("LOG_LEVEL", cls.log_level).upper(),
        )
        problems = config.problems()
        if read("OIDC_REQUIRE_SECOND_FACTOR", "true").lower() not in (*YES, *NO):
            problems.append("ROUNDTABLE_OIDC_REQUIRE_SECOND_FACTOR must be true or false.")
        if problems:
            raise ConfigRefused(problems)
        return config

    def problems(self) -> list[str]:
        """What is unsafe or impossible about these settings, each with what to do."""
        found = []
        if self.log_level not in LOG_LEVELS:
            found.append(f"ROUNDTABLE_LOG_LEVEL must be one of {', '.join(LOG_LEVELS)}.")
        if not _is_key(self.secret_key):
            found.append(f"Set ROUNDTABLE_SECRET_KEY to at least {SHORTEST_KEY} random characters.")
        if self.metrics_token and not _is_key(self.metrics_token):
            found.append(
                f"ROUNDTABLE_METRICS_TOKEN must be at least {SHORTEST_KEY} random characters, or not set."
            )
        if self.clamd and clamd_place(self.clamd) is None:
            found.append(
                "ROUNDTABLE_CLAMD must be like tcp://127.0.0.1:3310 or unix:///run/clamav/clamd.ctl."
            )
        if self.demonstration:
            if not self.on_loopback:
                found.append("The demonstration runs on this machine only: leave ROUNDTABLE_BASE_URL unset.")
            return found
        return found + self._production_problems()

    def _production_problems(self) -> list[str]:
        found = []
        if not self.identity_keys or not all(_is_key(key) for key in self.identity_keys):
            found.append(f"Set ROUNDTABLE_IDENTITY_KEYS to keys of {SHORTEST_KEY} random characters or more.")
        if self.secret_key in self.identity_keys:
            found.append("ROUNDTABLE_SECRET_KEY and ROUNDTABLE_IDENTITY_KEYS must differ.")
        if not self.secure:
            found.append("ROUNDTABLE_BASE_URL must begin with https://.")
        return found + self._organisation_problems() + self._post_problems()

    def _organisation_problems(self) -> list[str]:
        """What is wrong with signing in with an organisation's account. All three settings, or none."""
        found = []
        if len({bool(each) for each in (self.oidc_issuer, self.oidc_client_id, self.oidc_client_secret)}) > 1:
            found.append(
                "Set ROUNDTABLE_OIDC_ISSUER, _CLIENT_ID and _CLIENT_SECRET together, or none of them."
            )
        if self.oidc_issuer and not https_or_here(self.oidc_issuer):
            found.append("ROUNDTABLE_OIDC_ISSUER must begin with https://.")
        if self.trusted_proxy and not _is_address(self.trusted_proxy):
            found.append("ROUNDTABLE_TRUSTED_PROXY must be one address, such as 127.0.0.1.")
        return found + self._database_problems() + self._post_problems()

    def _database_problems(self) -> list[str]:
        """A database on another machine is spoken to encrypted, and only after it has shown who it is."""
        try:
            url = make_url(self.database_url)
        except ArgumentError:
            return ["ROUNDTABLE_DATABASE_URL is not the address of a database."]
        if url.get_backend_name() not in ("sqlite", "postgresql"):
            return ["ROUNDTABLE_DATABASE_URL must begin with sqlite:/// or postgresql+psycopg://."]
        here = all(host in LOOPBACK or host.startswith("/") for host in _hosts(url))
        if url.get_backend_name() == "sqlite" or here or url.query.get("sslmode") == "verify-full":
            return []
        return ["Add ?sslmode=verify-full to ROUNDTABLE_DATABASE_URL: the database is on another machine."]

    def _post_problems(self) -> list[str]:
        """What is wrong with how notices are to leave."""
        found = []
        if self.smtp_url and urlsplit(self.smtp_url).scheme not in ("smtp", "smtps"):
            found.append("ROUNDTABLE_SMTP_URL must begin with smtp:// or smtps://.")
        if not self.notify_api_key:
            return found
        if not _NOTIFY_KEY.search(self.notify_api_key):
            found.append("ROUNDTABLE_NOTIFY_API_KEY must end with the service id and the secret.")
        if not self.notify_template_id:
            found.append("Set ROUNDTABLE_NOTIFY_TEMPLATE_ID to the template with ((subject)) and ((body)).")
        if not https_or_here(self.notify_url):
            found.append("ROUNDTABLE_NOTIFY_URL must begin with https://.")
        return found


def clamd_place(setting: str) -> tuple[str, int] | str | None:
    """Where a virus scanner listens: host and port, the path of a socket, or None for what is neither."""
    parts = urlsplit(setting)
    if parts.scheme == "unix" and parts.path.startswith("/"):
        return parts.path
    try:
        return (
            (parts.hostname, parts.port) if parts.scheme == "tcp" and parts.hostname and parts.port else None
        )
    except ValueError:  # a port that is none
        return None


def _hosts(url: URL) -> set[str]:
    """The hosts that an address of a database names, also those that it names behind its question mark."""
    told = [url.host or ""]
    for name in ("host", "hostaddr"):
        given = url.query.get(name, ())
        told += [given] if isinstance(given, str) else given
    return {host for each in told for host in each.split(",") if host}


def _is_key(text: str) -> bool:
    return len(text) >= SHORTEST_KEY and len(set(text)) >= FEWEST_LETTERS


def _is_address(words: str) -> bool:
    try:
        ip_address(words)
    except ValueError:
        return False
    return True
