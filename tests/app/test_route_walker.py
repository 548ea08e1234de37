"""Every route and method, tried by everybody: what comes back is what the table of routes and the permission
table say, computed by a second opinion (`tests.access_model`). A new route is walked as soon as it exists;
one whose address names something new fails until `FILLERS` says what a stranger could put there.

What is not tried, because it cannot come out otherwise:
- A method that no route of an address knows, by one visitor and at one address a route. The router refuses
  it before anybody is looked at, which `test_the_router_refuses_before_anybody_is_looked_at` proves: not one
  statement reaches the database, so it cannot matter who asks, nor for what.
- On PostgreSQL, visitors who differ from another only in the rows of the permission table that they match.
  Those rows are tried by everybody on SQLite; they become conditions of one kind each, and every kind
  (no case, its agency, its chair, a name, a conflict, a restriction) is tried by `ON_BOTH` on both. So are
  every route, every method that it knows and every address.
- The page around a refusal, but for the first of its status that each visitor meets by each method: which
  page it is does not depend on the route. Others are asked for as a program does and come as one line.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import delete, event, select
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.routing import Rule as Address

from app.pages.any_time import CHANGES
from app.pages.office import OFFICE_VERBS
from app.pages.routes import ACCESS
from app.requests import _guarded
from engine import Database, Domain, VirtualClock, local_date, tasks
from engine.models import UserTask
from reviews.disclosure_check.steps import CHECKED_STEPS
from reviews.models import Action, Conflict, NamedAccess, Person, PersonRole, Review
from reviews.services import registry
from tests.access_model import Model
from tests.app.conftest import MORNING, SECRET_NAME, A, B, Browser, House, live
from tests.conftest import SECRET_KEY

SignIn = Callable[[str], Browser]
C, NOWHERE = "MALR-2026-003", "MALR-2031-777"  # C is restricted, and names the Head alone
NOTHING_HAS_IT = UUID(int=7)
ACTION = f"{A}-A1"
CASES = (A, B, C, NOWHERE)
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE")
WRITES = "who may do the task, did it, or was asked to write parts of it"
LET_IN, SIGN_IN, NO, UNKNOWN, NOT_SO = "let in", "sign in", "403", "404", "405"

# What each name of an address is filled with: things that exist, of every case, and one that does not.
FILLERS: dict[str, Callable[[House], list[Any]]] = {
    "ref": lambda house: [*CASES],
    "task_id": lambda house: [*_task_ids(house), NOTHING_HAS_IT],
    "section": lambda house: ["overview", "learning", "nonsense"],
    "change": lambda house: [*CHANGES, "nonsense"],
    "person": lambda house: ["u_police", "nobody"],
    "agency": lambda house: ["pol", "nowhere"],
    "step": lambda house: ["agency-preparation"],
    "token": lambda house: ["not-a-token"],
    "work_id": lambda house: [NOTHING_HAS_IT],
    "text": lambda house: ["review_paused"],
    "paper": lambda house: ["full-summary", "nonsense"],
    "piece": lambda house: ["it"],
    "form": lambda house: ["word"],
    "template": lambda house: [0],
    "record": lambda house: ["review_record"],
    "number": lambda house: ["DC-2026-000001"],
    "measure": lambda house: [1, 24],
    "board_on": lambda house: ["2026-06-24", "nonsense"],
    "figure": lambda house: ["referred", "nonsense"],
    "body": lambda house: ["qapm"],
    "setting": lambda house: ["review_limit"],
    "list_id": lambda house: ["themes"],
    "option": lambda house: ["neglect"],
    "theme": lambda house: ["neglect", "nonsense"],
    "learning_id": lambda house: ["nothing"],
    "event_id": lambda house: ["event-nothing"],
    "booking_id": lambda house: [NOTHING_HAS_IT],
    "process": lambda house: ["learning_review", "nonsense"],
    "version": lambda house: [1],
    "revision": lambda house: [0],
    "move": lambda house: ["discard"],
    "name": lambda house: ["learning_review.bpmn"],
    "element": lambda house: ["triage_decision"],
    "lane": lambda house: ["lane_hosl"],
    "flow": lambda house: ["flow_is_statutory_to_to_scr"],
    "place": lambda house: ["0"],
    **{each: lambda house: ["2026-06-24"] for each in ("day_on", "on", "starts")},
    **{
        each: lambda house: [NOTHING_HAS_IT]
        for each in (
            *("role_id", "absence_id", "cover_id", "term_id", "instance_id", "grant", "request_id"),
            *("session_id", "token_id", "record_id", "hold_id", "file_id", "change_id", "batch_id"),
            "round_id",
        )
    },
}
ACTIONS_OF = {"action_changes.ask_update", "action_changes.update"} | {
    "action_changes.ask_cancel",
    "action_changes.cancel",
    *(f"api_actions.{name}" for name in ("update", "extension", "evidence", "verification")),
}  # here `ref` is an action's

# Everybody who tries: the people of the house, and those whom something keeps out.
EXTRA = {
    "u_board": ("board_member", "icb"),
    "u_auditor": ("auditor", None),
    "u_owner": ("process_owner", None),
    "u_conflict": ("hosl", None),
    "u_closed": ("hosl", None),
}
VISITORS = (
    *(None, "u_hosl", "u_office", "u_chair", "u_police", "u_housing", "u_nurse", "u_monitoring"),
    *("u_admin", "u_roleless", *EXTRA),
)
# One for each way to be let in or kept out: nobody, a role for all reviews, that of one review, that of an
# agency, another agency's, a role for other things, none, a conflict of interest, an account that is closed.
ON_BOTH = (
    *(None, "u_hosl", "u_chair", "u_police", "u_housing", "u_admin", "u_roleless", "u_conflict"),
    *("u_closed",),
)
# On PostgreSQL: another agency, a role for other things, a conflict of interest.
KEPT_OUT_ON_BOTH = ("u_housing", "u_admin", "u_conflict")
KEPT_OUT = ("u_police", "u_housing", "u_monitoring", "u_admin", "u_board", "u_owner", "u_conflict")


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    """The partnership of the page tests, on each kind of database."""
    clock = VirtualClock(MORNING)
    database = Database(database_url, clock=clock, domain=Domain(registry), secret_key=SECRET_KEY)
    lived = House(database, clock)
    live(lived)
    yield lived
    database.dispose()


@pytest.fixture
def world(house: House) -> House:
    """Two reviews of two sets of agencies, a restricted one, and people whom something keeps out."""
    house.refer("u_social", "csc")
    house.complete(C, "referral", child_at_risk_now="false", name=SECRET_NAME, date_of_birth="2019-02-03")
    now = house.clock.now()
    with house.database.write() as session:
        for person, (role, agency) in EXTRA.items():
            session.add(Person(id=person, name=person, email=f"{person}@board.example", agency=agency))
            session.flush()
            scope = agency if role == "board_member" else None
            session.add(PersonRole(person=person, role=role, agency=scope, from_on=local_date(now)))
        session.add(Person(id="u_roleless", name="No Role", email="none@board.example"))
        session.flush()
        cases = {row.ref: row for row in session.scalars(select(Review))}
        cases[C].restricted = True
        session.add(
            NamedAccess(review=cases[C].id, person="u_hosl", reason="-", given_at=now, given_by="u_hosl")
        )
        for ref in (A, B, C):
            session.add(
                Conflict(
                    review=cases[ref].id, person="u_conflict", reason="-", declared_at=now, declared_by="-"
                )
            )
        today = local_date(now)
        session.add(
            Action(
                ref=ACTION,
                review=cases[A].id,
                text="Change it",
                agency="pol",
                owner="u_police",
                status="agreed",
                due=today,
                original_due=today,
                proposed_on=today,
            )
        )
    return house


@pytest.fixture
def browsers(application: Flask, world: House, sign_in: SignIn) -> dict[str | None, Browser]:
    """Everybody at a browser; one account is closed after its owner signed in."""
    found = {person: sign_in(person) for person in VISITORS if person not in (None, "u_roleless")}
    found[None] = Browser(application.test_client())  # type: ignore[index]
    with world.database.write() as session:
        session.get_one(Person, "u_closed").active = False
        session.add(PersonRole(person="u_roleless", role="hosl", from_on=local_date(world.clock.now())))
    found["u_roleless"] = sign_in("u_roleless")
    with world.database.write() as session:
        # Behind the product's back: it would end the session with the role.
        session.execute(delete(PersonRole).where(PersonRole.person == "u_roleless"))
    return found  # type: ignore[return-value]


def test_everybody_gets_what_the_tables_say(
    application: Flask, world: House, browsers: dict[str | None, Browser], database_kind: str
) -> None:
    """The views are replaced by one word, so that an answer shows who was let in, and nothing changes."""
    for endpoint in application.view_functions:
        if not ACCESS[endpoint].without_database:
            application.view_functions[endpoint] = _guarded(lambda at, **_: "let in", ACCESS[endpoint])
    application.config["WTF_CSRF_ENABLED"] = False
    visitors = VISITORS if database_kind == "sqlite" else ON_BOTH
    tried, wrong, drawn, asked = 0, [], set(), set()
    with world.database.read() as session:
        now = world.clock.now()
        model = Model(session, now, local_date(now))
        for rule, values in _addresses(application, world):
            address = _address(application, rule, values)
            allowed = application.url_map.bind("localhost").allowed_methods(address)
            for method in METHODS:
                what = (address if method in allowed else rule.rule, method)
                if what in asked:  # of another route of the same address, too
                    continue
                asked.add(what)
                for person in visitors if method in allowed else ("u_hosl",):
                    wanted = _wanted(application, session, model, person, method, address)
                    as_page = (person, method, wanted) not in drawn
                    drawn.add((person, method, wanted))
                    said = _said(
                        browsers[person].client.open(
                            address, method=method, headers={} if as_page else {"Accept": "application/json"}
                        )
                    )
                    tried += 1
                    if said != wanted:
                        wrong.append(f"{method} {address} by {person}: {said}, not {wanted}")
    print(f"{tried} requests to {len(ACCESS)} routes by {len(visitors)} visitors")
    assert not wrong, f"{len(wrong)} of {tried}:\n" + "\n".join(wrong[:30])
    assert tried > 3_000


def test_the_router_refuses_before_anybody_is_looked_at(
    application: Flask, world: House, browsers: dict[str | None, Browser]
) -> None:
    """A method that an address does not know costs no statement, whoever asks: nobody is looked up."""
    application.config["WTF_CSRF_ENABLED"] = False
    for endpoint, method in (("work.inbox", "PUT"), ("reviews.show", "DELETE"), ("audit.index", "POST")):
        rule = next(application.url_map.iter_rules(endpoint))
        address = _address(application, rule, dict.fromkeys(rule.arguments, A))
        for person in VISITORS:
            ask = partial(browsers[person].client.open, address, method=method)
            answer, statements = _counted(world, ask)
            assert (answer.status_code, statements) == (405, 0), f"{method} {address} by {person}"


def test_a_page_says_nothing_of_what_is_kept_from_its_reader(
    application: Flask, world: House, browsers: dict[str | None, Browser], database_kind: str
) -> None:
    """Every page that anybody may open: no fault, and not a word of a review that they may not see."""
    readers = KEPT_OUT if database_kind == "sqlite" else KEPT_OUT_ON_BOTH
    with world.database.read() as session:
        now = world.clock.now()
        model = Model(session, now, local_date(now))
        cases = {ref: session.scalars(select(Review).where(Review.ref == ref)).one() for ref in (A, B, C)}
        words = {ref: (ref, case.pseudonym) for ref, case in cases.items()}
        seen = {
            (person, ref): model.may(person, "see", case) for person in readers for ref, case in cases.items()
        }
    read = 0
    for (rule, values), person in itertools.product(_addresses(application, world), readers):
        if "GET" not in (rule.methods or ()) or rule.endpoint == "mail.index":
            continue
        address = _address(application, rule, values)
        for query in ("", f"?q={A}") if not rule.arguments else ("",):
            answer = browsers[person].client.get(address + query)
            assert answer.status_code != 500, f"{address} by {person}"
            said = (
                answer.get_data()
                .decode("utf-8", "replace")
                .replace(address, "")
                .replace(f"{A}", A if not query else "")
            )
            read += 1
            for ref, kept in words.items():
                if seen[person, ref] or ref in address:
                    continue
                for word in kept:
                    assert word not in said, f"{address}{query} shows {word} to {person}"
            assert SECRET_NAME not in said
    assert read > 100 * len(readers)


@pytest.mark.parametrize("person", ["u_housing", "u_conflict"])
def test_a_review_of_others_and_none_at_all_are_the_same(
    application: Flask, world: House, browsers: dict[str | None, Browser], person: str
) -> None:
    """Byte for byte, but for the address asked for; and by as many statements, the measure of time."""
    for rule, values in _addresses(application, world):
        if "ref" not in rule.arguments or values["ref"] not in (A, NOWHERE) or rule.endpoint in ACTIONS_OF:
            continue
        if rule.endpoint == "learning.briefing":
            continue
        for method in sorted({"GET", "POST"} & set(rule.methods or ())):
            token = browsers[person].token()
            answers = []
            for ref in (A, NOWHERE):
                address = _address(application, rule, {**values, "ref": ref})
                ask = partial(
                    browsers[person].client.open, address, method=method, data={"csrf_token": token}
                )
                said, statements = _counted(world, ask)
                answers.append((said.status_code, _without(said.text, ref), statements))
            assert answers[0] == answers[1], f"{method} {address}"
            assert answers[0][0] == 404


def _wanted(
    application: Flask,
    session: Any,
    model: Model,
    person: str | None,
    method: str,
    address: str,
) -> str:
    """What the tables say to one request."""
    try:
        endpoint, values = application.url_map.bind("localhost").match(address, method)
    except MethodNotAllowed:
        return NOT_SO
    access = ACCESS[endpoint]
    if access.public:
        return LET_IN
    if person is None or not model.of(Person, id=person, active=True):
        return SIGN_IN
    words = access.words
    if words == "anybody who is signed in":
        return LET_IN
    if words == "anybody with a role":
        return LET_IN if model.has_role(person) else NO
    if words == "may do something of the office's":
        return LET_IN if any(model.has(person, verb) for verb in OFFICE_VERBS) else NO
    if words in ("who may do the task, or did it", WRITES):  # here nobody was asked to write
        return _of_task(session, model, person, values["task_id"])
    if words == "who may do the task, of a text that is checked":
        task = session.get(UserTask, values["task_id"])
        checks = task is not None and task.status == "open" and task.step in CHECKED_STEPS
        found = _of_task(session, model, person, values["task_id"])
        return found if checks or found != LET_IN else UNKNOWN
    if words == "who may hand the task over":
        return _of_handing(session, model, person, values["task_id"])
    if words in ("the action's owner", "who may see the action", "may cancel_action on the action's review"):
        return _of_action(model, person, values["ref"], words)
    if "document" in words:  # here none that exists; those that do: tests/policy/test_documents.py
        return UNKNOWN
    if found := re.fullmatch(r"may (\w+)", words):
        return LET_IN if model.has(person, found[1]) else NO
    verb = "see"
    if words == "may make that change to the review":
        if values["change"] not in CHANGES:
            return UNKNOWN
        verb = CHANGES[values["change"]].verb
    elif found := re.fullmatch(r"may (\w+) on the review", words):
        verb = found[1]
    else:
        assert words == "who may see the review", f"say here what “{words}” means"
    case = next(iter(model.of(Review, ref=values["ref"])), None)
    if case is None or not model.may(person, "see", case):
        return UNKNOWN
    return LET_IN if model.may(person, verb, case) else NO


def _of_task(session: Any, model: Model, person: str, task_id: UUID) -> str:
    task = session.get(UserTask, task_id)
    if task is None:
        return UNKNOWN
    if task.completed_by == person or model.may_do(person, task):
        return LET_IN
    case = next(iter(model.of(Review, ref=task.business_key)), None)
    return NO if case is not None and model.may(person, "see", case) else UNKNOWN


def _of_handing(session: Any, model: Model, person: str, task_id: UUID) -> str:
    task = session.get(UserTask, task_id)
    if task is None:
        return UNKNOWN
    case = next(iter(model.of(Review, ref=task.business_key)), None)
    gives = case is not None and model.may(person, "hand_over_task", case)
    return LET_IN if gives or model.may_do(person, task) else UNKNOWN


def _of_action(model: Model, person: str, ref: str, words: str) -> str:
    action = next(iter(model.of(Action, ref=ref)), None)
    if action is None or not model.sees_action(person, action):
        return UNKNOWN
    if words == "who may see the action":
        return LET_IN
    if words == "the action's owner":
        return LET_IN if action.owner == person else NO
    [case] = model.of(Review, id=action.review)
    return LET_IN if model.may(person, "cancel_action", case) else NO


def _address(application: Flask, rule: Address, values: dict[str, Any]) -> str:
    return str(application.url_map.bind("localhost").build(rule.endpoint, values))


def _addresses(application: Flask, house: House) -> Iterator[tuple[Address, dict[str, Any]]]:
    """Every address that the routes can make of what there is."""
    for rule in application.url_map.iter_rules():
        if rule.endpoint == "static":  # files that are the same for everybody
            continue
        names = sorted(rule.arguments)
        missing = [name for name in names if name not in FILLERS]
        assert not missing, f"{rule.rule}: say in FILLERS what a stranger could put for {missing}"
        choices = [FILLERS[name](house) for name in names]
        for chosen in itertools.product(*choices):
            values = dict(zip(names, chosen, strict=True))
            if rule.endpoint in ACTIONS_OF:
                values["ref"] = {A: ACTION}.get(values["ref"], f"{values['ref']}-A1")
            yield rule, values


def _task_ids(house: House) -> list[UUID]:
    """Of each case one task that is open, of the first one that is done, too."""
    with house.database.read() as session:
        found = {
            (row.business_key, row.status): row.id
            for row in tasks(session, business_keys=[A, B, C], status=None)
            if row.status == "open" or row.business_key == A
        }
    return list(found.values())


def _said(answer: Any) -> str:
    if answer.status_code == 302 and "/sign-in" in answer.location:
        return SIGN_IN
    if answer.status_code == 401 and "WWW-Authenticate" in answer.headers:  # a program is told so
        return SIGN_IN
    if answer.status_code == 403 and "signed out" in answer.get_data(as_text=True):
        return SIGN_IN
    return LET_IN if answer.status_code in (200, 304) else str(answer.status_code)


def _counted(house: House, ask: Callable[[], Any]) -> tuple[Any, int]:
    statements = []

    def count(_c: object, _k: object, statement: str, *_more: object) -> None:
        statements.append(statement)

    engines = {house.database.engine, house.database._reader}  # on SQLite who reads has another
    for engine in engines:
        event.listen(engine, "before_cursor_execute", count)
    answer = ask()
    for engine in engines:
        event.remove(engine, "before_cursor_execute", count)
    return answer, len(statements)


def _without(page: str, ref: str) -> str:
    return re.sub(r'csrf-token" content="[^"]+"|name="csrf_token" value="[^"]+"', "", page.replace(ref, ""))
