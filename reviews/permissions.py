"""Who may see and do what: the one place. Deny by default.

Three things must hold: a row of the table gives the role a verb, the row's relation to the case exists, and
no block applies. A block (a recorded conflict of interest; a restricted review whose list does not name the
person) beats every row. Every list, page, search and file read starts from `visible_reviews`,
`visible_actions` or `visible_tasks`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, and_, exists, false, literal, not_, or_, select
from sqlalchemy.orm import Session

from engine.models import UserTask
from reviews.guards import broken
from reviews.models import (
    Action,
    ChairNomination,
    Conflict,
    Cover,
    Involvement,
    NamedAccess,
    Person,
    PersonRole,
    QaDecision,
    Redirect,
    Review,
    TriageDecision,
)
from reviews.permission_table import EVERYBODY, RULES, Relation
from reviews.roles import AGENCY_ROLES

Condition = ColumnElement[bool]


@dataclass(frozen=True)
class Viewer:
    """Somebody who looks or acts: their roles, the agencies they hold a role for, whom they cover today."""

    person: str
    roles: frozenset[str] = frozenset()
    agencies: frozenset[str] = frozenset()
    scopes: frozenset[tuple[str, str]] | None = (
        None  # (role, agency); without it every role counts for every agency
    )
    covers: frozenset[str] = frozenset()

    @property
    def acting(self) -> tuple[str, ...]:
        """This person and those they cover, as ids."""
        return (self.person, *sorted(self.covers))

    def agencies_as(self, role: str) -> tuple[str, ...]:
        """The agencies for which this person holds one role."""
        if self.scopes is None:
            return tuple(sorted(self.agencies)) if role in self.roles else ()
        return tuple(sorted(agency for held, agency in self.scopes if held == role))


class OpenTask(Protocol):
    """What a permission needs to know of a task; the engine's TaskRow has it."""

    @property
    def business_key(self) -> str: ...
    @property
    def process(self) -> str: ...
    @property
    def step(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def agency(self) -> str | None: ...
    @property
    def assignee(self) -> str | None: ...
    @property
    def instance_id(self) -> UUID: ...


def viewer_for(session: Session, person: str, on: dt.date) -> Viewer:
    """The viewer a person is on a day (Europe/London): their roles and those of the people they cover.

    Somebody unknown or no longer active gets no role at all, and so sees nothing.
    """
    active = session.scalar(select(Person.active).where(Person.id == person))
    if not active:
        return Viewer(person)
    covers = session.scalars(
        select(Cover.person).where(Cover.covered_by == person, Cover.from_on <= on, Cover.to_on >= on)
    ).all()
    held = session.execute(
        select(PersonRole.role, PersonRole.agency).where(
            PersonRole.person.in_([person, *covers]),
            PersonRole.from_on <= on,
            or_(PersonRole.to_on.is_(None), PersonRole.to_on >= on),
        )
    ).all()
    scopes = frozenset((role, agency) for role, agency in held if agency and role in AGENCY_ROLES)
    return Viewer(
        person,
        roles=frozenset(role for role, _ in held),
        agencies=frozenset(agency for _, agency in scopes),
        scopes=scopes,
        covers=frozenset(covers),
    )


# --- relations, as conditions on a review ---


def _exists(*conditions: Condition) -> Condition:
    """That a row exists which belongs to the review of the outer query, whatever else that query reads."""
    return exists().where(*conditions).correlate(Review)


def _told(viewer: Viewer, role: str) -> Condition:
    return _exists(
        Involvement.review == Review.id,
        Involvement.agency.in_(viewer.agencies_as(role)),
        Involvement.notified_on.is_not(None),
    )


def _nominated(viewer: Viewer, _role: str) -> Condition:
    return _exists(
        ChairNomination.review == Review.id,
        ChairNomination.nominee.in_(viewer.acting),
        ChairNomination.reply.is_(None),
    )


def _owns_action(viewer: Viewer, _role: str) -> Condition:
    return _exists(Action.review == Review.id, Action.owner.in_(viewer.acting), Action.status != "proposed")


_SUBMITTED: Condition = Review.state != "draft"  # a draft is its writer's own
_RELATIONS: dict[Relation, Callable[[Viewer, str], Condition]] = {
    Relation.ANY: lambda _viewer, _role: _SUBMITTED,
    Relation.REFERRER: lambda viewer, _role: Review.referrer.in_(viewer.acting),
    Relation.REFERRING_AGENCY: lambda viewer, role: and_(
        _SUBMITTED, Review.referring_agency.in_(viewer.agencies_as(role))
    ),
    Relation.TOLD: _told,
    Relation.TOLD_AND_MET: lambda viewer, role: and_(Review.met_on.is_not(None), _told(viewer, role)),
    Relation.CHAIR: lambda viewer, _role: Review.chair.in_(viewer.acting),
    Relation.NOMINATED: _nominated,
    Relation.ASKED_TO_RULE: lambda _viewer, _role: _exists(
        TriageDecision.review == Review.id, TriageDecision.outcome == "ask_qa_chair"
    ),
    Relation.AT_QA: lambda _viewer, _role: _exists(QaDecision.review == Review.id),
    Relation.HAS_PLAN: lambda _viewer, _role: _exists(
        Action.review == Review.id, Action.status != "proposed"
    ),
    Relation.HANDED_OVER: lambda _viewer, _role: _exists(Redirect.review == Review.id),
    Relation.OWNS_ACTION: _owns_action,
}


def blocked(viewer: Viewer) -> Condition:
    """What beats everything: a conflict of interest, or a restricted review that does not name the viewer."""
    conflict = _exists(Conflict.review == Review.id, Conflict.person == viewer.person)
    named = _exists(NamedAccess.review == Review.id, NamedAccess.person == viewer.person)
    return or_(conflict, and_(Review.restricted.is_(True), not_(named)))


def allowed(viewer: Viewer, verb: str) -> Condition:
    """The condition on a review under which a viewer has a verb. False where no row gives it."""
    found = [
        _RELATIONS[rule.relation](viewer, rule.role)
        for rule in RULES
        if rule.verb == verb and _holds(viewer, rule.role) and rule.relation in _RELATIONS
    ]
    return and_(or_(false(), *found), not_(blocked(viewer)))


def _holds(viewer: Viewer, role: str) -> bool:
    return role in viewer.roles or (role == EVERYBODY and bool(viewer.roles))


# --- the filters and the questions ---


def visible_reviews(viewer: Viewer) -> Select[Review]:
    """The reviews a viewer may know of: where every list, page, search, export and file read starts."""
    return select(Review).where(allowed(viewer, "see"))


def visible_actions(viewer: Viewer) -> Select[Action]:
    """The actions a viewer may read: of reviews whose plan is open to them, their agency's, their own."""
    theirs = or_(
        Action.owner.in_(viewer.acting),
        Action.agency.in_(viewer.agencies_as("safeguarding_lead") + viewer.agencies_as("agency_manager")),
    )
    agreed = and_(Action.status != "proposed", theirs, not_(blocked(viewer)))
    if not viewer.roles:
        return select(Action).where(false())
    return (
        select(Action).join(Review, Review.id == Action.review).where(or_(allowed(viewer, "actions"), agreed))
    )


def visible_tasks(viewer: Viewer) -> Condition:
    """The condition on the engine's `user_task` table: a viewer's own work and that of their roles."""
    return and_(or_(my_tasks(viewer), team_tasks(viewer)), unblocked_tasks(viewer))


def my_tasks(viewer: Viewer) -> Condition:
    """Tasks that name the viewer, or somebody they cover."""
    return and_(UserTask.assignee.in_(viewer.acting), _left_to_them(viewer)) if viewer.roles else false()


def team_tasks(viewer: Viewer) -> Condition:
    """Tasks anybody of the viewer's roles may take, and those that name a colleague of the same agency.

    A task of an agency counts only for roles held for that agency. A draft referral is its writer's own.
    """
    found: list[Condition] = []
    for role in sorted(viewer.roles):
        agencies = viewer.agencies_as(role)
        if role == "chair":
            own = select(Review.ref).where(Review.chair.in_(viewer.acting))
            found.append(
                and_(UserTask.role == role, UserTask.assignee.is_(None), UserTask.business_key.in_(own))
            )
        elif role not in AGENCY_ROLES:
            found.append(and_(UserTask.role == role, UserTask.assignee.is_(None)))
        elif agencies:
            found.append(
                and_(
                    UserTask.role == role, UserTask.agency.in_(agencies), UserTask.step.not_in(PRIVATE_STEPS)
                )
            )
    return and_(or_(false(), *found), _left_to_them(viewer))


def _left_to_them(viewer: Viewer) -> Condition:
    """Leaves out the steps that this person must leave to another."""
    return not_(broken(viewer.person, UserTask.step, UserTask.business_key, UserTask.instance_id))


def unblocked_tasks(viewer: Viewer) -> Condition:
    """Leaves out the tasks of reviews that are closed to this person whatever their role."""
    return UserTask.business_key.not_in(select(Review.ref).where(blocked(viewer)))


PRIVATE_STEPS = ("referral", "suggestion")  # seen by the one who writes them


def may(session: Session, viewer: Viewer, verb: str, review: Review | None = None) -> bool:
    """Whether a viewer has a verb: on a review, or (without one) at all."""
    if review is None:
        return any(
            rule.verb == verb and rule.relation is Relation.NO_CASE and _holds(viewer, rule.role)
            for rule in RULES
        )
    return bool(session.scalar(select(exists().where(Review.id == review.id, allowed(viewer, verb)))))


def sections(session: Session, viewer: Viewer, review: Review) -> set[str]:
    """The parts of a review that a viewer may open. Empty for somebody who may not know of it."""
    rows = [rule for rule in RULES if rule.verb == "see" and _holds(viewer, rule.role)]
    if not rows:
        return set()
    asked = [
        _RELATIONS[rule.relation](viewer, rule.role).label(f"row_{number}")
        for number, rule in enumerate(rows)
    ]
    answers = session.execute(select(*asked).where(Review.id == review.id, not_(blocked(viewer)))).first()
    if answers is None:
        return set()
    return {section for rule, holds in zip(rows, answers, strict=True) if holds for section in rule.sections}


def may_do(session: Session, viewer: Viewer, task: OpenTask) -> bool:
    """Whether a viewer may complete a task: theirs by name or role and agency, not closed, no guard broken.

    Says nothing of whether it is still open: the engine answers that, with who completed it.
    """
    if not _belongs(session, viewer, task) or _closed_to(session, viewer, task.business_key):
        return False
    asked = literal(task.step), literal(task.business_key), literal(task.instance_id, Uuid)
    return not session.scalar(select(broken(viewer.person, *asked)))


def _belongs(session: Session, viewer: Viewer, task: OpenTask) -> bool:
    if not viewer.roles:
        return False
    if task.assignee is not None:
        return task.assignee in viewer.acting
    if task.role not in viewer.roles:
        return False
    if task.role == "chair":  # the chair of one review has no part in another's
        own = exists().where(Review.ref == task.business_key, Review.chair.in_(viewer.acting))
        return bool(session.scalar(select(own)))
    if task.role in AGENCY_ROLES:
        return task.agency is not None and task.agency in viewer.agencies_as(task.role)
    return True


def _closed_to(session: Session, viewer: Viewer, business_key: str) -> bool:
    return bool(session.scalar(select(exists().where(Review.ref == business_key, blocked(viewer)))))
