"""The API's rows of the table of routes: the same rules as the pages, and the scope a token needs."""

from __future__ import annotations

from dataclasses import replace

from app.auth.tokens import ANY
from app.pages.rules import HANDS_OVER, NO_DATABASE, OWN_TASK, PUBLIC, ROLE
from app.requests import Rule


def _with(rule: Rule, scope: str) -> Rule:
    return replace(rule, scope=scope)


API_ACCESS: dict[str, Rule] = {
    "api_description.document": _with(NO_DATABASE, ANY),
    "api_description.readable": PUBLIC,
    "api_me.show": _with(ROLE, ANY),
    "api_tasks.index": _with(ROLE, "tasks:read"),
    "api_tasks.show": _with(OWN_TASK, "tasks:read"),
    "api_task_changes.claim": _with(OWN_TASK, "tasks:write"),
    "api_task_changes.release": _with(OWN_TASK, "tasks:write"),
    "api_task_changes.hand_over": _with(HANDS_OVER, "tasks:write"),
    "api_task_changes.keep_draft": _with(OWN_TASK, "tasks:write"),
    "api_task_changes.complete": _with(OWN_TASK, "tasks:write"),
}
