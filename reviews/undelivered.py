"""A notice that did not arrive becomes a task for business support, and is sent again or closed there.

Never in a circle: a notice about such a task starts nothing more when it cannot be delivered either, and
however many notices to one person about one case fail, they are one task.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import Actor, house, local_date, newest_version, start
from engine.models import Outbox
from engine.outbox import queue_mail
from reviews.models import Person, Review, UndeliveredNotice
from reviews.notices import subject_of
from reviews.posts import those_told

PROCESS = STEP = "undelivered_notice"
TEXT = "notice_undelivered"
POST_OFFICE = Actor.system("post")


def gave_up(session: Session, notice: Outbox) -> None:
    """Keep that a notice did not arrive; begin the task about it where none is open for it yet."""
    if session.scalar(select(UndeliveredNotice.id).where(UndeliveredNotice.notice == notice.key)):
        return
    row = UndeliveredNotice(
        notice=notice.key,
        person=notice.recipient or "",
        about=notice.about,
        failed_at=house(session).clock.now(),
    )
    session.add(row)
    if not goes_in_a_circle(notice) and newest_version(session, PROCESS) is not None:
        row.process_instance = _open_task(session, row) or _begin(session, notice)


def goes_in_a_circle(notice: Outbox) -> bool:
    """Whether a notice is itself about a notice that did not arrive."""
    items = (notice.payload.get("facts") or {}).get("items") or []
    return notice.payload.get("text") == TEXT or any(item.get("step") == STEP for item in items)


def undelivered_of(session: Session, instance: UUID) -> list[UndeliveredNotice]:
    """The notices that one task is about, oldest first."""
    query = select(UndeliveredNotice).where(UndeliveredNotice.process_instance == instance)
    return list(session.scalars(query.order_by(UndeliveredNotice.failed_at, UndeliveredNotice.notice)))


def unsettled(session: Session) -> int:
    """How many notices did not arrive and have not been settled by anybody."""
    query = select(func.count()).where(UndeliveredNotice.settled_at.is_(None))
    return session.scalar(query) or 0


def notice_facts(session: Session, instance: UUID) -> dict[str, Any]:
    """What the task's form shows: for whom the notices were, their subjects, and why they did not arrive."""
    found = undelivered_of(session, instance)
    person = session.get(Person, found[0].person) if found else None
    keys = [row.notice for row in found]
    sent = session.scalars(select(Outbox).where(Outbox.key.in_(keys)).order_by(Outbox.created_at)).all()
    if person is None or not sent:
        return {}
    return {
        "person": person.name,
        "email": person.email,
        "subjects": "\n".join(dict.fromkeys(subject_of(session, each) for each in sent)),
        "why": why_not(sent[-1]),
    }


def why_not(notice: Outbox) -> str:
    """Why a notice did not arrive, as a sentence. What came of a fault is only a name, and says little."""
    fault = notice.fault or ""
    return fault if " " in fault else "It was not taken, after several attempts."


def own_key(notice: Outbox) -> str:
    """What a task is about whose notice belongs to no review."""
    return f"NOTICE-{notice.id.hex[:8].upper()}"


def _open_task(session: Session, row: UndeliveredNotice) -> UUID | None:
    same = (UndeliveredNotice.person == row.person, UndeliveredNotice.about == row.about)
    query = select(UndeliveredNotice.process_instance).where(
        *same, UndeliveredNotice.settled_at.is_(None), UndeliveredNotice.process_instance.is_not(None)
    )
    return session.scalars(query.limit(1)).first()


def _begin(session: Session, notice: Outbox) -> UUID:
    """Start the process under the review's reference, so that who may not open the review sees nothing."""
    ref = session.scalar(select(Review.ref).where(Review.ref == notice.about))
    key = ref or own_key(notice)
    told = {"notice": {"key": notice.key, "person": notice.recipient}}
    instance = start(session, PROCESS, business_key=key, variables=told, by=POST_OFFICE)
    today = local_date(house(session).clock.now())
    for person in those_told(session, "business_support", None, today):
        if person != notice.recipient:
            queue_mail(session, to=person, text=TEXT, about=key, facts={})
    return instance
