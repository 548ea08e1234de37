"""Every refusal as a page: one table from what was raised to a status and words. Never a trace, never
internals.

Scripts (autosave) that ask for JSON, and every program at /api/, get the same words as problem+json
(RFC 9457).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, g, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, SecurityError

from app.api.problems import Problem, kind_of, problem, sent_errors
from app.auth.bearer import TokenRefused, at_api
from app.logs import request_number
from app.requests import READS, ProofNeeded, SignInNeeded, house, signed_in_person
from app.words import moment
from engine import EngineError, NotFound, Refused, StaleRevision, StateUnreadable, TaskNotOpen, UsedKey
from reviews.files.reading import SCAN_WORDS
from reviews.models import File

log = logging.getLogger("roundtable.app")


class NotAllowed(Exception):
    """Somebody who may know of a thing may not do this to it. The message is a sentence for them."""


class Destroyed(Exception):
    """A case that was destroyed, for somebody who may read its certificate. The message is its number."""


class HeldBack(Exception):
    """A file that cannot be opened, for somebody who may know why."""

    def __init__(self, file: File) -> None:
        super().__init__("This document cannot be opened.")
        self.file = file


@dataclass(frozen=True)
class Page:
    """One page of refusal."""

    status: int
    title: str
    words: str
    what_to_do: str = ""
    template: str = "pages/error.html"


NOT_FOUND = Page(
    404,
    "Page not found",
    "This page does not exist, or it is about something you are not part of.",
    "If you typed the address, check it is correct. If you followed a link in an email, sign in as the "
    "person it was sent to.",
)
SIGNED_OUT = Page(
    403,
    "You have been signed out",
    "You were signed out because nothing was done for a while.",
    "What was saved as a draft is kept. Sign in again to carry on.",
    "pages/signed_out.html",
)
PROOF_NEEDED = Page(
    403,
    "Confirm that it is you",
    "Nothing has been changed yet. What you ask for needs to know again who you are.",
    "",
    "pages/proof_needed.html",
)
STALE_FORM = Page(
    403,
    "This page was open for too long",
    "Nothing has been sent, because we could not be sure that it came from you.",
    "Check what you typed below, then send it again.",
    "pages/signed_out.html",
)
CODES_SHOWN = Page(
    403,
    "Recovery codes are shown only once",
    "Nothing has been changed. The codes that you were shown work, if you have kept them.",
    "If not, open “My account” and make new ones: those of before end with it.",
)
NOT_SAVED = Page(
    503,
    "What you sent may not have been saved",
    "The service could not reach its database, or had no room to write.",
    "Send it again in a few minutes. A step that was saved after all is not done twice.",
    "pages/not_saved.html",
)
SHOWS_CODES = frozenset({"local.check_factor", "credentials.check_factor", "credentials.make_codes"})
SECRET_FIELDS = frozenset({"password", "new_password", "code", "recovery_code"})
TOO_LARGE = Page(
    413,
    "What you sent is too large",
    "One file can be up to 25 MB. A form can hold about 300 pages of text.",
    "Go back, choose a smaller file or shorten the text, and send it again.",
)
FAULT = Page(
    500,
    "Sorry, there is a problem with the service",
    "What you did last has not been saved, but your draft is kept.",
    "Try again in a few minutes. If it goes on, tell us the number below.",
)
UNREADABLE = Page(
    500,
    "This cannot be opened",
    "It is kept sealed, and the key is missing here or what is kept was altered. Nothing has been changed.",
    "Tell us the number below, so that the people who run the service can look into it.",
)
BY_STATUS = {
    400: Page(
        400,
        "We could not read that request",
        "Something was missing or in the wrong form.",
        "Go back and try again.",
    ),
    403: Page(
        403,
        "You cannot do this",
        "Your role does not allow it.",
        "Ask the Board’s business manager if you think it should.",
    ),
    404: NOT_FOUND,
    405: Page(
        405, "That is not possible here", "This address cannot be used in that way.", "Go back and try again."
    ),
    413: TOO_LARGE,
    412: Page(412, "A newer version is kept", "What is kept is not what you read.", "Read it again."),
    415: Page(415, "This is not JSON", "Send what you send as application/json.", "Send it as JSON."),
    428: Page(
        428, "Say what you have read", "Send the revision that you read as If-Match.", "Send it again."
    ),
    429: Page(
        429, "Too many requests", "This token has asked too often within a minute.", "Wait, and ask again."
    ),
    422: Page(
        422, "There is a problem with what you sent", "Some of it could not be read.", "Go back and check it."
    ),
    503: Page(
        503,
        "The service is not ready",
        "It is starting, or its database cannot be reached.",
        "Try again in a few minutes.",
    ),
}


def add_errors(app: Flask) -> None:
    """Register the table."""
    table: dict[type[Exception], Callable[[Any], Response]] = {
        SignInNeeded: _sign_in_needed,
        ProofNeeded: _proof_needed,
        TokenRefused: _token_refused,
        CSRFError: _stale_form,
        NotFound: lambda _: show(NOT_FOUND),
        NotAllowed: lambda error: show(Page(403, "You cannot do this", str(error))),
        Destroyed: _destroyed,
        HeldBack: _held_back,
        Problem: lambda error: error.answer(),
        TaskNotOpen: _task_closed,
        StaleRevision: _draft_moved_on,
        UsedKey: _used_key,
        Refused: _refused,
        StateUnreadable: lambda error: _fault(error, UNREADABLE),
        OperationalError: _no_database,
        EngineError: _fault,
        HTTPException: _http,
        Exception: _fault,
    }
    for kind, answer in table.items():
        app.register_error_handler(kind, answer)


def show(page: Page, more: Mapping[str, Any] | None = None, **facts: Any) -> Response:
    """An error page; problem+json for a script, for a program with what is `more` for it to know."""
    if at_api():
        return problem(page.status, page.title, page.words, more, kind=kind_of(page.status))
    if request.accept_mimetypes.best == "application/json":
        return problem(page.status, page.title, page.words)
    response = make_response(render_template(page.template, page=page, **facts))
    response.status_code = page.status
    return response


def _token_refused(error: TokenRefused) -> Response:
    """What is wrong with a token, for a program and for who reads its log (RFC 6750, 3)."""
    response = show(Page(error.status, error.title, str(error)))
    response.headers["WWW-Authenticate"] = error.challenge
    return response


def _sign_in_needed(_: SignInNeeded) -> Response:
    if at_api():
        return _token_refused(TokenRefused(401, "", "Send a token: Authorization: Bearer ..."))
    if request.method in READS:
        wanted = request.full_path.rstrip("?")
        return make_response(redirect(url_for("auth.sign_in", next=wanted if wanted != "/" else None)))
    return show(SIGNED_OUT, kept=_posted_again())


def _proof_needed(_: ProofNeeded) -> Response:
    if request.method in READS:
        return make_response(redirect(url_for("confirming.ask", next=request.full_path.rstrip("?"))))
    return show(PROOF_NEEDED, kept=_posted_again())


def _stale_form(_: CSRFError) -> Response:
    if request.endpoint in SHOWS_CODES and signed_in_person() is not None:
        return show(CODES_SHOWN)  # the page of the codes was loaded again
    return show(STALE_FORM, kept=_posted_again())


def _posted_again() -> list[tuple[str, str]]:
    """What was typed, to be sent again; only when this browser says that it came from one of our own
    pages, and never a password or a code."""
    if request.headers.get("Sec-Fetch-Site") != "same-origin" or SECRET_FIELDS & request.form.keys():
        return []
    return [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]


def _destroyed(error: Destroyed) -> Response:
    words = f"The record of this review was destroyed. Its certificate is {error}."
    return show(Page(410, "This review was destroyed", words, "Certificates are under Office, Records."))


def _task_closed(error: TaskNotOpen) -> Response:
    """Somebody else was first: who and when, and what this person typed is kept as a draft."""
    kept = g.pop("keep_text", None)
    saved = kept() if kept else False
    with house().database.read() as session:
        from app.names import Names

        who = Names(session).person(error.completed_by)
    words = f"It was completed by {who} on {moment(error.completed_at)}." if who else "It is not open."
    page = Page(409, "This step has already been completed", words, template="pages/step_closed.html")
    by = {"id": error.completed_by, "name": who} if error.completed_by else None
    at = error.completed_at.isoformat() if error.completed_at else None
    return show(
        page,
        {"closed_by": by, "closed_at": at},
        who=who,
        when=moment(error.completed_at),
        saved=saved,
        withdrawn=error.status == "cancelled",
    )


def _held_back(error: HeldBack) -> Response:
    """Why a file is not given out."""
    file, words = error.file, SCAN_WORDS[error.file.scan] + "."
    if file.removed_at is not None:
        words = f"It was removed on {moment(file.removed_at)}. The reason: {file.removed_why or 'none given'}"
    if file.destroyed_at is not None:
        words = f"{words} Its content was destroyed on {moment(file.destroyed_at)}."
    return show(Page(404, "This document cannot be opened", words))


def _refused(error: Refused) -> Response:
    """What a rule of the domain does not allow: its sentence. What was typed in a step is kept as a draft."""
    kept = g.pop("keep_text", None)
    saved = kept() if kept else False
    what_to_do = "What you typed is kept as a draft. Open the step again to change it."
    errors = {error.about: str(error)} if error.about else {}
    return show(
        Page(
            409, "This cannot be done now", str(error), what_to_do if saved else "Nothing has been changed."
        ),
        {"errors": errors},
    )


def _used_key(error: UsedKey) -> Response:
    """The key of another request: on a page the same as any refusal."""
    return show(Page(422, "This key was used before", str(error))) if at_api() else _refused(error)


def _draft_moved_on(error: StaleRevision) -> Response:
    words = "A newer version of this draft was saved in another window."
    page = Page(412, "Not saved", words, "Open the step again to see the newer version.")
    return show(page)


def _http(error: HTTPException) -> Response:
    if isinstance(error, SecurityError):  # a host that is not ours: there is no address to draw a page with
        return Response("Unknown host.\n", status=400, content_type="text/plain; charset=utf-8")
    if error.code is None or error.code < 400:  # a redirect that Werkzeug itself asks for
        return make_response(error.get_response())
    page = BY_STATUS.get(error.code, BY_STATUS[400] if error.code < 500 else FAULT)
    errors = sent_errors(error)
    response = show(
        Page(error.code, page.title, page.words, page.what_to_do), {"errors": errors} if errors else None
    )
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def _no_database(error: OperationalError) -> Response:
    """The database cannot be reached, is too busy or is full: said as such, and worth another try. Whether
    something was saved whose answer was lost is not known; its key tells when it is sent again."""
    log.error("no database at %s: %s", request.endpoint, type(error.orig).__name__)
    if request.method in READS:
        return show(BY_STATUS[503])
    return show(NOT_SAVED, kept=_posted_again())


def _fault(error: Exception, page: Page = FAULT) -> Response:
    """Something went wrong: the request's number for the person, and for the log the kind of error and the
    place, never content."""
    log.error("fault: %s at %s", type(error).__name__, request.endpoint, exc_info=_place_only(error))
    return show(page, number=request_number())


def _place_only(error: Exception) -> Any:
    # The message of an exception may quote what somebody typed; where it was raised may not.
    return (Exception, Exception("its words are left out"), error.__traceback__)
