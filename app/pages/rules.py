"""Who may use a route: the conditions that `app.pages.routes` chooses from, each with its words.

They ask `reviews.permissions` and raise: NotFound where even knowing is too much, NotAllowed with a sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from app.errors import Destroyed, HeldBack, NotAllowed
from app.pages.any_time import change_named
from app.pages.office import OFFICE_VERBS
from app.requests import Rule, Visit
from engine import NotFound
from engine import task as task_by_id
from reviews.action_commands import action_named
from reviews.disclosure_check.steps import review_of_task
from reviews.doing import doing
from reviews.files.reading import file_named, is_open
from reviews.handing_over import may_hand_over
from reviews.models import Review
from reviews.permissions import may, visible_reviews
from reviews.record_decisions import certificate_of
from reviews.writing.writers import may_write

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
    if not _does(visit, arguments):
        _say_whose(visit)


def _does(visit: Visit, arguments: Mapping[str, Any]) -> bool:
    """Whether the task is for this person to do, or was done by them; it is found in any case."""
    looked = doing(visit.session, visit.viewer, UUID(str(arguments["task_id"])))
    visit.doing = looked
    visit.found(task=looked.task)
    return looked.place is not None or looked.task.completed_by == visit.viewer.person


def _say_whose(visit: Visit) -> None:
    """Refuse a task, to those who see its review with whose it is."""
    found = visit.task
    seen = visible_reviews(visit.viewer).where(Review.ref == found.business_key)
    if visit.session.scalar(seen) is None:
        raise NotFound
    who = visit.names.person(found.assignee) or visit.names.role(found.role, found.agency)
    raise NotAllowed(f"“{found.name}” is for {who}. You can follow this review, but not complete this step.")


def _writes(visit: Visit, arguments: Mapping[str, Any]) -> None:
    """Who was asked to write parts of a step may open it, too."""
    if not _does(visit, arguments) and not may_write(visit.session, visit.viewer, visit.task):
        _say_whose(visit)


def _hands_over(visit: Visit, arguments: Mapping[str, Any]) -> None:
    found = task_by_id(visit.session, UUID(str(arguments["task_id"])))
    if not may_hand_over(visit.session, visit.viewer, found):
        raise NotFound
    visit.found(task=found)


PUBLIC = Rule("anybody", _anybody, public=True)
NO_DATABASE = Rule("anybody", _anybody, public=True, without_database=True)
PROVIDER = Rule(
    "anybody, to sign in at the organisation's provider", _anybody, public=True, own_transaction=True
)


def _checks_text(visit: Visit, arguments: Mapping[str, Any]) -> None:
    _own_task(visit, arguments)
    visit.found(review=review_of_task(visit.session, visit.task))


SIGNED_IN = Rule("anybody who is signed in", _anybody)
ROLE = Rule("anybody with a role", _with_a_role)
OWN_TASK = Rule("who may do the task, or did it", _own_task)
WRITES = Rule("who may do the task, did it, or was asked to write parts of it", _writes)
HANDS_OVER = Rule("who may hand the task over", _hands_over)
CHECKS_TEXT = Rule(
    "who may do the task, of a text that is checked", _checks_text, reads_case=True, note="identity.compared"
)
SEES_REVIEW = Rule("who may see the review", _sees_review, reads_case=True)


def _change(visit: Visit, arguments: Mapping[str, Any]) -> None:
    _on_review(change_named(arguments["change"]).verb)(visit, arguments)


def _office(visit: Visit, _arguments: Mapping[str, Any]) -> None:
    if not any(may(visit.session, visit.viewer, each) for each in OFFICE_VERBS):
        raise NotAllowed("Your role does not include this page.")


def verb(name: str, *, only_reads: bool = False) -> Rule:
    """Who has a verb that is about no review."""
    return Rule(f"may {name}", _verb(name), only_reads=only_reads)


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


def _sees_action(visit: Visit, arguments: Mapping[str, Any]) -> None:
    action_named(visit.session, visit.viewer, arguments["ref"])


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
SEES_ACTION = Rule("who may see the action", _sees_action)
CANCELS_ACTION = Rule("may cancel_action on the action's review", _cancels_action)
SHOWS_TOKEN = Rule("who shows the token of the settings", _anybody, public=True)
ADDRESS_IS_KEY = Rule("who has the secret address", _anybody, public=True)
OFFICE = Rule("may do something of the office's", _office)
CHANGE = Rule("may make that change to the review", _change)
