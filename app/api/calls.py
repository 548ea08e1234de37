"""How a call of the API is declared: one line says its address, what it takes and answers, and by which
example; from it come the route, the checks, the ETag, the key against doing it twice, and the description.

A call that reads returns what it answers. A call that changes something returns what it was about, in a few
ids; `shows` makes the answer of it. So a request that comes twice with one key is done once and answered
twice, and what is kept for it holds no text of a case.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from functools import partial, wraps
from hashlib import sha256
from typing import Any

from flask import Response, request
from flask_smorest import Blueprint
from marshmallow import Schema
from werkzeug.exceptions import BadRequest, UnprocessableEntity, UnsupportedMediaType

from app.requests import Visit
from engine import once

View = Callable[..., Any]
Known = dict[str, str]
PREFIX = "/api/v1"
KEY, LONGEST_KEY = "Idempotency-Key", 200
REPLAYED = "Idempotency-Replayed"
LARGEST = 8 * 1024 * 1024  # bytes of a body: the files of the largest process many times over
DEEPEST = 24  # levels of lists and objects within one another
ALWAYS = (401, 403, 429, 503)
ETAG = {
    "ETag": {
        "description": "Send it as If-None-Match to be told 304 while nothing has changed.",
        "schema": {"type": "string"},
    }
}


class NotReadable(UnprocessableEntity):
    """What was sent breaks the description; `messages` as marshmallow gives them, by the part's name."""

    def __init__(self, messages: Mapping[str, Any]) -> None:
        super().__init__()
        self.data = {"messages": {"sent": messages}}


class Calls(Blueprint):  # type: ignore[misc]
    """The calls about one subject."""

    def __init__(self, name: str, words: str) -> None:
        super().__init__(f"api_{name}", __name__, url_prefix=PREFIX, description=words)

    def reads(
        self, rule: str, *, answer: Schema, example: Any, query: Schema | None = None
    ) -> Callable[[View], View]:
        """A GET: what the view returns, with its ETag; 304 where the asker has it already."""

        def declare(view: View) -> View:
            made = self.response(200, answer, example=example, headers=ETAG, description="Here it is")(view)
            if query is not None:
                made = self.arguments(query, location="query")(made)
            statuses = (304, *_not_there(rule), *((422,) if query is not None else ()))
            return self._finish(rule, "GET", _asked_well(_tagged(made)), made, statuses)

        return declare

    def reads_file(self, rule: str, content_type: str, words: str) -> Callable[[View], View]:
        """A GET that answers with a file."""

        def declare(view: View) -> View:
            text = {"type": "string"}
            made = self.response(200, text, content_type=content_type, description=words, headers=ETAG)(view)
            return self._finish(rule, "GET", _asked_well(_tagged(made)), made, (304,))

        return declare

    def acts(
        self,
        rule: str,
        *,
        answer: Schema,
        example: Any,
        shows: View,
        body: Schema | None = None,
        sends: Any = None,
        status: int = 200,
        method: str = "POST",
        statuses: tuple[int, ...] = (409,),
        kept: bool = True,
    ) -> Callable[[View], View]:
        """A POST (or PUT) that changes something: the view says what it was about, `shows` answers.

        `sends` is the example of what is sent. A `shows` that returns headers gives them as a second value.
        What changes nothing is not `kept` under a key.
        """

        def declare(view: View) -> View:
            @wraps(view)
            def acting(at: Visit, *sent: Any, **named: Any) -> Any:
                act = partial(view, at, *sent, **named)
                about, before = _once(at, act) if kept and method == "POST" else (act(), False)
                shown = shows(at, about, **named)
                found, headers = shown if isinstance(shown, tuple) else (shown, {})
                return found, None, {**headers, REPLAYED: "true"} if before else headers

            made = self.response(status, answer, example=example, description="It is done")(acting)
            if body is not None:
                made = self.arguments(body, example=sends)(made)
            headers = [_IF_MATCH] if method == "PUT" else [_KEY_WORDS] if kept else []
            made = self.doc(parameters=headers)(made)
            further = (400, 422, *_not_there(rule), *((413, 415) if body else ()))
            ready = _asked_well(_with_body(made) if body is not None else made)
            return self._finish(rule, method, ready, made, (*further, *statuses))

        return declare

    def _finish(self, rule: str, method: str, ready: View, made: View, statuses: tuple[int, ...]) -> View:
        for status in sorted({*ALWAYS, *statuses}):
            ready = self.alt_response(status, response=f"Status{status}")(ready)
        self.add_url_rule(rule, view_func=ready, methods=[method])
        _let_go_of_words(ready)
        return ready


def _let_go_of_words(view: View | None) -> None:
    """Every decorator of flask-smorest keeps a copy of the words and examples it was given, and of those
    before it. The blueprint has its own by now, and nobody reads these again (docs/decisions/0032)."""
    while view is not None:
        view.__dict__.pop("_apidoc", None)
        view = getattr(view, "__wrapped__", None)


def _not_there(rule: str) -> tuple[int, ...]:
    """What is answered where an address names something that is not there, or is not any more."""
    return (*((404,) if "<" in rule else ()), *((410,) if "/reviews/<ref>" in rule else ()))


def _once(at: Visit, do: Callable[[], Known]) -> tuple[Known, bool]:
    key = request.headers.get(KEY, "")
    if not key:
        return do(), False
    if len(key) > LONGEST_KEY:
        raise NotReadable({KEY: [f"A key has at most {LONGEST_KEY} characters."]})
    mark = sha256(f"{at.viewer.person}|{key}".encode("utf-8", "surrogatepass")).hexdigest()
    sent = request.get_json(silent=True) if request.is_json else None
    told = json.dumps([request.method, request.path, sent], sort_keys=True)
    return once(at.session, f"api:{mark}", sha256(told.encode("utf-8", "surrogatepass")).hexdigest(), do)


def _tagged(view: View) -> View:
    @wraps(view)
    def tagged(*given: Any, **named: Any) -> Response:
        response: Response = view(*given, **named)
        response.add_etag()
        response.make_conditional(request)
        return response

    return tagged


def _asked_well(view: View) -> View:
    """Refuse what no address and no database can hold: a zero byte, half of a surrogate pair."""

    @wraps(view)
    def asked(at: Visit, *given: Any, **named: Any) -> Any:
        bad = {
            name: ["This holds a character that cannot be kept."]
            for name, values in request.args.lists()
            for each in values
            if not _keepable(each)
        }
        if bad:
            raise NotReadable(bad)
        return view(at, *given, **named)

    return asked


def _with_body(view: View) -> View:
    """Read the body as JSON once, with every way in which it can be none answered."""

    @wraps(view)
    def read(at: Visit, *given: Any, **named: Any) -> Any:
        if not request.is_json:
            raise UnsupportedMediaType
        request.max_content_length = LARGEST
        try:
            sent = request.get_json()
        except (RecursionError, UnicodeError):
            raise BadRequest from None
        if wrong := next(_wrong_in(sent), ""):
            raise NotReadable({"_schema": [wrong]})
        return view(at, *given, **named)

    return read


def _wrong_in(sent: Any, depth: int = 0) -> Iterator[str]:
    if depth > DEEPEST:
        yield f"This is nested more than {DEEPEST} levels deep."
    elif isinstance(sent, str) and not _keepable(sent):
        yield "This holds a character that cannot be kept."
    elif isinstance(sent, float) and not math.isfinite(sent):
        yield "This holds a number that JSON does not know."
    elif isinstance(sent, dict):
        for name, each in sent.items():
            yield from _wrong_in(name, depth + 1)
            yield from _wrong_in(each, depth + 1)
    elif isinstance(sent, list):
        for each in sent:
            yield from _wrong_in(each, depth + 1)


def _keepable(text: str) -> bool:
    return "\x00" not in text and not any("\ud800" <= each <= "\udfff" for each in text)


_KEY_WORDS = {
    "in": "header",
    "name": KEY,
    "description": "A text of your own, new for each thing you want done, at most 200 characters. The same "
    "request sent again with it is answered again and not done again; another request with it is refused.",
    "schema": {"type": "string", "maxLength": LONGEST_KEY},
    "example": "5b9f6c1e-meeting-record",
}
_IF_MATCH = {
    "in": "header",
    "name": "If-Match",
    "description": 'The revision that you read, in quotation marks; “"0"” where there was none.',
    "required": True,
    "schema": {"type": "string"},
    "example": '"3"',
}
