"""`/metrics`: what waits and how long requests take, for who shows the token; without names."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import Config, create_app
from app.config import ConfigRefused
from tests.app.conftest import SECRET_NAME, House

TOKEN = "a token that monitoring shows, for tests"
CONFIG = Config(secret_key="for tests of the figures only", demonstration=True, testing=True)


@pytest.fixture
def watched(house: House) -> Flask:
    """The service with a token set."""
    return create_app(replace(CONFIG, metrics_token=TOKEN), house.database)


def figures(client: FlaskClient) -> dict[str, float]:
    """Every line that is no comment, by name and labels."""
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain")
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines}


@pytest.mark.parametrize(
    "shown", [{}, {"Authorization": "Bearer another"}, {"Authorization": TOKEN}, {"Authorization": "Bearer "}]
)
def test_for_others_there_is_nothing(watched: Flask, shown: dict[str, str]) -> None:
    assert watched.test_client().get("/metrics", headers=shown).status_code == 404


def test_without_a_token_in_the_settings_nobody_sees_it(house: House) -> None:
    client = create_app(CONFIG, house.database).test_client()

    for shown in ("", "Bearer ", "Bearer None"):
        assert client.get("/metrics", headers={"Authorization": shown}).status_code == 404


def test_a_short_token_is_refused_at_the_start() -> None:
    settings = {
        "ROUNDTABLE_SECRET_KEY": "the key of the cookies - for tests only",
        "ROUNDTABLE_IDENTITY_KEYS": "the key of identities - for tests only",
        "ROUNDTABLE_BASE_URL": "https://reviews.example",
        "ROUNDTABLE_METRICS_TOKEN": "short",
    }

    with pytest.raises(ConfigRefused, match="METRICS_TOKEN"):
        Config.from_environment(settings)


def test_steps_are_counted_by_role(house: House, watched: Flask) -> None:
    found = figures(watched.test_client())

    assert found['roundtable_steps_open{role="safeguarding_lead"}'] == 2  # both agencies prepare
    assert found['roundtable_steps_late{role="safeguarding_lead"}'] == 0
    assert found["roundtable_cases_stuck"] == 0


def test_what_is_late_and_waits_for_a_worker_shows(house: House) -> None:
    house.clock.advance(timedelta(days=40))
    client = create_app(replace(CONFIG, metrics_token=TOKEN), house.database).test_client()

    found = figures(client)

    assert found['roundtable_steps_late{role="safeguarding_lead"}'] == 2
    assert found["roundtable_worker_behind_seconds"] > 30 * 24 * 3600


def test_requests_are_timed_by_page_and_nothing_of_the_address_is_kept(watched: Flask) -> None:
    client = watched.test_client()
    client.get("/reviews/MALR-2026-001")
    client.get("/no/such/page-of-Canary")
    client.open("/help/contact", method="CANARY")

    text = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text

    assert 'page="reviews.' in text
    assert 'method="other"' in text
    for words in ("MALR", "Canary", "CANARY", SECRET_NAME):
        assert words not in text
