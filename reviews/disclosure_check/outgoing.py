"""Texts that leave their review without a second reader: each is read for identifiers as its step is sent,
and is not taken while something in it must go. Every text that people outside a review can read is named here
or in `texts.py` (summary, plan, briefing: with a second reader); a test walks the pages and finds any other.

Where its readers are professionals who must know whom to turn to, a text may name staff and days of work.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import Actor, TaskRow, record
from reviews.disclosure_check.checking import Checker
from reviews.disclosure_check.gathering import known_of
from reviews.disclosure_check.known import STAFF
from reviews.disclosure_check.marks import Mark
from reviews.disclosure_check.texts import PLAN
from reviews.learning_events.terms import event_key
from reviews.models import BoardReport, BoardReportItem, EventSource, LearningEvent, Review

_OF_WORK = frozenset({"contact", "date"})  # marks that a text for professionals may have
_REF = re.compile(r"\b[A-Z]{2,8}-\d{4}-\d{3,}\b")
_SHOWN = 60  # letters of what was found, in the sentence that refuses it


@dataclass(frozen=True)
class Outgoing:
    """What leaves with the answers of one step: the keys of its form, "list.key" for those of rows."""

    keys: tuple[str, ...]
    names_staff: bool = False


def _rows(rows: str) -> tuple[str, ...]:
    return tuple(f"{rows}.{key}" for key in PLAN[rows][1])


OUTGOING = {
    # to agencies that are told, and to the sub-groups
    "agency_notice": Outgoing(("why", "prepare", "sharing"), names_staff=True),
    "qa_decision": Outgoing(("reason", "changes", "for_the_board"), names_staff=True),
    # the plan, after its second reader: to owners, the Monitoring sub-group, the Board
    "meeting_record": Outgoing(tuple(f"immediate_actions.{key}" for key in ("text", "outcome", "baseline"))),
    "qa_changes": Outgoing((*_rows("recommendations"), *_rows("actions"))),
    "impact_rating": Outgoing(_rows("actions")),
    "escalation_decision": Outgoing(("new_text",)),
    # to everybody
    "cascade": Outgoing(("used", "note")),
    "training_change": Outgoing(("course", "what", "reason")),
    "event_plan": Outgoing(("audience", "venue")),
    "event_programme": Outgoing(("title", "items.title", "reflection")),
    "event_record": Outgoing(("feedback",)),
    "event_report": Outgoing(("achieved", "good_practice", "next_time", "carried_forward")),
    # to the Board
    "exception_report": Outgoing(("report", "decision"), names_staff=True),
    "chairs_report": Outgoing(
        ("begun", "finished", "learning", "overdue", "impact", "asked_of_board"), names_staff=True
    ),
    "board_noting": Outgoing(("asks_for", "comment"), names_staff=True),
}


def errors_in(session: Session, task: TaskRow, answers: Mapping[str, Any], *, by: Actor) -> dict[str, str]:
    """What must go before the answers of a step are taken, by question: a sentence each.

    Leaves in the log that each review's identity was compared, so that whoever tries names out is seen.
    Raises StateUnreadable where an identity was sealed with a key that is not here.
    """
    leaves = OUTGOING.get(task.step)
    texts = dict(_texts(leaves.keys, answers)) if leaves else {}
    if leaves is None or not texts:
        return {}
    found: dict[str, str] = {}
    for review in _told_of(session, task, texts.values()):
        for mark in must_go(session, review, texts, by=by, names_staff=leaves.names_staff):
            found.setdefault(mark.field, sentence(mark))
    return found


def must_go(
    session: Session, review: Review, texts: Mapping[str, str], *, by: Actor, names_staff: bool = False
) -> list[Mark]:
    """The marks of some texts that no word lets stand. Leaves in the log that the identity was compared."""
    record(session, kind="identity.compared", business_key=review.ref, actor=by, subject="disclosure_check")
    known = known_of(session, review)
    if names_staff:
        known = replace(
            known, names=[each for each in known.names if each.whose != STAFF], addresses_of_mail=set()
        )
    found = (mark for mark in Checker(known).read(texts) if mark.must_go)
    return [mark for mark in found if not (names_staff and mark.kind in _OF_WORK)]


def sentence(mark: Mark) -> str:
    """What is said of a mark beside the question: the text's own words, never what is sealed."""
    words = " ".join(mark.words.split())[:_SHOWN]
    return f"“{words}” tells who somebody is and must go. Say it in another way"


def _texts(keys: Iterable[str], answers: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    for key in keys:
        rows, _, field = key.partition(".")
        if not field:
            yield key, str(answers.get(key) or "")
            continue
        for number, row in enumerate(answers.get(rows) or [], start=1):
            yield f"{rows}-{number}-{field}", str(row.get(field) or "")


def _told_of(session: Session, task: TaskRow, texts: Iterable[str]) -> list[Review]:
    """The reviews that a step's texts may tell of."""
    refs = {task.business_key, *(ref for text in texts for ref in _REF.findall(text))}
    if task.process == "learning_event":
        offered = select(EventSource.source, LearningEvent.term).join(
            LearningEvent, LearningEvent.id == EventSource.event
        )
        refs |= {source for source, term in session.execute(offered) if event_key(term) == task.business_key}
    if task.process == "board_report":
        items = select(BoardReportItem.about).join(BoardReport, BoardReport.id == BoardReportItem.report)
        refs |= {
            about.partition("-A")[0]
            for about in session.scalars(items.where(BoardReport.process_instance == task.instance_id))
        }
    return list(session.scalars(select(Review).where(Review.ref.in_(refs)).order_by(Review.ref)))
