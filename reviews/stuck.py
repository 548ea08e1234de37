"""Cases that cannot go on, as those who keep the processes running see them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from engine import Actor, Refused, StuckRow, retry_stuck, stuck_instances
from reviews.permissions import Viewer, may

VERB = "see_stuck"


def stuck_cases(session: Session, viewer: Viewer) -> list[StuckRow]:
    """Every case that is stuck, the longest first; none for somebody without the verb."""
    return stuck_instances(session) if may(session, viewer, VERB) else []


def try_again(session: Session, viewer: Viewer, instance_id: UUID) -> None:
    """Let a stuck case run again. Raises Refused without the verb or when it is not stuck; NotFound."""
    if not may(session, viewer, VERB):
        raise Refused("Your role does not include this.")
    retry_stuck(session, instance_id, by=Actor(viewer.person))
