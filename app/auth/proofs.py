"""Proofs of who somebody is: password, one-time code, recovery code; each try counted before it is looked at.

A password is compared before the request's transaction begins (`Rule.before`), in short ones of its own:
the comparison takes a third of a second by design, and would hold up every other writer. What was found is
left in `g` for the view.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import cast
from uuid import UUID

from flask import current_app, g, request
from sqlalchemy.orm import Session

from app.auth.accounts import account_of, person_with
from app.auth.links import link_of
from app.auth.models import LocalAccount
from app.auth.passwords import hashed, is_old, is_right, problem_of
from app.auth.second_factor import take_code, take_recovery_code
from app.auth.throttling import Place, Try, begin_try, known_browser, was_right
from app.requests import house, signed_in_person
from reviews.models import Person


@dataclass(frozen=True)
class Proof:
    """What a password was worth: whose it is, or nobody's; how long to wait where it was not looked at."""

    person: str = ""
    made: UUID | None = None
    wait: timedelta = timedelta(0)
    renewed: str = ""  # the password's hash with the parameters of today, where it was kept with older ones


def proof() -> Proof:
    """What was found before the transaction."""
    return cast("Proof", g.get("proof") or Proof())


def new_hash() -> str:
    """The hash of the password that was chosen; "" where it cannot be taken."""
    return cast("str", g.get("new_hash") or "")


def place_for(session: Session, person: str) -> Place:
    """Where this request comes from, as somebody's known browser or as any."""
    cookie = request.cookies.get(current_app.config["BROWSER_COOKIE"], "")
    known = known_browser(session, cookie, person) if cookie and person else ""
    return Place(request.remote_addr or "", known)


def prove_by_email() -> None:
    """Compare the password of the sign-in page. For an unknown address it takes as long."""
    email, password = request.form.get("email", "").strip(), request.form.get("password", "")
    if not email or not password:
        return

    def begin(session: Session) -> tuple[str, Try, str | None]:
        row = person_with(session, email)
        return _begun(session, row.id if row else "", email.casefold())

    person, made, kept = house().database.retrying(begin)
    g.proof = _compared(person, made, password, kept)


def prove_own() -> None:
    """Compare the password of the person who is signed in, where they have typed it."""
    password, person = request.form.get("password", ""), signed_in_person() or ""
    if not password:
        return
    _, made, kept = house().database.retrying(lambda session: _begun(session, person, f"person|{person}"))
    g.proof = _compared(person, made, password, kept)


def prove_and_hash() -> None:
    """For a change of password: compare the present one; hash the new one where it may be taken."""
    prove_own()
    if proof().person:
        with house().database.read() as session:
            _hash_new(session.get_one(Person, proof().person))


def hash_for_link() -> None:
    """For a one-time link: hash the new password, where the link is good and it may be taken."""
    token = str((request.view_args or {}).get("token", ""))
    with house().database.read() as session:
        link = link_of(session, token, house().sessions.clock.now())
        person = session.get_one(Person, link.person) if link else None
    if person is not None:
        _hash_new(person)


def code_is_right(session: Session, person: str) -> Proof:
    """Compare the one-time code or the recovery code of a form, and use it up."""
    recovery = request.form.get("recovery_code", "")

    def right() -> bool:
        now = house().sessions.clock.now()
        if recovery:
            return take_recovery_code(session, person, recovery, now)
        return take_code(session, account_of(session, person), request.form.get("code", ""), now)

    return counted(session, person, right)


def counted(session: Session, person: str, right: Callable[[], bool]) -> Proof:
    """Compare a code, unless this person's codes are being tried too fast."""
    now = house().sessions.clock.now()
    made = begin_try(session, "code", f"person|{person}", place_for(session, person), now)
    if made.id is None:
        return Proof(wait=made.wait)
    if not right():
        return Proof(made=made.id)
    was_right(session, made.id)
    return Proof(person, made.id)


def _begun(session: Session, person: str, typed: str) -> tuple[str, Try, str | None]:
    """Write a try of a password down; whose it would be, the try, and the hash to compare with."""
    now, account = house().sessions.clock.now(), session.get(LocalAccount, person) if person else None
    made = begin_try(session, "password", typed, place_for(session, person), now)
    return person, made, account.password if account else None


def _compared(person: str, made: Try, password: str, kept: str | None) -> Proof:
    if made.id is None:
        return Proof(wait=made.wait)
    if not is_right(password, kept):
        return Proof(made=made.id)
    return Proof(person, made.id, renewed=hashed(password) if kept and is_old(kept) else "")


def _hash_new(person: Person) -> None:
    chosen = request.form.get("new_password", "")
    if not problem_of(chosen, name=person.name, email=person.email):
        g.new_hash = hashed(chosen)
