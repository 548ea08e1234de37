"""The description is what the service does: every call is in it with its scope and an example that fits, and
made-up requests to all of it find no fault and no answer that is not described (S9)."""

from __future__ import annotations

import os
import random
import time
from typing import Any

import hypothesis
import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.api.description import described
from app.auth.tokens import ANY, SCOPES
from app.pages.routes import ACCESS
from tests.app.api.asking import API
from tests.app.api.conftest import Programs
from tests.app.conftest import A, B, Browser, House

LONGEST = 28  # seconds for all made-up requests of one database; then one to each call that is left
EACH = 12  # of them to each call
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
REAL = {
    "ref": [A, B, f"{A}-A1", "MALR-2031-777"],
    "process": ["learning_review", "action", "nothing"],
    "version": [1, 2],
}


def test_every_call_is_described_and_nothing_else(application: Flask) -> None:
    made = described(application)
    calls = {
        (rule.rule.replace("uuid:", "").replace("int:", "").replace("<", "{").replace(">", "}"), method)
        for rule in application.url_map.iter_rules()
        if rule.rule.startswith(API) and rule.endpoint != "api_description.document"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    told = {
        (path, method.upper())
        for path, item in made["paths"].items()
        for method in item
        if method != "parameters"
    }
    assert told == calls
    assert made["openapi"] == "3.1.0"


def _operations(app: Flask) -> list[tuple[str, dict[str, Any]]]:
    paths = described(app)["paths"].items()
    return [
        (f"{method} {path}", told)
        for path, item in paths
        for method, told in item.items()
        if method != "parameters"
    ]


def test_every_call_says_what_it_is_and_what_a_token_needs(application: Flask) -> None:
    scopes = {name: rule.scope for name, rule in ACCESS.items()}
    for call, told in _operations(application):
        assert told["summary"] and told["description"], call
        assert not any(word in told["description"] for word in ("  ", "TODO")), call
        [token, session] = told["security"]
        endpoint = next(
            name for name in scopes if name.removeprefix("api_").replace(".", "_") == told["operationId"]
        )
        assert token["token"] == ([scopes[endpoint]] if scopes[endpoint] != ANY else []), call
        assert set(token["token"]) <= set(SCOPES) and session == {"session": []}
        assert {"401", "403", "429", "503"} <= set(told["responses"]), call


def test_every_example_fits_its_schema(application: Flask) -> None:
    made = described(application)
    registry = Registry().with_resource("api", Resource(made, DRAFT202012))

    def fits(schema: dict[str, Any], example: Any) -> None:
        whole = {"$ref": f"api{schema['$ref']}"}
        Draft202012Validator(whole, registry=registry).validate(example)

    tried = 0
    for call, told in _operations(application):
        success = next(answer for status, answer in told["responses"].items() if status.startswith("2"))
        contents = [*success["content"].values(), *told.get("requestBody", {}).get("content", {}).values()]
        for content in contents:
            if "$ref" in content["schema"]:
                assert "example" in content, call
                fits(content["schema"], content["example"])
                tried += 1
    assert tried > 40


def test_the_description_and_its_page_need_no_token_and_no_other_host(visitor: Browser) -> None:
    answer = visitor.get("/api/v1/openapi.json")
    assert answer.status_code == 200 and answer.get_json()["info"]["title"] == "Roundtable"
    page = visitor.get("/api/docs")
    assert page.status_code == 200
    assert "Complete a task" in page.text and "tasks:write" in page.text
    for hosted in ("//cdn", "http://", "https://"):
        assert f'src="{hosted}' not in page.text and f'href="{hosted}' not in page.text
    assert "<script" not in page.text.split("<main", 1)[1].split("</main>")[0]
    assert "style=" not in page.text


@pytest.mark.filterwarnings("ignore")
def test_made_up_requests_find_no_fault_and_no_answer_that_is_not_described(
    application: Flask, program: Programs, house: House, database_kind: str
) -> None:
    seed = int(os.environ.get("ROUNDTABLE_FUZZ_SEED") or random.SystemRandom().randrange(2**32))
    print(f"ROUNDTABLE_FUZZ_SEED={seed}")
    schema = schemathesis.openapi.from_wsgi(f"{API}/openapi.json", application)
    tokens = [program(who).token for who in ("u_hosl", "u_police", "u_office", "u_housing")]
    REAL["task_id"] = [str(house.task(A, "agency_preparation", agency).id) for agency in ("pol", "csc")]
    ends, tried = time.monotonic() + LONGEST, dict[str, int]()
    chosen = random.Random(seed)
    for found in schema.get_all_operations():
        operation = found.ok()
        tried[operation.label] = 0

        @hypothesis.seed(seed)
        @settings(max_examples=EACH, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def ask(case: Any) -> None:
            if time.monotonic() > ends and tried[case.operation.label]:
                return
            for name in case.path_parameters or {}:
                if chosen.random() < 0.7:
                    case.path_parameters[name] = chosen.choice(REAL[name])
            headers = {"Authorization": f"Bearer {chosen.choice(tokens)}"}
            answer = case.call(headers=headers)
            case.validate_response(answer, checks=CHECKS)
            tried[case.operation.label] += 1

        ask()
    print(f"{sum(tried.values())} requests to {len(tried)} calls on {database_kind}")
    assert len(tried) == len(_operations(application)) and all(tried.values()), "every call in time"
