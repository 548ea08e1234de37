"""Every route with its access rule. A route that is not here stops the service from starting."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import Flask

from app.errors import NotAllowed
from app.pages.any_time import change_named
from app.pages.office import OFFICE_VERBS
from app.requests import Rule, Visit
from engine import NotFound
from engine import task as task_by_id
from reviews.action_commands import action_named
from reviews.models import Review
from reviews.permissions import may, may_do, visible_reviews

Check = Callable[[Visit, Mapping[str, Any]], None]


def _anybody(_visit: Visit, _arguments: Mapping[str, Any]) -> None:
    """No condition."""


def _with_a_role(visit: Visit, _arguments: Mapping[str, Any]) -> None:
    if not visit.viewer.roles:
        raise NotAllowed("You have no role in this service yet. Ask the Board’s business team for one.")


def _verb(verb: str) -> Check:
    def check(visit: Visit, _arguments: Mapping[str, Any]) -> None:
        if not may(visit.session, visit.viewer, verb):
            raise NotAllowed("Your role does not include this page.")

    return check


def _sees_review(visit: Visit, arguments: Mapping[str, Any]) -> None:
    """404, not 403, where there is no relation: even to know that a review exists is too much."""
    found = visit.session.scalar(visible_reviews(visit.viewer).where(Review.ref == arguments["ref"]))
    if found is None:
        raise NotFound
    visit.found(review=found)


def _on_review(verb: str) -> Check:
    def check(visit: Visit, arguments: Mapping[str, Any]) -> None:
        _sees_review(visit, arguments)
        if not may(visit.session, visit.viewer, verb, visit.review):
            raise NotAllowed("Your part in this review does not include that.")

    return check


def _own_task(visit: Visit, arguments: Mapping[str, Any]) -> None:
    """Who may do a task may open it, and who completed it may read it. Others learn of it only if they see
    its review."""
    found = task_by_id(visit.session, UUID(str(arguments["task_id"])))
    done_by_them = found.completed_by == visit.viewer.person
    if not done_by_them and not may_do(visit.session, visit.viewer, found):
        seen = visible_reviews(visit.viewer).where(Review.ref == found.business_key)
        if visit.session.scalar(seen) is None:
            raise NotFound
        who = visit.names.person(found.assignee) or visit.names.role(found.role, found.agency)
        raise NotAllowed(
            f"“{found.name}” is for {who}. You can follow this review, but not complete this step."
        )
    visit.found(task=found)


PUBLIC = Rule("anybody", _anybody, public=True)
NO_DATABASE = Rule("anybody", _anybody, public=True, without_database=True)
SIGNED_IN = Rule("anybody who is signed in", _anybody)
ROLE = Rule("anybody with a role", _with_a_role)
OWN_TASK = Rule("who may do the task, or did it", _own_task)
SEES_REVIEW = Rule("who may see the review", _sees_review, reads_case=True)


def _change(visit: Visit, arguments: Mapping[str, Any]) -> None:
    _on_review(change_named(arguments["change"]).verb)(visit, arguments)


def _office(visit: Visit, _arguments: Mapping[str, Any]) -> None:
    if not any(may(visit.session, visit.viewer, each) for each in OFFICE_VERBS):
        raise NotAllowed("Your role does not include this page.")


def verb(name: str) -> Rule:
    """Who has a verb that is about no review."""
    return Rule(f"may {name}", _verb(name))


def on_review(name: str) -> Rule:
    """Who has a verb on the review in the address."""
    return Rule(f"may {name} on the review", _on_review(name))


def _own_action(visit: Visit, arguments: Mapping[str, Any]) -> None:
    action = action_named(visit.session, visit.viewer, arguments["ref"])
    if action.owner not in visit.viewer.acting:
        raise NotAllowed("An action is updated by its owner.")


def _cancels_action(visit: Visit, arguments: Mapping[str, Any]) -> None:
    action = action_named(visit.session, visit.viewer, arguments["ref"])
    review = visit.session.get_one(Review, action.review)
    if not may(visit.session, visit.viewer, "cancel_action", review):
        raise NotAllowed("An action is cancelled by the Monitoring chair.")


OWN_ACTION = Rule("the action's owner", _own_action)
CANCELS_ACTION = Rule("may cancel_action on the action's review", _cancels_action)
ADDRESS_IS_KEY = Rule("who has the secret address", _anybody, public=True)
CHANGE = Rule("may make that change to the review", _change)

ACCESS: dict[str, Rule] = {
    "static": NO_DATABASE,
    "health.live": NO_DATABASE,
    "health.ready": PUBLIC,
    "pages.accessibility": PUBLIC,
    "pages.privacy": PUBLIC,
    "pages.contact": PUBLIC,
    "auth.sign_in": PUBLIC,
    "auth.stay": SIGNED_IN,
    "auth.sign_out": PUBLIC,
    "demonstration.become": PUBLIC,
    "steps.show": OWN_TASK,
    "steps.answer": OWN_TASK,
    "steps.autosave": OWN_TASK,
    "steps.done": OWN_TASK,
    "answers.ask": OWN_TASK,
    "answers.say": OWN_TASK,
    "time_requests.index": verb("see_time_requests"),
    "time_requests.show": verb("see_time_requests"),
    "time_requests.answer": verb("see_time_requests"),
    "action_changes.ask_update": OWN_ACTION,
    "action_changes.update": OWN_ACTION,
    "action_changes.ask_cancel": CANCELS_ACTION,
    "action_changes.cancel": CANCELS_ACTION,
    "action_changes.ask_add": on_review("add_action"),
    "action_changes.add": on_review("add_action"),
    "meetings.ask_move": on_review("arrange_meeting"),
    "meetings.move": on_review("arrange_meeting"),
    "meetings.ask_cancel": on_review("arrange_meeting"),
    "meetings.cancel": on_review("arrange_meeting"),
    "meetings.file": SEES_REVIEW,
    "calendar.feed": ADDRESS_IS_KEY,
    "calendar.mine": ROLE,
    "calendar.make": ROLE,
    "calendar.end": ROLE,
    "any_time.child_at_risk": SEES_REVIEW,
    "any_time.ask": CHANGE,
    "any_time.do": CHANGE,
    "any_time.identity": on_review("show_identity"),
    "any_time.show": on_review("show_identity"),
    "any_time.sealed_note": on_review("read_sealed_note"),
    "reviews.index": ROLE,
    "reviews.export": ROLE,
    "reviews.show": SEES_REVIEW,
    "reviews.part": SEES_REVIEW,
    "reviews.diagram": SEES_REVIEW,
    "actions.board": verb("see_action_board"),
    "actions.export": verb("see_action_board"),
    "learning.index": verb("see_learning"),
    "learning.briefing": verb("see_learning"),
    "search.results": ROLE,
    "starts.refer": verb("start_referral"),
    "starts.begin_referral": verb("start_referral"),
    "starts.suggest": verb("suggest_case"),
    "starts.begin_suggestion": verb("suggest_case"),
    "calendars.index": verb("change_calendars"),
    "calendars.days": verb("change_calendars"),
    "calendars.add_days": verb("change_calendars"),
    "calendars.remove_day": verb("change_calendars"),
    "calendars.ask_region": verb("change_calendars"),
    "calendars.change_region": verb("change_calendars"),
    "calendars.term": verb("change_calendars"),
    "calendars.add_term": verb("change_calendars"),
    "calendars.remove_term": verb("change_calendars"),
    "calendars.holiday": verb("change_calendars"),
    "calendars.add_holiday": verb("change_calendars"),
    "calendars.remove_holiday": verb("change_calendars"),
    "calendars.meeting": verb("change_calendars"),
    "calendars.add_meeting": verb("change_calendars"),
    "calendars.ask_move": verb("change_calendars"),
    "calendars.move_meeting": verb("change_calendars"),
    "calendars.remove_meeting": verb("change_calendars"),
    "stuck.index": verb("see_stuck"),
    "stuck.again": verb("see_stuck"),
    "mail.index": SIGNED_IN,
    "notices.index": verb("see_undelivered"),
    "notices.person": verb("see_undelivered"),
    "notices.texts": verb("change_texts"),
    "notices.text": verb("change_texts"),
    "notices.change": verb("change_texts"),
    "office.index": Rule("may do something of the office's", _office),
    "absence.index": ROLE,
    "absence.new": ROLE,
    "absence.add": ROLE,
    "absence.new_for": verb("change_people"),
    "absence.add_for": verb("change_people"),
    "absence.change": ROLE,
    "absence.keep": ROLE,
    "absence.end": ROLE,
    "absence.covers": verb("approve_cover"),
    "absence.decide": verb("approve_cover"),
    "permissions.index": verb("see_permissions"),
    "emergency.ask": verb("open_in_emergency"),
    "emergency.open_review": verb("open_in_emergency"),
    "emergency.end": verb("open_in_emergency"),
    "review_access.show": on_review("name_access"),
    "review_access.name": on_review("name_access"),
    "review_access.take_off": on_review("name_access"),
    "review_access.lift": on_review("restrict_access"),
    "people.index": verb("change_people"),
    "people.show": verb("change_people"),
    "people.new_role": verb("change_people"),
    "people.give_role": verb("change_people"),
    "people.ending": verb("change_people"),
    "people.end_role": verb("change_people"),
    "leaving.begin": verb("change_people"),
    "leaving.last_day": verb("change_people"),
    "leaving.roles": verb("change_people"),
    "leaving.keep_roles": verb("change_people"),
    "leaving.work": verb("change_people"),
    "leaving.keep_work": verb("change_people"),
    "leaving.check": verb("change_people"),
    "leaving.confirm": verb("change_people"),
    "leaving.undo": verb("change_people"),
    "work.inbox": ROLE,
    "work.export": ROLE,
    "work.act": ROLE,
    "work.hand_over": ROLE,
    "work.hand_over_to": ROLE,
}
DEMONSTRATION_ONLY = frozenset({"demonstration.become", "mail.index"})


def access_for(app: Flask) -> dict[str, Rule]:
    """The table for this application: without the demonstration's routes where there is none."""
    present = set(app.view_functions)
    return {name: rule for name, rule in ACCESS.items() if name in present or name not in DEMONSTRATION_ONLY}
