"""The settings, as one typed object, read from the environment and from nowhere else.

Outside demonstration an unsafe setting stops the service from starting: `Config.from_environment` raises
ConfigRefused, which names every problem at once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]", "::1"})
SHORTEST_KEY = 32
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
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = field(default="", repr=False)
    oidc_name: str = ""
    oidc_require_second_factor: bool = True
    log_level: str = "INFO"
    session_idle: timedelta = timedelta(minutes=30)
    session_longest: timedelta = timedelta(hours=12)
    largest_request: int = 26 * 1024 * 1024  # a form and one file of 25 MB
    largest_form: int = 1024 * 1024
    most_form_parts: int = 3000
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
            oidc_issuer=read("OIDC_ISSUER"),
            oidc_client_id=read("OIDC_CLIENT_ID"),
            oidc_client_secret=read("OIDC_CLIENT_SECRET"),
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
        if len(self.secret_key) < SHORTEST_KEY:
            found.append(f"Set ROUNDTABLE_SECRET_KEY to at least {SHORTEST_KEY} random characters.")
        if self.demonstration:
            if not self.on_loopback:
                found.append("The demonstration runs on this machine only: leave ROUNDTABLE_BASE_URL unset.")
            return found
        return found + self._production_problems()

    def _production_problems(self) -> list[str]:
        found = []
        if not self.identity_keys or any(len(key) < SHORTEST_KEY for key in self.identity_keys):
            found.append(
                f"Set ROUNDTABLE_IDENTITY_KEYS to one or more keys of at least {SHORTEST_KEY} characters."
            )
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
        return found

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
