"""Finding a child again, for the Head and the Board's office.

What is looked for is sent in the body of a request and is in no address; nothing of it comes back but what
the person typed themselves.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from app.page_forms import questions
from app.requests import Visit
from reviews.same_child import Likely, find_child

children = Blueprint("children", __name__)


@children.get("/find-a-child")
def ask(at: Visit) -> ResponseReturnValue:
    """For whom, and why."""
    return questions("find_child", at).page("find_child", at, found=None)


@children.post("/find-a-child")
def find(at: Visit) -> ResponseReturnValue:
    """The references that this person may open. No review, or none open to them: the same words."""
    asked, found = questions("find_child", at), list[Likely]()

    def act(told: dict[str, Any]) -> None:
        found.extend(find_child(at.session, at.viewer, told, reason=told["reason"]))

    if not asked.sent(at, act):
        return asked.page("find_child", at, found=None), 422
    return asked.page("find_child", at, found=found)
