"""Who may see and do what: the one place. Deny by default.

Three things must hold: a row of the table gives the role a verb, the row's relation to the case exists, and
no block applies. A block (a recorded conflict of interest; a restricted review whose list does not name the
person) beats every row. A deputy has what the one who is away has, in parts (`reviews.viewers`). Every list,
page, search and file read starts from `visible_reviews`, `visible_actions` or `visible_tasks` (of
`reviews.task_lists`).
"""

from __future__ import annotations

from functools import cache
from typing import Protocol
from uuid import UUID

from sqlalchemy import Select, Uuid, and_, exists, false, literal, not_, or_, select
from sqlalchemy.orm import Session

from reviews.guards import GUARDED, broken
from reviews.models import (
    Action,
    NamedAccess,
    Review,
)
from reviews.permission_table import EVERYBODY, RULES, Relation, Rule
from reviews.relations import ON_AN_ACTION, RELATIONS, Condition, conflict_of, review_has
from reviews.roles import AGENCY_ROLES
from reviews.viewers import Part, Viewer, viewer_for

__all__ = [
    "PRIVATE_STEPS",
    "OpenTask",
    "Viewer",
    "acts_for",
    "allowed",
    "at_work_on",
    "blocked",
    "doing_for",
    "has_verb",
    "may",
    "may_do",
    "place_of",
    "sections",
    "viewer_for",
    "visible_actions",
    "visible_reviews",
]


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


def blocked(viewer: Viewer) -> Condition:
    """What beats everything: a conflict of interest, or a restricted review that does not name the viewer."""
    named = review_has(NamedAccess.review == Review.id, NamedAccess.person == viewer.person)
    return or_(conflict_of(viewer.person), and_(Review.restricted.is_(True), not_(named)))


def may_be_read(viewer: Viewer) -> Condition:
    """The condition on a review that what it has published is for this reader."""
    return and_(Review.restricted.is_(False), not_(conflict_of(viewer.person)))


def _open_to(part: Part, condition: Condition) -> Condition:
    """What is closed to somebody by a conflict of interest is closed to whoever acts for them."""
    return and_(condition, not_(conflict_of(part.person))) if part.deputy else condition


def allowed(viewer: Viewer, verb: str) -> Condition:
    """The condition on a review under which a viewer has a verb. False where no row gives it."""
    found = [_allowed_as(part, verb) for part in viewer.parts]
    return and_(or_(false(), *found), not_(blocked(viewer)))


def _allowed_as(part: Part, verb: str, *, but: Relation | None = None) -> Condition:
    found = [
        RELATIONS[rule.relation](part, rule.role)
        for rule in _rules_of(verb)
        if _holds(part, rule.role) and rule.relation in RELATIONS
        if rule.relation is not but
    ]
    return _open_to(part, or_(false(), *found))


def at_work_on(part: Part) -> Condition:
    """The reviews somebody sees for their work: what was opened in an emergency gives nobody any."""
    return _allowed_as(part, "see", but=Relation.BROKEN_GLASS)


@cache
def _rules_of(verb: str) -> tuple[Rule, ...]:
    """The rows of one verb: the navigation of every page asks for a dozen of them."""
    return tuple(rule for rule in RULES if rule.verb == verb)


def _holds(holder: Viewer | Part, role: str) -> bool:
    return role in holder.roles or (role == EVERYBODY and bool(holder.roles))


# --- the filters and the questions ---


def visible_reviews(viewer: Viewer) -> Select[Review]:
    """The reviews a viewer may know of: where every list, page, search, export and file read starts."""
    return select(Review).where(allowed(viewer, "see"))


def visible_actions(viewer: Viewer) -> Select[Action]:
    """The actions a viewer may read: of reviews whose plan is open to them, their agency's, their own."""
    if not viewer.roles:
        return select(Action).where(false())
    theirs = or_(false(), *(_actions_of(part) for part in viewer.parts))
    agreed = and_(Action.status != "proposed", theirs, not_(blocked(viewer)))
    return (
        select(Action).join(Review, Review.id == Action.review).where(or_(allowed(viewer, "actions"), agreed))
    )


def _actions_of(part: Part) -> Condition:
    found = [
        ON_AN_ACTION[rule.relation](part, rule.role)
        for rule in _rules_of("see_action")
        if _holds(part, rule.role)
    ]
    return _open_to(part, or_(false(), *found))


PRIVATE_STEPS = ("referral", "suggestion")  # seen by the one who writes them


def may(session: Session, viewer: Viewer, verb: str, review: Review | None = None) -> bool:
    """Whether a viewer has a verb: on a review, or (without one) at all."""
    if review is None:
        return has_verb(viewer, verb)
    return bool(session.scalar(select(exists().where(Review.id == review.id, allowed(viewer, verb)))))


def has_verb(viewer: Viewer, verb: str) -> bool:
    """Whether a viewer has a verb that is about no review. Needs no database."""
    return any(rule.relation is Relation.NO_CASE and _holds(viewer, rule.role) for rule in _rules_of(verb))


def sections(session: Session, viewer: Viewer, review: Review) -> set[str]:
    """The parts of a review that a viewer may open. Empty for somebody who may not know of it."""
    rows = [(part, rule) for part in viewer.parts for rule in _rules_of("see") if _holds(part, rule.role)]
    if not rows:
        return set()
    asked = [
        _open_to(part, RELATIONS[rule.relation](part, rule.role)).label(f"row_{number}")
        for number, (part, rule) in enumerate(rows)
    ]
    answers = session.execute(select(*asked).where(Review.id == review.id, not_(blocked(viewer)))).first()
    if answers is None:
        return set()
    return {
        section for (_, rule), holds in zip(rows, answers, strict=True) if holds for section in rule.sections
    }


def acts_for(session: Session, viewer: Viewer, verb: str, review: Review) -> str | None:
    """Whom a viewer stands in for when using a verb on a review; None when they have it themselves."""
    for part in viewer.parts:
        asked = exists().where(Review.id == review.id, _allowed_as(part, verb))
        if session.scalar(select(asked)):
            return part.person if part.deputy else None
    return None


def may_do(session: Session, viewer: Viewer, task: OpenTask) -> bool:
    """Whether a viewer may complete a task: theirs by name or role and agency, not closed, no guard broken.

    Says nothing of whether it is still open: the engine answers that, with who completed it.
    """
    return doing_for(session, viewer, task) is not None


def doing_for(session: Session, viewer: Viewer, task: OpenTask) -> str | None:
    """In whose place a viewer may complete a task: their own id, that of whom they cover, or None."""
    if _found(session, Review.ref == task.business_key, blocked(viewer)):
        return None
    return place_of(session, viewer, task)


def place_of(session: Session, viewer: Viewer, task: OpenTask) -> str | None:
    """The same of a task that is not about a review which is closed to the viewer. Who has lost their roles
    does nothing, not even what was given to them by name."""
    if not viewer.roles:
        return None
    for part in (*viewer.parts, *(part for part in viewer.deputy_parts if part.shared)):
        if _belongs(session, viewer, part, task) and not _kept_from(session, viewer, part, task):
            return part.person
    return None


def _belongs(session: Session, viewer: Viewer, part: Part, task: OpenTask) -> bool:
    if task.assignee is not None:
        if task.assignee != part.person:
            return False
        if part.shared and not _seen_without(session, viewer, task):
            return False
        return not part.deputy or part.takes(task.role, task.agency)
    if part.shared or task.role not in part.roles:
        return False
    if task.role == "chair":  # the chair of one review has no part in another's
        return _found(session, Review.ref == task.business_key, Review.chair == part.person)
    if task.role in AGENCY_ROLES:
        return task.agency is not None and task.agency in part.agencies_as(task.role)
    return True


def _seen_without(session: Session, viewer: Viewer, task: OpenTask) -> bool:
    """Whether the viewer's own roles show what a task is about; a cover without approval shows no more."""
    if task.step in PRIVATE_STEPS:
        return False
    this = Review.ref == task.business_key
    return not _found(session, this) or _found(session, this, at_work_on(viewer.mine))


def _kept_from(session: Session, viewer: Viewer, part: Part, task: OpenTask) -> bool:
    """A guard of the one who acts, or of the one they act for; or a conflict of interest of the latter."""
    if task.step in GUARDED:
        asked = literal(task.step), literal(task.business_key), literal(task.instance_id, Uuid)
        guards = or_(*(broken(person, *asked) for person in sorted({viewer.person, part.person})))
        if session.scalar(select(guards)):
            return True
    return part.deputy and _found(session, Review.ref == task.business_key, conflict_of(part.person))


def _found(session: Session, *conditions: Condition) -> bool:
    return bool(session.scalar(select(exists().where(*conditions))))
