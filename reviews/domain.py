"""What the engine is told of learning reviews: the one place where the two are put together."""

from __future__ import annotations

from sqlalchemy.orm import Session

from engine import Domain
from engine.models import UserTask
from engine.world import Stage
from reviews.form_facts import answers_of
from reviews.late_steps import step_changed
from reviews.left_to_another import leave_to_another
from reviews.notice_files import known_texts
from reviews.posts import post_for
from reviews.quiet_hours import quiet_until
from reviews.recipients import READERS, about_to_remind, recipients
from reviews.record_list import begins, daily
from reviews.restricting import steps_opened
from reviews.roles import ROLES
from reviews.searching import indexing  # noqa: F401  (keeps the words of what is written, for the search)
from reviews.services import registry
from reviews.shipped import brought, domain_findings
from reviews.undelivered import gave_up


def _tasks_opened(session: Session, opened: list[UserTask]) -> None:
    leave_to_another(session, opened)
    steps_opened(session, opened)


def _stage() -> Stage | None:
    from reviews.studio.stage import stage  # the studio rehearses with this very domain

    return stage()


LEARNING_REVIEWS = Domain(
    services=registry,
    findings=domain_findings,
    recipients=recipients,
    post_for=post_for,
    beginnings=daily,
    begins=begins,
    about_to_remind=about_to_remind,
    quiet_until=quiet_until,
    gave_up=gave_up,
    tasks_opened=_tasks_opened,
    task_changed=step_changed,
    answers=answers_of,
    roles=frozenset(ROLES),
    stage=_stage,
    texts=known_texts,
    readers=READERS,
    brought=brought,
)
