"""Every route with its access rule. A route that is not here stops the service from starting."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Flask

from app.auth.proofs import hash_for_link, prove_and_hash, prove_by_email, prove_own
from app.auth.tokens import ANY
from app.errors import Destroyed, HeldBack, NotAllowed
from app.pages.any_time import change_named
from app.pages.office import OFFICE_VERBS
from app.requests import Rule, Visit
from app.uploads import examine_upload
from engine import NotFound
from engine import task as task_by_id
from reviews.action_commands import action_named
from reviews.files.reading import file_named, is_open
from reviews.models import Review
from reviews.permissions import may, may_do, visible_reviews
from reviews.record_decisions import certificate_of

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
        _say_if_destroyed(visit, arguments["ref"])
        raise NotFound
    visit.found(review=found)


def _say_if_destroyed(visit: Visit, ref: str) -> None:
    """Who may read certificates is told that a case was destroyed; to everybody else it never was there."""
    if may(visit.session, visit.viewer, "see_certificates"):
        certificate = certificate_of(visit.session, ref)
        if certificate is not None:
            raise Destroyed(certificate.number)


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
PROVIDER = Rule(
    "anybody, to sign in at the organisation's provider", _anybody, public=True, own_transaction=True
)
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


def on_file(name: str) -> Rule:
    """Who has a verb on the review of the document in the address, and sees the document."""
    return Rule(f"may {name} on the document’s review", _on_file(name))


def _own_action(visit: Visit, arguments: Mapping[str, Any]) -> None:
    action = action_named(visit.session, visit.viewer, arguments["ref"])
    if action.owner not in visit.viewer.acting:
        raise NotAllowed("An action is updated by its owner.")


def _cancels_action(visit: Visit, arguments: Mapping[str, Any]) -> None:
    action = action_named(visit.session, visit.viewer, arguments["ref"])
    review = visit.session.get_one(Review, action.review)
    if not may(visit.session, visit.viewer, "cancel_action", review):
        raise NotAllowed("An action is cancelled by the Monitoring chair.")


def _sees_file(visit: Visit, arguments: Mapping[str, Any]) -> None:
    file, review = file_named(visit.session, visit.viewer, arguments["file_id"])
    visit.found(review=review, file=file)


def _opens_file(visit: Visit, arguments: Mapping[str, Any]) -> None:
    """A file that is removed or held back is as if it were not there; the office is told why."""
    _sees_file(visit, arguments)
    if not is_open(visit.file):
        if may(visit.session, visit.viewer, "remove_file", visit.review):
            raise HeldBack(visit.file)
        raise NotFound


def _on_file(verb: str) -> Check:
    def check(visit: Visit, arguments: Mapping[str, Any]) -> None:
        _sees_file(visit, arguments)
        if not may(visit.session, visit.viewer, verb, visit.review):
            raise NotAllowed("Your part in this review does not include that.")

    return check


SEES_FILE = Rule("who may see the document", _sees_file)
OPENS_FILE = Rule("who may see the document, while it can be opened", _opens_file, reads_case=True)
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
    "local.enter": PUBLIC,
    "local.ask_code": PUBLIC,
    "local.check_code": PUBLIC,
    "local.ask_factor": PUBLIC,
    "local.check_factor": PUBLIC,
    "local.ask_forgotten": PUBLIC,
    "local.forgotten": PUBLIC,
    "local.ask_password": ADDRESS_IS_KEY,
    "local.keep_password": ADDRESS_IS_KEY,
    "confirming.ask": SIGNED_IN,
    "confirming.confirm": SIGNED_IN,
    "account.index": SIGNED_IN,
    "account.end_session": SIGNED_IN,
    "account.end_all": SIGNED_IN,
    "credentials.ask_password": SIGNED_IN,
    "credentials.change_password": SIGNED_IN,
    "credentials.ask_begin": SIGNED_IN,
    "credentials.begin_factor": SIGNED_IN,
    "credentials.ask_factor": SIGNED_IN,
    "credentials.check_factor": SIGNED_IN,
    "credentials.ask_codes": SIGNED_IN,
    "credentials.make_codes": SIGNED_IN,
    "demonstration.become": PUBLIC,
    "organisation.begin": PROVIDER,
    "organisation.come_back": PROVIDER,
    "organisation.signed_out": PROVIDER,
    "tokens.index": ROLE,
    "tokens.ask": ROLE,
    "tokens.make": ROLE,
    "tokens.ending": ROLE,
    "tokens.end": ROLE,
    "api_me.show": Rule("anybody with a role, with any token", _with_a_role, scope=ANY),
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
    "any_time.ask_correction": on_review("correct_identity"),
    "any_time.correct": on_review("correct_identity"),
    "any_time.sealed_note": on_review("read_sealed_note"),
    "reviews.index": ROLE,
    "reviews.export": ROLE,
    "reviews.show": SEES_REVIEW,
    "reviews.part": SEES_REVIEW,
    "reviews.diagram": SEES_REVIEW,
    "files.ask": on_review("attach"),
    "files.add": on_review("attach"),
    "files.download": OPENS_FILE,
    "files.ask_remove": SEES_FILE,
    "files.take_away": SEES_FILE,
    "files.ask_destroy": on_file("destroy_file"),
    "files.destroy": on_file("destroy_file"),
    "files.ask_copy": on_file("share_file"),
    "files.copy": on_file("share_file"),
    "files.ask_share": on_file("share_file"),
    "files.share_copy": on_file("share_file"),
    "step_files.show": OWN_TASK,
    "step_files.add": OWN_TASK,
    "step_files.take_back": OWN_TASK,
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
    "children.ask": verb("find_child"),
    "children.find": verb("find_child"),
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
    "people.index": verb("change_people"),
    "people.show": verb("change_people"),
    "inviting.ask_add": verb("change_people"),
    "inviting.add": verb("change_people"),
    "sending.ask_link": verb("change_people"),
    "sending.send_link": verb("change_people"),
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
    "records.index": verb("see_records"),
    "records.show": verb("see_records"),
    "records.decide": verb("retain"),
    "records.approve": verb("approve_destruction"),
    "records.batch": verb("see_records"),
    "records.approve_batch": verb("retain"),
    "retention.index": verb("see_records"),
    "retention.rule": verb("retain"),
    "retention.change": verb("retain"),
    "retention.holds": verb("see_records"),
    "retention.ask_hold": verb("hold_records"),
    "retention.hold": verb("hold_records"),
    "retention.ask_end": verb("hold_records"),
    "retention.end": verb("hold_records"),
    "retention.certified": verb("see_certificates"),
    "retention.certificate": verb("see_certificates"),
    "exports.ask": on_review("export"),
    "exports.make": on_review("export"),
    "work.inbox": ROLE,
    "work.export": ROLE,
    "work.act": ROLE,
    "work.hand_over": ROLE,
    "work.hand_over_to": ROLE,
}
DEMONSTRATION_ONLY = frozenset({"demonstration.become", "mail.index"})
# Sign-in with a password, which there is none of in a demonstration.
LOCAL_ONLY = frozenset(name for name in ACCESS if name.startswith(("local.", "credentials.", "sending.")))
# What asks again who one is, when the last proof is older than a quarter of an hour (ASVS 5.0, 7.5.1, 7.5.3).
STEP_UP = frozenset(
    {
        "credentials.ask_begin",
        "credentials.begin_factor",
        "credentials.ask_codes",
        "credentials.make_codes",
        "inviting.ask_add",
        "inviting.add",
        "sending.ask_link",
        "sending.send_link",
    }
)
# What is slow by design, and done before the transaction that would hold up others.
BEFORE: dict[str, Callable[[], None]] = {
    "local.enter": prove_by_email,
    "local.keep_password": hash_for_link,
    "confirming.confirm": prove_own,
    "credentials.change_password": prove_and_hash,
    "files.add": examine_upload,
    "step_files.add": examine_upload,
}


def access_for(app: Flask) -> dict[str, Rule]:
    """The table for this application: without the demonstration's routes where there is none, and without
    those of passwords in one."""
    present, elsewhere = set(app.view_functions), DEMONSTRATION_ONLY | LOCAL_ONLY
    return {
        name: replace(rule, step_up=name in STEP_UP, before=BEFORE.get(name))
        for name, rule in ACCESS.items()
        if name in present or name not in elsewhere
    }
