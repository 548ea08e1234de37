"""Giving an answer: once, and so that nothing kept joins it to whoever gave it.

Who has answered is known while the round is open, the answer never. The audit log says that feedback was
given, by nobody. All answers of a round are written anew with each that comes, under new random ids: what a
database keeps beside its rows (their order, the number of a transaction) tells of the last write alone.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Date, bindparam, delete, insert, select
from sqlalchemy.orm import Session

from engine import Actor, NotFound, Refused, record
from reviews.access import closed_to
from reviews.acting import today_of
from reviews.models import FeedbackAnswer, FeedbackAsk, FeedbackRound, Review
from reviews.models.feedback import SCALE
from reviews.permissions import Viewer

NOBODY = Actor.system("feedback")
SHUFFLE = secrets.SystemRandom()
OVER = "This was answered already, or the time for answering is over."


@dataclass(frozen=True)
class Asked:
    """What somebody is asked: about which review, at which moment, as whom, and until when."""

    round: UUID
    ref: str
    moment: str
    people: str
    closes_on: dt.date


def asked_of(session: Session, viewer: Viewer) -> list[Asked]:
    """What waits for this person's own answer; a deputy does not answer for them."""
    told = {"person": viewer.person, "today": today_of(session)}
    return [
        Asked(row.id, review.ref, row.moment, ask.people, row.closes_on)
        for ask, row, review in session.execute(_ASKED_OF, told)
        if not closed_to(session, review, viewer.person)
    ]


def own_asked(session: Session, viewer: Viewer, of: UUID) -> Asked:
    """The same, of one round. Raises NotFound for somebody who is not asked, or has answered."""
    found = next((each for each in asked_of(session, viewer) if each.round == of), None)
    if found is None:
        raise NotFound(OVER)
    return found


def asked_by_link(session: Session, token: str) -> Asked:
    """What is asked behind a link. Raises NotFound for one that is unknown, used, or over."""
    query = (
        select(FeedbackAsk, FeedbackRound, Review.ref)
        .join(FeedbackRound, FeedbackRound.id == FeedbackAsk.round)
        .join(Review, Review.id == FeedbackRound.review)
        .where(FeedbackAsk.digest == digest_of(token), FeedbackAsk.answered.is_(False))
        .where(*_still_open(today_of(session)))
    )
    found = session.execute(query).one_or_none()
    if found is None:
        raise NotFound(OVER)
    ask, row, ref = found
    return Asked(row.id, ref, row.moment, ask.people, row.closes_on)


def give_own(session: Session, viewer: Viewer, of: UUID, told: Mapping[str, str]) -> None:
    """Keep the answer of somebody who is asked by name. Raises NotFound, Refused."""
    own_asked(session, viewer, of)
    _give(session, of, told, FeedbackAsk.person == viewer.person)


def give_by_link(session: Session, token: str, told: Mapping[str, str]) -> None:
    """Keep the answer of whoever has a link; it works once. Raises NotFound, Refused."""
    found = asked_by_link(session, token)
    _give(session, found.round, told, FeedbackAsk.digest == digest_of(token))


def give_for_family(session: Session, of: FeedbackRound, told: Mapping[str, str]) -> None:
    """Keep what somebody of the family said to the one who is in contact with them, whose name is not kept
    beside it. The caller has asked permission and has looked how many there are already."""
    ask = FeedbackAsk(round=of.id, people="family")
    session.add(ask)
    session.flush()
    _give(session, of.id, told, FeedbackAsk.id == ask.id)


def digest_of(token: str) -> str:
    """What is kept of a link's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _give(session: Session, of: UUID, told: Mapping[str, str], mine: ColumnElement[bool]) -> None:
    locked = select(FeedbackRound).where(FeedbackRound.id == of).with_for_update()
    row = session.scalars(locked.execution_options(populate_existing=True)).one()
    wanted = select(FeedbackAsk).where(FeedbackAsk.round == of, mine)
    ask = session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if ask is None or ask.answered or row.closed or row.closes_on < today_of(session):
        raise Refused(OVER)
    answer = {key: str(told.get(key, "")) for key in ("safe", "told")}
    for key, said in answer.items():
        if said not in SCALE:
            raise Refused("Select how far you agree.", about=key)
    ask.answered = True
    _mix_in(session, of, {**answer, "people": ask.people, "words": str(told.get("words") or "").strip()})
    ref = session.get_one(Review, row.review).ref
    record(session, kind="feedback.given", business_key=ref, actor=NOBODY)


def _mix_in(session: Session, of: UUID, answer: Mapping[str, str]) -> None:
    """All answers of the round written anew, in the order of new random ids."""
    names = ("people", "safe", "told", "words")
    columns = (FeedbackAnswer.people, FeedbackAnswer.safe, FeedbackAnswer.told, FeedbackAnswer.words)
    before = session.execute(select(*columns).where(FeedbackAnswer.round == of)).all()
    session.execute(delete(FeedbackAnswer).where(FeedbackAnswer.round == of))
    all_of_them = [*(dict(zip(names, each, strict=True)) for each in before), answer]
    ids = sorted(uuid.uuid4() for _ in all_of_them)
    SHUFFLE.shuffle(all_of_them)
    rows = [{**each, "round": of, "id": id_} for id_, each in zip(ids, all_of_them, strict=True)]
    session.execute(insert(FeedbackAnswer), rows)


def _still_open(today: dt.date | BindParameter[dt.date]) -> tuple[ColumnElement[bool], ...]:
    return FeedbackRound.closed.is_(False), FeedbackRound.closes_on >= today


_ASKED_OF = (  # each opening of My work asks it
    select(FeedbackAsk, FeedbackRound, Review)
    .join(FeedbackRound, FeedbackRound.id == FeedbackAsk.round)
    .join(Review, Review.id == FeedbackRound.review)
    .where(FeedbackAsk.person == bindparam("person"), FeedbackAsk.answered.is_(False))
    .where(*_still_open(bindparam("today", type_=Date())))
    .order_by(FeedbackRound.closes_on, Review.ref)
)
