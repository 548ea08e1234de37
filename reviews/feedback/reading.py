"""What was said, shown only where five or more answered, and only once nobody can answer any more.

While a round is open nothing of it is shown: the difference that one more answer makes would tell what it
was. Over all reviews the answers of a small round count together with those of the next small ones: they
come into the numbers only when there are five, as one lot that no choice of days can divide.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from reviews.models import FeedbackAnswer, FeedbackRound, Review

FEW = 5  # what fewer said is not shown by itself; as `reviews.measures.suppressing` has it
AGREES = frozenset({"agree", "agree_strongly"})
NO_VIEW = "too_early"
STATEMENTS = {"safe": "I felt safe to speak", "told": "I was told the outcome"}
WHO = {"practitioner": "Practitioners", "family": "The family"}
WHEN = {"meeting": "after the meeting", "shared": "after the learning was shared"}
TOO_FEW = "Fewer than 5 answered: what they said is shown only together with other reviews."


@dataclass(frozen=True)
class Lot:
    """Answers to one statement that count together, of one round or of several: never fewer than five."""

    statement: str
    people: str
    day: dt.date
    agreed: int
    answers: int
    reviews: int


@dataclass(frozen=True)
class Said:
    """What one round of one review came to. A statement that fewer than five answered is None."""

    moment: str
    people: str
    answers: int | None
    statements: dict[str, tuple[int, int] | None]  # statement -> how many agree, of how many
    words: list[str]


@dataclass(frozen=True)
class _Round:
    id: UUID
    review: UUID
    day: dt.date
    moment: str
    rows: list[FeedbackAnswer]

    def of(self, people: str, statement: str) -> list[bool]:
        """Whether each agrees, of those who have a view."""
        said = [getattr(row, statement) for row in self.rows if row.people == people]
        return [each in AGREES for each in said if each != NO_VIEW]


def said_of(session: Session, review: Review) -> list[Said]:
    """What was said of one review, in the rounds that are over."""
    return [
        _said(each, people)
        for each in _closed(session, review.id)
        for people in WHO
        if any(row.people == people for row in each.rows)
    ]


def lots(session: Session) -> list[Lot]:
    """All answers over all reviews, in lots of five or more, the oldest first.

    A round with five answers to a statement is a lot of its own; smaller ones are put together in the order
    in which they closed. What is left over waits for the next.
    """
    rounds = list(_closed(session))
    found: list[Lot] = []
    for people in WHO:
        for statement in STATEMENTS:
            found += _lots(statement, people, rounds)
    return sorted(found, key=lambda lot: (lot.day, lot.people, lot.statement, lot.reviews))


def words_over_all(session: Session, people: str) -> list[str]:
    """What was said in words, in rounds of five answers or put together to five; in no order that tells."""
    found: list[str] = []
    waiting: list[FeedbackAnswer] = []
    for each in _closed(session):
        rows = [row for row in each.rows if row.people == people]
        if len(rows) >= FEW:
            found += [row.words for row in rows]
            continue
        waiting += rows
        if len(waiting) >= FEW:
            found += [row.words for row in waiting]
            waiting = []
    return _in_no_order(found)


def in_words(session: Session, review: Review) -> str:
    """What was said of one review, a line for each round and statement: for the impact check."""
    return "\n".join(_lines(said_of(session, review))) or "Nobody has answered yet, or the time is not over."


def _lines(said: Iterable[Said]) -> Iterator[str]:
    for each in said:
        begin = f"{WHO[each.people]}, {WHEN[each.moment]}"
        shown = [
            f"“{STATEMENTS[key]}”: {agreed} of {answers} agree"
            for key, value in each.statements.items()
            if value is not None
            for agreed, answers in (value,)
        ]
        yield f"{begin}: {'; '.join(shown)}." if shown else f"{begin}: {TOO_FEW}"


def _said(each: _Round, people: str) -> Said:
    rows = [row for row in each.rows if row.people == people]
    enough = len(rows) >= FEW
    answered = {key: each.of(people, key) for key in STATEMENTS}
    return Said(
        each.moment,
        people,
        len(rows) if enough else None,
        {key: (sum(views), len(views)) if len(views) >= FEW else None for key, views in answered.items()},
        _in_no_order(row.words for row in rows) if enough else [],
    )


def _in_no_order(words: Iterable[str]) -> list[str]:
    """By the alphabet: neither when they came nor beside which answer."""
    return sorted(each for each in words if each)


def _lots(statement: str, people: str, rounds: Iterable[_Round]) -> Iterator[Lot]:
    waiting: list[bool] = []
    reviews: set[UUID] = set()
    for each in rounds:
        views = each.of(people, statement)
        if len(views) >= FEW:
            yield Lot(statement, people, each.day, sum(views), len(views), 1)
            continue
        waiting += views
        if views:
            reviews.add(each.review)
        if len(waiting) >= FEW:
            yield Lot(statement, people, each.day, sum(waiting), len(waiting), len(reviews))
            waiting, reviews = [], set()


def _closed(session: Session, review: UUID | None = None) -> Iterator[_Round]:
    """The rounds that are over, in the order in which they closed."""
    query = (
        select(FeedbackRound)
        .where(FeedbackRound.closed.is_(True))
        .order_by(FeedbackRound.closes_on, FeedbackRound.asked_on, FeedbackRound.id)
    )
    if review is not None:
        query = query.where(FeedbackRound.review == review)
    rounds = session.scalars(query).all()
    answers: dict[UUID, list[FeedbackAnswer]] = defaultdict(list)
    wanted = select(FeedbackAnswer).where(FeedbackAnswer.round.in_([row.id for row in rounds]))
    for answer in session.scalars(wanted):
        answers[answer.round].append(answer)
    for row in rounds:
        yield _Round(row.id, row.review, row.closes_on, row.moment, answers[row.id])
