"""Which tasks the lists of somebody hold: those that name them, those of their roles and agencies, and none
of reviews that are closed to them.

Conditions on the engine's `user_task` table. Lists that stop after a page ask for each kind of work by
itself, as each is read from an index, and then which of it is open to whoever looks (`reviews.first_rows`).
"""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import FromClause, and_, false, not_, or_, select, true

from engine.models import UserTask
from reviews.guards import Column, broken
from reviews.models import Conflict, NamedAccess, Review
from reviews.permissions import PRIVATE_STEPS, at_work_on, blocked
from reviews.relations import Condition, conflict_of
from reviews.roles import AGENCY_ROLES
from reviews.viewers import Part, Viewer


def visible_tasks(viewer: Viewer) -> Condition:
    """The condition on the engine's `user_task` table: a viewer's own work and that of their roles."""
    return and_(or_(my_tasks(viewer), team_tasks(viewer)), unblocked_tasks(viewer))


def my_tasks(viewer: Viewer) -> Condition:
    """Tasks that name the viewer, or somebody they cover."""
    return and_(or_(false(), *named_work(viewer)), _left_to(viewer.person))


def named_work(viewer: Viewer) -> list[Condition]:
    """The tasks of `my_tasks`, one condition for each person they name, before `open_to`: each is read from
    an index."""
    if not viewer.roles:
        return []
    own = UserTask.assignee == viewer.person
    return [own, *(_named_in(viewer, part) for part in viewer.deputy_parts)]


def _named_in(viewer: Viewer, part: Part) -> Condition:
    """Tasks that name somebody who is covered, as far as the cover goes."""
    held = [theirs for theirs, _ in part.held]
    wanted: list[Condition] = [UserTask.role.not_in(held)]  # theirs by name, not by a role
    for role in sorted(part.roles):
        whose = UserTask.agency.in_(part.agencies_as(role)) if role in AGENCY_ROLES else true()
        wanted.append(and_(UserTask.role == role, whose))
    found = and_(UserTask.assignee == part.person, or_(*wanted), *_as_deputy(part))
    if not part.shared:
        return found
    return and_(found, _without_case_or_seen(viewer), UserTask.step.not_in(PRIVATE_STEPS))


def _as_deputy(part: Part) -> list[Condition]:
    """Leaves out, for a part of a viewer who acts for somebody, what that person may not do."""
    if not part.deputy:
        return []
    closed = select(Review.ref).where(conflict_of(part.person))
    return [_left_to(part.person), UserTask.business_key.not_in(closed)]


def _without_case_or_seen(viewer: Viewer) -> Condition:
    """Work about no review, or about one that the viewer sees in their own roles."""
    seen = select(Review.ref).where(at_work_on(viewer.mine), not_(blocked(viewer)))
    return or_(UserTask.business_key.in_(seen), UserTask.business_key.not_in(select(Review.ref)))


def team_tasks(viewer: Viewer) -> Condition:
    """Tasks anybody of the viewer's roles may take, and those that name a colleague of the same agency.

    A task of an agency counts only for roles held for that agency. A draft referral is its writer's own.
    """
    return and_(or_(false(), *free_work(viewer), *held_work(viewer)), _left_to(viewer.person))


def free_work(viewer: Viewer) -> list[Condition]:
    """Those of `team_tasks` that nobody has taken yet, one condition for each role (and agency), before
    `open_to`."""
    return [
        and_(UserTask.assignee.is_(None), asked, *_as_deputy(part))
        for part in viewer.parts
        for role in sorted(part.roles)
        for asked in _asked_of(part, role)
    ]


def held_work(viewer: Viewer) -> list[Condition]:
    """Those of `team_tasks` that somebody of an agency has, one condition for each role and agency, before
    `open_to`."""
    return [
        and_(UserTask.assignee.is_not(None), asked, *_as_deputy(part))
        for part in viewer.parts
        for role in sorted(part.roles & AGENCY_ROLES)
        for asked in _asked_of(part, role)
    ]


def _asked_of(part: Part, role: str) -> list[Condition]:
    """What is asked of a role: of the chair of a review, of each agency, or of anybody who holds it."""
    if role == "chair":
        own = select(Review.ref).where(Review.chair == part.person)
        return [and_(UserTask.role == role, UserTask.business_key.in_(own))]
    if role not in AGENCY_ROLES:
        return [UserTask.role == role]
    return [
        and_(UserTask.role == role, UserTask.agency == agency, UserTask.step.not_in(PRIVATE_STEPS))
        for agency in sorted(part.agencies_as(role))
    ]


@lru_cache(maxsize=1000, typed=True)
def _left_to(person: str) -> Condition:
    """Leaves out the steps that a person must leave to another. One page asks for it up to twenty times, and
    putting it together takes longer than running it."""
    return not_(broken(person, UserTask.step, UserTask.business_key, UserTask.instance_id))


def open_to(viewer: Viewer, found: FromClause) -> Condition:
    """The same of rows that were found of the viewer's own work and that of their roles: leaves out what they
    must leave to another, and reviews that are closed to them."""
    here = found.c
    guards = broken(viewer.person, here.step, here.business_key, here.instance_id, found)
    return and_(not_(guards), _unblocked(viewer, here.business_key))


def unblocked_tasks(viewer: Viewer) -> Condition:
    """Leaves out the tasks of reviews that are closed to this person whatever their role.

    Says the same as `blocked`, by the references of those reviews: they are few, and each kind is read from
    an index of its own once, not asked of every task.
    """
    return _unblocked(viewer, UserTask.business_key)


def _unblocked(viewer: Viewer, business_key: Column) -> Condition:
    of = Conflict.review == Review.id
    conflicts = select(Review.ref).join(Conflict, of).where(Conflict.person == viewer.person)
    named = select(NamedAccess.review).where(NamedAccess.person == viewer.person)
    others = select(Review.ref).where(Review.restricted.is_(True), Review.id.not_in(named))
    return and_(business_key.not_in(conflicts), business_key.not_in(others))
