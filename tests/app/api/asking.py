"""How tests ask the API: with a token, as a program does."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from app.api.description import described
from app.auth.tokens import SCOPES, Tokens
from engine import Actor

API = "/api/v1"


@dataclass
class Program:
    """A program that acts in somebody's name."""

    client: FlaskClient
    token: str
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **more: Any) -> TestResponse:
        """Read something."""
        return self._ask("GET", path, **more)

    def post(self, path: str, sent: Any = None, *, key: str = "", **more: Any) -> TestResponse:
        """Do something."""
        found = {"Idempotency-Key": key} if key else {}
        return self._ask("POST", path, json=sent, headers=found | more.pop("headers", {}), **more)

    def put(self, path: str, sent: Any, revision: int | None = 0) -> TestResponse:
        """Save a draft over a revision."""
        headers = {} if revision is None else {"If-Match": f'"{revision}"'}
        return self._ask("PUT", path, json=sent, headers=headers)

    def _ask(self, method: str, path: str, **more: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        if more.get("json") is None:
            more.pop("json", None)
        answer = self.client.open(f"{API}{path}", method=method, headers=headers, **more)
        is_described(self.client.application, method, f"{API}{path}".split("?")[0], answer)
        return answer


def is_described(app: Flask, method: str, path: str, answer: TestResponse) -> None:
    """Whether the description knows this answer: every test of the API asks so of every answer."""
    try:
        endpoint, _ = app.url_map.bind("localhost").match(path, method)
    except HTTPException:
        return  # no call of this address or method
    operation = operation_of(app, endpoint)
    found = operation["responses"].get(str(answer.status_code))
    assert found, f"{method} {path}: {answer.status_code} is not described"
    if answer.status_code >= 400:
        assert answer.content_type == "application/problem+json"


def operation_of(app: Flask, endpoint: str) -> dict[str, Any]:
    """What the description says of the call behind an endpoint."""
    wanted = endpoint.removeprefix("api_").replace(".", "_")
    for item in described(app)["paths"].values():
        for told in item.values():
            if isinstance(told, dict) and told.get("operationId") == wanted:
                return told
    raise AssertionError(f"{endpoint} is not described")


def program_of(tokens: Tokens, client: FlaskClient, person: str, *scopes: str) -> Program:
    """A program with a token of a person, for everything unless scopes are named."""
    with tokens.database.write() as session:
        _, secret = tokens.make(
            session, person, name="Test", scopes=scopes or SCOPES, days=30, by=Actor("u_office")
        )
    return Program(client, secret)


def is_problem(answer: TestResponse, status: int) -> dict[str, Any]:
    """What a refusal says; it must be one of this status."""
    assert answer.status_code == status, answer.get_data(as_text=True)[:500]
    assert answer.content_type == "application/problem+json"
    told = answer.get_json()
    assert told["status"] == status and told["title"] and told["detail"]
    assert isinstance(told, dict)
    return told
