"""Settings: typed, from the environment, and refused where they would be unsafe."""

from __future__ import annotations

import pytest

from app.config import Config, ConfigRefused

KEY, OTHER = "the key of the cookies - for tests only", "the key of identities - for tests only"
SAFE = {
    "ROUNDTABLE_SECRET_KEY": KEY,
    "ROUNDTABLE_IDENTITY_KEYS": OTHER,
    "ROUNDTABLE_BASE_URL": "https://reviews.example/",
    "ROUNDTABLE_DATABASE_URL": "postgresql+psycopg://db/roundtable?sslmode=verify-full",
}
PROVIDER = {
    "ROUNDTABLE_OIDC_ISSUER": "https://id.example",
    "ROUNDTABLE_OIDC_CLIENT_ID": "roundtable",
    "ROUNDTABLE_OIDC_CLIENT_SECRET": "secret-of-the-client",
}


def test_a_second_factor_is_demanded_unless_somebody_says_no() -> None:
    config = Config.from_environment({**SAFE, **PROVIDER})
    assert config.organisation_sign_in and config.oidc_require_second_factor
    assert config.organisation == "id.example"
    assert "secret-of-the-client" not in repr(config)
    without = {"ROUNDTABLE_OIDC_REQUIRE_SECOND_FACTOR": "No", "ROUNDTABLE_OIDC_NAME": "Northvale Council"}
    config = Config.from_environment({**SAFE, **PROVIDER, **without})
    assert not config.oidc_require_second_factor
    assert config.organisation == "Northvale Council"


def test_safe_settings_start() -> None:
    config = Config.from_environment(SAFE)
    assert config.base_url == "https://reviews.example"
    assert config.trusted_hosts == ["reviews.example"]
    assert config.secure


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ROUNDTABLE_SECRET_KEY": ""}, "ROUNDTABLE_SECRET_KEY"),
        ({"ROUNDTABLE_SECRET_KEY": "short"}, "32 random characters"),
        ({"ROUNDTABLE_SECRET_KEY": "change-me" * 5}, "32 random characters"),
        ({"ROUNDTABLE_IDENTITY_KEYS": f"{OTHER},{'i' * 40}"}, "ROUNDTABLE_IDENTITY_KEYS"),
        ({"ROUNDTABLE_DATABASE_URL": "postgresql+psycopg://db/roundtable"}, "sslmode=verify-full"),
        ({"ROUNDTABLE_DATABASE_URL": "postgresql+psycopg:///roundtable?host=db"}, "sslmode=verify-full"),
        ({"ROUNDTABLE_DATABASE_URL": "mysql://db/roundtable"}, "postgresql"),
        ({"ROUNDTABLE_DATABASE_URL": "a file"}, "not the address of a database"),
        ({"ROUNDTABLE_IDENTITY_KEYS": ""}, "ROUNDTABLE_IDENTITY_KEYS"),
        ({"ROUNDTABLE_IDENTITY_KEYS": KEY}, "must differ"),
        ({"ROUNDTABLE_BASE_URL": "http://reviews.example"}, "https://"),
        ({"ROUNDTABLE_LOG_LEVEL": "loud"}, "ROUNDTABLE_LOG_LEVEL"),
        ({"ROUNDTABLE_OIDC_ISSUER": "https://id.example"}, "ROUNDTABLE_OIDC_ISSUER"),
        ({"ROUNDTABLE_OIDC_CLIENT_SECRET": "secret"}, "together, or none"),
        ({**PROVIDER, "ROUNDTABLE_OIDC_ISSUER": "http://id.example"}, "OIDC_ISSUER must begin with https"),
        ({**PROVIDER, "ROUNDTABLE_OIDC_REQUIRE_SECOND_FACTOR": "perhaps"}, "must be true or false"),
    ],
)
def test_unsafe_settings_are_refused_in_words(change: dict[str, str], words: str) -> None:
    with pytest.raises(ConfigRefused, match=words):
        Config.from_environment({**SAFE, **change})


def test_every_problem_is_named_at_once() -> None:
    with pytest.raises(ConfigRefused) as refused:
        Config.from_environment({})
    assert len(refused.value.problems) == 3


def test_a_demonstration_stays_on_this_machine() -> None:
    assert Config.from_environment({"ROUNDTABLE_SECRET_KEY": KEY}, demonstration=True).on_loopback
    with pytest.raises(ConfigRefused, match="this machine only"):
        Config.from_environment(SAFE, demonstration=True)


def test_no_secret_shows_when_settings_are_printed() -> None:
    assert KEY not in repr(Config.from_environment(SAFE))
    assert OTHER not in repr(Config.from_environment(SAFE))
