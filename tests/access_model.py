"""A second opinion on who may see and do what: the rows of the permission table and the facts of a database,
in plain Python. It shares no query and no function with `reviews.permissions`, only the table itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from reviews import models as m
from reviews.permission_table import EVERYBODY, RULES, Relation, Rule

OF_AGENCIES = {"practitioner", "agency_manager", "safeguarding_lead", "board_member"}
NOT_BY_ITS_OWNER = {"action_verification", "extension_decision", "escalation_decision", "written_assurance"}
TABLES: tuple[type[Any], ...] = (
    *(m.Person, m.PersonRole, m.Cover, m.Conflict, m.NamedAccess, m.Involvement, m.ChairNomination),
    *(m.TriageDecision, m.QaDecision, m.Redirect, m.Action, m.BreakGlass, m.Review, m.Summary, m.Evidence),
)
Held = set[tuple[str, str | None]]


@dataclass(frozen=True)
class Place:
    """In whose place somebody acts, and with which roles. Shared: without approval."""

    who: str
    held: frozenset[tuple[str, str | None]]
    shared: bool = False

    def agencies(self, role: str) -> set[str | None]:
        return {agency for each, agency in self.held if each == role and agency}


class Model:
    """The facts of one moment, and what follows from them."""

    def __init__(self, session: Session, now: dt.datetime, today: dt.date) -> None:
        self.now, self.today = now, today
        self.rows: dict[type[Any], list[Any]] = {
            table: list(session.scalars(select(table))) for table in TABLES
        }

    def of(self, table: type[Any], **wanted: Any) -> list[Any]:
        """The rows of a table with these values."""
        return [
            row
            for row in self.rows[table]
            if all(getattr(row, key) == value for key, value in wanted.items())
        ]

    # --- who somebody is ---

    def held(self, person: str) -> Held:
        return {
            (row.role, row.agency)
            for row in self.of(m.PersonRole, person=person)
            if row.from_on <= self.today and (row.to_on is None or row.to_on >= self.today)
        }

    def places(self, person: str) -> list[Place]:
        """Their own place first, then those of the people they cover."""
        if not self.of(m.Person, id=person, active=True):
            return [Place(person, frozenset())]
        mine = self.held(person)
        found = [Place(person, frozenset(mine))]
        for covered in sorted({row.person for row in self.of(m.Cover, covered_by=person)}):
            approved, shared = set[Any](), set[Any]()
            for row in self.of(m.Cover, covered_by=person, person=covered):
                if row.state == "refused" or not row.from_on <= self.today <= row.to_on:
                    continue
                theirs = {
                    each for each in self.held(covered) if not row.role or each == (row.role, row.agency)
                }
                if row.state == "approved":
                    approved |= theirs
                else:
                    shared |= {each for each in theirs & mine if each[0] != "chair"}
            if approved:
                found.append(Place(covered, frozenset(approved)))
            if shared - approved:
                found.append(Place(covered, frozenset(shared - approved), shared=True))
        return found

    def full_places(self, person: str) -> list[Place]:
        return [place for place in self.places(person) if not place.shared]

    def has_role(self, person: str) -> bool:
        return any(place.held for place in self.full_places(person))

    def has(self, person: str, verb: str) -> bool:
        """A verb about no review."""
        return any(
            rule.relation is Relation.NO_CASE and rule.verb == verb and self._holds(place, rule)
            for place in self.full_places(person)
            for rule in RULES
        )

    # --- a review ---

    def closed(self, person: str, review: m.Review) -> bool:
        """A conflict, or a restriction that does not name them."""
        named = self.of(m.NamedAccess, review=review.id, person=person)
        return self.conflict(person, review) or bool(review.restricted and not named)

    def conflict(self, person: str, review: m.Review) -> bool:
        return bool(self.of(m.Conflict, review=review.id, person=person))

    def rows_for(self, person: str, verb: str, review: m.Review) -> Iterator[Rule]:
        """The rows of the table that give somebody a verb on a review."""
        if self.closed(person, review):
            return
        for place in self.full_places(person):
            if place.who != person and self.conflict(place.who, review):
                continue
            for rule in RULES:
                if (
                    rule.verb == verb
                    and self._holds(place, rule)
                    and self._stands(person, place, rule, review)
                ):
                    yield rule

    def may(self, person: str, verb: str, review: m.Review) -> bool:
        return any(self.rows_for(person, verb, review))

    def sections(self, person: str, review: m.Review) -> set[str]:
        return {part for rule in self.rows_for(person, "see", review) for part in rule.sections}

    def sees_action(self, person: str, action: m.Action) -> bool:
        [review] = self.of(m.Review, id=action.review)
        if self.may(person, "actions", review):
            return True
        if action.status == "proposed" or self.closed(person, review) or not self.has_role(person):
            return False
        return any(
            (action.owner == place.who and bool(place.held))
            or action.agency in place.agencies("safeguarding_lead") | place.agencies("agency_manager")
            for place in self.full_places(person)
            if place.who == person or not self.conflict(place.who, review)
        )

    # --- a task ---

    def may_do(self, person: str, task: Any) -> bool:
        """Whether somebody may do a task, whoever has it now."""
        review = next(iter(self.of(m.Review, ref=task.business_key)), None)
        if not self.has_role(person) or (review and self.closed(person, review)):
            return False
        for place in self.places(person):
            kept = self._must_leave(person, task) or self._must_leave(place.who, task)
            if place.who != person and review and self.conflict(place.who, review):
                continue
            if not kept and self._is_theirs(person, place, task, review):
                return True
        return False

    def _is_theirs(self, person: str, place: Place, task: Any, review: m.Review | None) -> bool:
        roles = {role for role, _ in place.held}
        if task.assignee:
            if task.assignee != place.who:
                return False
            if place.shared and (
                task.step in ("referral", "suggestion") or not self._works_on(person, review)
            ):
                return False
            if place.who == person or task.role not in {role for role, _ in self.held(place.who)}:
                return True
            return task.role in roles and (
                task.role not in OF_AGENCIES or task.agency in place.agencies(task.role)
            )
        if place.shared or task.role not in roles:
            return False
        if task.role == "chair":
            return review is not None and review.chair == place.who
        return task.role not in OF_AGENCIES or task.agency in place.agencies(task.role)

    def _works_on(self, person: str, review: m.Review | None) -> bool:
        """Sees it in their own roles, and not because they opened it in an emergency."""
        if review is None:
            return True
        mine = self.places(person)[0]
        return any(
            rule.verb == "see"
            and rule.relation is not Relation.BROKEN_GLASS
            and self._holds(mine, rule)
            and self._stands(person, mine, rule, review)
            for rule in RULES
        )

    def _must_leave(self, person: str, task: Any) -> bool:
        actions = [row for row in self.rows[m.Action] if row.process_instance == task.instance_id]
        reviews = self.of(m.Review, ref=task.business_key)
        sent = [row for each in actions for row in self.of(m.Evidence, action=each.id, given_by=person)]
        wrote = [row for each in reviews for row in self.of(m.Summary, review=each.id, written_by=person)]
        return bool(
            (task.step in NOT_BY_ITS_OWNER and [row for row in actions if row.owner == person])
            or (task.step == "action_verification" and sent)
            or (
                task.step == "anonymity_check"
                and (wrote or [each for each in reviews if each.chair == person])
            )
            or (
                task.step in ("access_review", "late_access_review")
                and self.of(m.BreakGlass, process_instance=task.instance_id, person=person)
            )
        )

    # --- rules ---

    def _holds(self, place: Place, rule: Rule) -> bool:
        return (
            bool(place.held) if rule.role == EVERYBODY else any(rule.role == role for role, _ in place.held)
        )

    def _stands(self, person: str, place: Place, rule: Rule, review: m.Review) -> bool:
        agencies, key = place.agencies(rule.role), {"review": review.id}
        told = any(row.agency in agencies and row.notified_on for row in self.of(m.Involvement, **key))
        agreed = [row for row in self.of(m.Action, **key) if row.status != "proposed"]
        stands = {
            Relation.ANY: review.state != "draft",
            Relation.REFERRER: review.referrer == place.who,
            Relation.REFERRING_AGENCY: review.state != "draft" and review.referring_agency in agencies,
            Relation.TOLD: told,
            Relation.TOLD_AND_MET: told and review.met_on is not None,
            Relation.CHAIR: review.chair == place.who,
            Relation.NOMINATED: bool(self.of(m.ChairNomination, nominee=place.who, reply=None, **key)),
            Relation.ASKED_TO_RULE: bool(self.of(m.TriageDecision, outcome="ask_qa_chair", **key)),
            Relation.AT_QA: bool(self.of(m.QaDecision, **key)),
            Relation.HAS_PLAN: bool(agreed),
            Relation.HANDED_OVER: bool(self.of(m.Redirect, **key)),
            Relation.OWNS_ACTION: any(row.owner == place.who for row in agreed),
            Relation.BROKEN_GLASS: any(
                row.ended_at is None and row.ends_at > self.now
                for row in self.of(m.BreakGlass, person=person, **key)
            ),
        }
        return stands.get(rule.relation, False)
