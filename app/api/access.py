"""The API's rows of the table of routes: the same rules as the pages, and the scope a token needs."""

from __future__ import annotations

from dataclasses import replace

from app.auth.tokens import ANY
from app.pages.rules import (
    HANDS_OVER,
    NO_DATABASE,
    OWN_ACTION,
    OWN_TASK,
    PUBLIC,
    ROLE,
    SEES_ACTION,
    SEES_REVIEW,
    on_review,
    verb,
)
from app.requests import Rule


def _with(rule: Rule, scope: str) -> Rule:
    return replace(rule, scope=scope)


def _part(name: str) -> Rule:
    """A part of a review: the read audit says which."""
    return replace(SEES_REVIEW, scope="reviews:read", part=name)


VERBS = {  # what is done to a review: the last part of its address, and the verb of the permission table
    "pause": "pause",
    "resume": "resume",
    "withdraw": "withdraw",
    "redirect": "statutory_threshold",
    "reopen": "reopen",
}
API_ACCESS: dict[str, Rule] = {
    "api_description.document": _with(NO_DATABASE, ANY),
    "api_description.readable": PUBLIC,
    "api_me.show": _with(ROLE, ANY),
    "api_tasks.index": _with(ROLE, "tasks:read"),
    "api_tasks.show": _with(OWN_TASK, "tasks:read"),
    "api_reviews.index": _with(ROLE, "reviews:read"),
    "api_reviews.show": _with(SEES_REVIEW, "reviews:read"),
    "api_reviews.position": _part("position"),
    "api_reviews.timeline": _part("timeline"),
    "api_reviews.actions": replace(_part("actions"), scope="actions:read"),
    "api_reviews.learning": replace(_part("learning"), scope="learning:read"),
    "api_review_changes.refer": _with(verb("start_referral"), "reviews:write"),
    **{
        f"api_review_changes.{name}": _with(on_review(needed), "reviews:write")
        for name, needed in VERBS.items()
    },
    "api_actions.index": _with(verb("see_action_board"), "actions:read"),
    "api_actions.update": _with(OWN_ACTION, "actions:write"),
    "api_actions.extension": _with(OWN_ACTION, "actions:write"),
    "api_actions.evidence": _with(SEES_ACTION, "actions:write"),
    "api_actions.verification": _with(SEES_ACTION, "actions:write"),
    "api_learning.index": _with(verb("see_learning"), "learning:read"),
    "api_measures.board": _with(verb("see_measures"), "measures:read"),
    "api_calendar.mine": _with(ROLE, "tasks:read"),
    "api_processes.index": _with(verb("see_processes"), "processes:read"),
    "api_processes.versions": _with(verb("see_processes"), "processes:read"),
    "api_processes.show": _with(verb("see_processes"), "processes:read"),
    "api_processes.check": _with(verb("see_processes", only_reads=True), "processes:check"),
    "api_task_changes.claim": _with(OWN_TASK, "tasks:write"),
    "api_task_changes.release": _with(OWN_TASK, "tasks:write"),
    "api_task_changes.hand_over": _with(HANDS_OVER, "tasks:write"),
    "api_task_changes.keep_draft": _with(OWN_TASK, "tasks:write"),
    "api_task_changes.complete": _with(OWN_TASK, "tasks:write"),
}
