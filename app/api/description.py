"""The description of the API: as OpenAPI 3.1 for programs, and as a page for people, both made of the calls
themselves and of the table of routes."""

from __future__ import annotations

from copy import deepcopy
from http import HTTPStatus
from typing import Any, cast

from flask import Blueprint, Flask, Response, current_app, jsonify, render_template
from flask.typing import ResponseReturnValue
from flask_smorest import Api

from app.api.actions import actions
from app.api.me import me
from app.api.problems import CONTENT_TYPE
from app.api.processes import processes
from app.api.published import calendar, learning, measures
from app.api.review_changes import review_changes
from app.api.reviews import reviews
from app.api.shapes.parts import Problem
from app.api.task_changes import task_changes
from app.api.tasks import tasks
from app.auth.tokens import ANY, SCOPES
from app.requests import Visit

API = (me, tasks, task_changes, reviews, review_changes, actions, learning, measures, processes, calendar)
VERSION = "1"
KEPT = "roundtable-api"  # where an application keeps its description
WORDS = """Everything that the pages do, for programs. A program acts in the name of a person and may do what
that person may on that day, narrowed to the scopes of its token.

Send the token as `Authorization: Bearer rt_…`. Times are UTC, days are dates. What goes wrong comes as
problem+json (RFC 9457). A POST takes an `Idempotency-Key`, so that it can be sent again when an answer was
lost. A list goes on with the `next` of the page before as `cursor`. An answer to GET has an `ETag`."""
MEANINGS = {
    304: "You have this already: nothing has changed since its ETag.",
    400: "What was sent could not be read.",
    401: "No token, or one that is unknown or has ended.",
    403: "The person, or the token, may not do this.",
    404: "It does not exist, or it is about something this person has no part in.",
    409: "A rule says no, or somebody else was first: who and when is said.",
    410: "The record was destroyed; only who may read certificates is told.",
    412: "A newer version is kept. Both versions are given.",
    413: "More was sent than is taken.",
    415: "What was sent is not JSON.",
    422: "Something that was sent has to be put right: a sentence for each question or part.",
    428: "Say which revision you read, as If-Match.",
    429: "Too many requests of this token. Retry-After says how many seconds to wait.",
    503: "The service is not ready. Try again.",
}
description = Blueprint("api_description", __name__)


class _Interface(Api):  # type: ignore[misc]
    """The description alone: what goes wrong is answered by `app.errors`."""

    DEFAULT_ERROR_RESPONSE_NAME = None
    _register_error_handlers = staticmethod(lambda: None)


@description.get("/api/v1/openapi.json")
def document() -> Response:
    """The description for programs."""
    return jsonify(described(current_app))


@description.get("/api/docs")
def readable(at: Visit) -> ResponseReturnValue:
    """The description for people."""
    from app.api.reading import subjects

    found = described(current_app)
    return render_template(
        "pages/api_docs.html",
        at=at,
        info=found["info"],
        subjects=subjects(found),
        meanings=MEANINGS,
        scopes=SCOPES,
    )


def described(app: Flask) -> dict[str, Any]:
    """The description, made once for each application, when it is first asked for."""
    if KEPT not in app.extensions:
        app.extensions[KEPT] = _made(app)
    return cast("dict[str, Any]", app.extensions[KEPT])


def _made(app: Flask) -> dict[str, Any]:
    api = _Interface()
    info = {"description": WORDS}
    api.init_app(
        app, spec_kwargs={"title": "Roundtable", "version": VERSION, "openapi_version": "3.1.0", "info": info}
    )
    spec = api.spec
    spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    session = {"type": "apiKey", "in": "cookie", "name": app.config["SIGN_IN_COOKIE"]}
    spec.components.security_scheme("session", session)
    spec.components.schema("Problem", schema=Problem)
    for status, words in MEANINGS.items():
        spec.components.response(f"Status{status}", _answer(status, words))
    for calls in API:
        calls.register_views_in_doc(api, app, spec, name=calls.name, parameters=None)
        spec.tag({"name": calls.name, "description": calls.description})
    return _with_scopes(app, deepcopy(spec.to_dict()))


def _answer(status: int, words: str) -> dict[str, Any]:
    told: dict[str, Any] = {"description": words}
    if status == 304:
        return told
    example = {
        "type": f"/api/docs#problem-{status}",
        "status": status,
        "title": HTTPStatus(status).phrase,
        "detail": words,
    }
    told["content"] = {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}}
    header = {"schema": {"type": "string"}}
    if status == 401:
        told["headers"] = {"WWW-Authenticate": header}
    if status == 429:
        told["headers"] = {"Retry-After": {"schema": {"type": "integer"}}}
    return told


def _with_scopes(app: Flask, made: dict[str, Any]) -> dict[str, Any]:
    """Which scope each call needs, out of the table of routes; and a name for each that stays."""
    from app.pages.routes import ACCESS

    for unused in ("Error", "PaginationMetadata"):  # the library's own, which nothing here answers
        made["components"]["schemas"].pop(unused, None)
    for rule in app.url_map.iter_rules():
        path = made["paths"].get(_template(rule.rule))
        for method in rule.methods or ():
            operation = (path or {}).get(method.lower())
            if operation is None:
                continue
            scope = ACCESS[rule.endpoint].scope
            operation["security"] = [{"token": [] if scope == ANY else [scope]}, {"session": []}]
            operation["operationId"] = rule.endpoint.removeprefix("api_").replace(".", "_")
    return made


def _template(rule: str) -> str:
    return "/".join(
        "{" + part.strip("<>").rpartition(":")[2] + "}" if part.startswith("<") else part
        for part in rule.split("/")
    )
