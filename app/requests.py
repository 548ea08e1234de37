"""One request: who it comes from, whether they may, and its one transaction.

Every view is wrapped here at start-up. The wrapper opens the transaction (reading for GET, writing for the
rest), checks the route's access rule inside it, calls the view and commits. A view never opens a transaction
and never commits. GET does not write, but for the read audit, which has a transaction of its own: no record,
no page, and no file of a list either.

Under /api/v1/ a program may come instead of a browser, with a token (RFC 6750) in place of a session. A
request that brings one is judged by it alone: no cookie counts, so no form of another site can borrow it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import wraps
from typing import TYPE_CHECKING, Any, cast

from flask import Flask, Response, current_app, g, make_response, request
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.routing import IntegerConverter, Map

from app.auth.bearer import TokenRefused, bearer_token
from app.auth.provider import Provider
from app.auth.sessions import Sessions, SignedIn
from app.auth.tokens import ANY, Holder, Tokens
from app.config import Config
from engine import Actor, Database, TaskRow, record
from engine.clock import local_date
from reviews.break_glass import grant_on
from reviews.doing import Doing
from reviews.late_steps import agreed_scope
from reviews.models import BreakGlass, File, Review
from reviews.permissions import Viewer, viewer_for, visible_reviews

if TYPE_CHECKING:
    from app.names import Names

READS = frozenset({"GET", "HEAD", "OPTIONS"})
LISTS = "lists"  # under what the log keeps files that are of no one review
REFUSED = "refused"  # the kind of a message, on the next page, that says why something was not done
FRESH = dt.timedelta(minutes=15)  # how long a proof of who one is serves for what is asked with a second one


class SignInNeeded(Exception):
    """Nobody is signed in, or the session has ended."""


class ProofNeeded(Exception):
    """What is asked for needs a fresh proof of who one is."""


@dataclass(frozen=True)
class Rule:
    """Who may use a route. `check` looks at the visit and what the address names, and raises where they may
    not. `before` is slow work (a password's hash) done before the one transaction, which it would hold."""

    words: str
    check: Callable[[Visit, Mapping[str, Any]], None]
    public: bool = False
    reads_case: bool = False
    note: str = "case.read"  # what the read audit says of a page that reads a case
    without_database: bool = False  # answers even when the database does not; the view is given nothing
    step_up: bool = False  # asks again who one is, when the last proof is not fresh
    before: Callable[[], None] | None = None  # slow work on the request itself, before the transaction begins
    only_reads: bool = False  # sent as a form to keep what is asked out of the address: it changes nothing
    own_transaction: bool = False  # speaks to the network first: the view is given nothing, see `writing`
    part: str = ""  # of a page that reads a case: what the read audit calls it, where the address does not
    scope: str = ""  # what a token must allow; ANY: any token will do; without it no token opens the route


@dataclass
class Visit:
    """What a view is given: its transaction, who is there, the moment, and what the address named once it
    was checked."""

    session: Session
    viewer: Viewer
    now: dt.datetime
    names: Names
    _review: Review | None = field(default=None, repr=False)
    _task: TaskRow | None = field(default=None, repr=False)
    doing: Doing | None = field(default=None, repr=False)  # that task as its rule looked at it
    _file: File | None = field(default=None, repr=False)

    @property
    def actor(self) -> Actor:
        """The person as the engine knows them."""
        return Actor(self.viewer.person)

    @property
    def today(self) -> dt.date:
        """The date in Europe/London."""
        return local_date(self.now)

    @property
    def review(self) -> Review:
        """The review that the address names; its rule has let this person in."""
        assert self._review is not None
        return self._review

    @property
    def task(self) -> TaskRow:
        """The task that the address names; its rule has let this person in."""
        assert self._task is not None
        return self._task

    @property
    def file(self) -> File:
        """The file that the address names; its rule has let this person in."""
        assert self._file is not None
        return self._file

    def subject(self, task: TaskRow) -> str:
        """What a task is about, as people say it: the reference and the child's pseudonym."""
        pseudonym = self.session.scalar(select(Review.pseudonym).where(Review.ref == task.business_key))
        return f"{task.business_key}, {pseudonym}" if pseudonym else task.business_key

    def about(self, task: TaskRow) -> tuple[str, bool]:
        """The pseudonym of the child that a task is about, and whether its review is paused."""
        query = select(Review.pseudonym, Review.held_since).where(Review.ref == task.business_key)
        found = self.session.execute(query).one_or_none()
        return (found[0], found[1] is not None) if found else ("", False)

    def agreed_scope(self, task: TaskRow) -> str:
        """What a late step is now, where a smaller one was agreed; else nothing."""
        return agreed_scope(self.session, task.id)

    def sees(self, ref: str) -> bool:
        """Whether this person may open the review of that reference."""
        return self.session.scalar(visible_reviews(self.viewer).where(Review.ref == ref)) is not None

    def open_to_them(self, refs: Iterable[str]) -> set[str]:
        """Those of some reviews that this person may open: what a list may link to."""
        query = visible_reviews(self.viewer).with_only_columns(Review.ref).where(Review.ref.in_(set(refs)))
        return set(self.session.scalars(query))

    @property
    def emergency(self) -> BreakGlass | None:
        """By what this person has the review open that the address names, if it is an emergency."""
        return grant_on(self.session, self.viewer, self._review) if self._review is not None else None

    def found(
        self, *, review: Review | None = None, task: TaskRow | None = None, file: File | None = None
    ) -> None:
        """Keep what a rule found."""
        if task is not None and self.doing is not None and self.doing.task is not task:
            self.doing = None  # it has changed since
        self._review = review or self._review
        self._task = task or self._task
        self._file = file or self._file


class RowNumber(IntegerConverter):
    """A number in an address that a database can hold: one that is larger names nothing."""

    def __init__(self, map: Map, **options: Any) -> None:  # noqa: A002  (werkzeug's own name)
        super().__init__(map, **{"max": 2**31 - 1, **options})


@dataclass(frozen=True)
class House:
    """What one application is built on."""

    config: Config
    database: Database
    sessions: Sessions
    tokens: Tokens
    provider: Provider | None


def house() -> House:
    """The house of the application at work."""
    return cast("House", current_app.extensions["roundtable"])


def guard_routes(app: Flask, access: Mapping[str, Rule]) -> None:
    """Wrap every view with its rule. Raises RuntimeError for a route without a rule, or a rule without a
    route."""
    routes = set(app.view_functions)
    if routes != set(access):
        raise RuntimeError(f"Routes and access rules differ: {sorted(routes ^ set(access))}")
    for endpoint, rule in access.items():
        if not rule.without_database and not rule.own_transaction:
            app.view_functions[endpoint] = _guarded(app.view_functions[endpoint], rule)


def _guarded(view: Callable[..., Any], rule: Rule) -> Callable[..., Response]:
    @wraps(view)
    def guarded(**arguments: Any) -> Response:
        if not rule.public and signed_in_person() is None:
            raise SignInNeeded
        _within_scope(rule)
        if rule.step_up and not has_fresh_proof():
            raise ProofNeeded
        if rule.before is not None and request.method not in READS:
            rule.before()

        def work(session: Session) -> Response:
            with _visit(session) as visit:
                rule.check(visit, arguments)
                if rule.reads_case and request.method in READS:
                    _note_reading(visit, rule)
                answer = make_response(view(visit, **arguments))
                if _is_taken_away(answer) and not (rule.public or rule.reads_case):
                    note_reading(visit, LISTS, kind="export.made", part=request.path[:200])
                return answer

        if request.method not in READS and not rule.only_reads:
            return house().database.retrying(work)
        with house().database.read() as session:
            return work(session)

    return guarded


def _is_taken_away(answer: Response) -> bool:
    """Whether what was asked for with GET is a file to keep; what is sent with POST leaves its own trace."""
    is_file = answer.headers.get("Content-Disposition", "").startswith("attachment")
    return is_file and request.method in READS


def writing(view: Callable[[Visit], Any]) -> Response:
    """The one writing transaction of a view that first had to speak to somebody else."""

    def work(session: Session) -> Response:
        with _visit(session) as visit:
            return make_response(view(visit))

    return house().database.retrying(work)


def signed_in_person() -> str | None:
    """The person who is signed in, or whose token this is; or None. Raises TokenRefused."""
    if held := token_holder():
        return held.person
    found = signed_in()
    return found.person if found else None


def signed_in() -> SignedIn | None:
    """Who is signed in, in which session, or None. Looked up once per request."""
    if "signed_in" not in g:
        token = session_token()
        g.signed_in = house().sessions.recognise(token) if token else None
    return cast("SignedIn | None", g.signed_in)


def session_token() -> str:
    """The token of a session that this browser has sent, or ""."""
    return request.cookies.get(current_app.config["SIGN_IN_COOKIE"], "")


def has_fresh_proof() -> bool:
    """Whether the person who is signed in proved who they are a short while ago."""
    found = signed_in()
    return found is not None and house().sessions.clock.now() < found.proved_at + FRESH


def token_holder() -> Holder | None:
    """Whose token this request brings; None where it brings none. Raises TokenRefused for one that is worth
    nothing."""
    if "token_holder" not in g:
        token = bearer_token()
        g.token_holder = house().tokens.recognise(token) if token is not None else None
        if token is not None and g.token_holder is None:
            raise TokenRefused(401, "invalid_token", "This token is unknown, or it has ended.")
    return cast("Holder | None", g.token_holder)


def _within_scope(rule: Rule) -> None:
    held = token_holder()
    if held is None or rule.scope == ANY or rule.scope in held.scopes:
        return
    words = f"This needs a token with {rule.scope}." if rule.scope else "No token opens this."
    raise TokenRefused(403, "insufficient_scope", words, scope=rule.scope)


@contextmanager
def _visit(session: Session) -> Iterator[Visit]:
    """A visit. While it lasts, the first page that is drawn reads what stands around it (`app.frame`); the
    page of a refusal is drawn when the transaction is over, so for that it is read before."""
    from app.frame import read_frame
    from app.names import Names

    now = house().database.clock.now()
    viewer = viewer_for(session, signed_in_person() or "", local_date(now))
    g.visit = visit = Visit(session, viewer, now, Names(session))
    g.pop("frame", None)  # of an attempt that lost a race
    try:
        yield visit
    except DBAPIError:  # nothing more can be read
        raise
    except Exception:
        with suppress(SQLAlchemyError):  # nor where the view went on after one
            read_frame()
        raise
    finally:
        del g.visit


def _note_reading(visit: Visit, rule: Rule) -> None:
    named = request.view_args or {}
    file = named.get("file_id")
    kind = "file.opened" if file and rule.note == "case.read" else rule.note
    part = rule.part or named.get("section") or named.get("paper", "overview")
    note_reading(visit, visit.review.ref, kind=kind, file=file, part=part)


def note_reading(visit: Visit, ref: str, *, part: str, kind: str = "case.read", file: object = None) -> None:
    """Keep that this person reads a review, before it is shown to them. For a page whose address does not
    name the review; the rest is noted by the rule of its route."""
    with house().database.write() as session:
        record(
            session,
            kind=kind,
            business_key=ref,
            actor=visit.actor,
            subject=request.endpoint,
            details={"file": str(file)} if file else {"part": part},
        )
