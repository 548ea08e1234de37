"""What every change of the partnership’s own things begins with: permission, a trace and a history.

Settings, agencies, bodies and the lists that forms offer share one history (table `setting_change`), each
under its own key: `review_limit`, `agency:a_...`, `body:qapm`, `list:themes`.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import Actor, Refused, record
from reviews.acting import now_of
from reviews.models import SettingChange
from reviews.permissions import Viewer, may

ABOUT = "partnership"
Facts = dict[str, Any]


def may_change(session: Session, viewer: Viewer, reason: str) -> str:
    """The reason, without the space around it. Raises Refused without the permission, or without a reason."""
    if not may(session, viewer, "change_settings"):
        raise Refused("Your role does not include changing settings.")
    if not reason.strip():
        raise Refused("Enter why it is changed", about="reason")
    return reason.strip()


def still_as_seen(session: Session, key: str, seen: int | None) -> None:
    """Raises Refused where somebody changed a thing after it was shown with `seen` entries of its history."""
    if seen is not None and seen != times_changed(session, key):
        raise Refused("Somebody else has changed this meanwhile. Look at it below, and send yours again.")


def times_changed(session: Session, key: str) -> int:
    """How many entries the history of one thing has."""
    return session.scalar(select(func.count()).where(SettingChange.setting == key)) or 0


def keep(session: Session, viewer: Viewer, key: str, old: Any, new: Any, reason: str) -> None:
    """Leave a change in the audit log and in the history. The log names the thing, never its words."""
    record(
        session,
        kind="setting.changed",
        business_key=ABOUT,
        actor=Actor(viewer.person),
        subject=key,
        details={"name": key},
    )
    session.add(
        SettingChange(
            setting=key,
            old=old,
            new=new,
            reason=reason,
            changed_at=now_of(session),
            changed_by=viewer.person,
        )
    )
    session.flush()


def history_of(session: Session, key: str) -> list[SettingChange]:
    """What was changed of one thing, newest first."""
    query = select(SettingChange).where(SettingChange.setting == key)
    return list(session.scalars(query.order_by(SettingChange.changed_at.desc(), SettingChange.id)))
