"""The measure of whether the process itself works: what nobody has, what is late, stuck or undelivered."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from engine.models import Deadline, ProcessInstance, UserTask
from reviews.holders import holders
from reviews.measures.lines import Line, Window
from reviews.models import PolicyDocument, UndeliveredNotice
from reviews.roles import AGENCY_ROLES

NOBODY, LATE, STUCK = "Steps that nobody has", "Steps overdue", "Cases that are stuck"
UNDELIVERED, POLICY = "Notices undelivered", "Policies past their review"


def health(window: Window) -> list[Line]:
    """26. What is to be put right today; none (H3).

    Rows: open `user_task` without an assignee whose role nobody holds today; open `user_task` of a case that
    is not paused past its `deadline.due_on`; `process_instance` that is stuck; `undelivered_notice` that is
    not settled; `policy_document` past its `review_due`.
    """
    found = [*_steps(window), *_cases(window), *_notices(window), *_policies(window)]
    return window.within(found)


def _steps(window: Window) -> Iterator[Line]:
    query = (
        select(UserTask, Deadline.due_on, ProcessInstance.status)
        .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
        .join(Deadline, Deadline.task_id == UserTask.id, isouter=True)
        .where(UserTask.status == "open")
    )
    held: dict[tuple[str, str | None], bool] = {}
    for task, due, status in window.session.execute(query):
        agency = task.agency if task.role in AGENCY_ROLES else None
        post = (task.role, agency)
        if post not in held:
            held[post] = bool(holders(window.session, task.role, window.today, agency=agency))
        told = ("trouble", window.today, task.business_key, task.name, task.agency or "")
        if task.assignee is None and not held[post]:
            yield Line(*told, NOBODY)
        if due is not None and due < window.today and status != "paused":
            yield Line(*told, LATE)


def _cases(window: Window) -> Iterator[Line]:
    query = select(ProcessInstance.business_key).where(ProcessInstance.status == "stuck")
    for case in window.session.scalars(query):
        yield Line("trouble", window.today, case, group=STUCK)


def _notices(window: Window) -> Iterator[Line]:
    query = select(UndeliveredNotice.about).where(UndeliveredNotice.settled_at.is_(None))
    for about in window.session.scalars(query):
        yield Line("trouble", window.today, about, group=UNDELIVERED)


def _policies(window: Window) -> Iterator[Line]:
    query = select(PolicyDocument.title).where(
        PolicyDocument.review_due < window.today, PolicyDocument.withdrawn_on.is_(None)
    )
    for title in window.session.scalars(query):
        yield Line("trouble", window.today, what=title, group=POLICY)
