"""Another key for what the deployment's secret seals: the states of all processes, what their decisions were
made of, and everybody's drafts.

Done with the service stopped, in one transaction: all of it, or nothing.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.db import house
from engine.decisions_made import DecisionMade, place_of_decision
from engine.drafts import place_of_draft
from engine.execution import place_of_state
from engine.migration.before import place_of_before
from engine.migration.models import MigrationCase
from engine.models import Draft, ProcessInstance
from engine.secrecy import derive_key, open_sealed, seal

BATCH = 50


def seal_again(session: Session, old_secret: bytes) -> tuple[int, int]:
    """Open what another secret sealed and seal it with this house's; how many states and drafts.

    Raises StateUnreadable where one of them was not sealed with `old_secret`: then nothing has changed.
    """
    to = house(session)
    done = [0, 0]
    states = session.scalars(select(ProcessInstance).execution_options(yield_per=BATCH))
    for instance in states:
        place, old = place_of_state(instance), derive_key(old_secret, "state")
        instance.state = _again(instance.state, old, to.state_key, place)
        done[0] += 1
    for draft in session.scalars(select(Draft).execution_options(yield_per=BATCH)):
        place, old = place_of_draft(draft), derive_key(old_secret, "draft")
        draft.answers = _again(draft.answers, old, to.draft_key, place)
        done[1] += 1
    for made in session.scalars(select(DecisionMade).execution_options(yield_per=BATCH)):
        made.told = _again(made.told, derive_key(old_secret, "state"), to.state_key, place_of_decision(made))
    kept = select(MigrationCase).where(MigrationCase.before.is_not(None))
    for case in session.scalars(kept.execution_options(yield_per=BATCH)):
        place, old = place_of_before(case), derive_key(old_secret, "state")
        case.before = _again(case.before or b"", old, to.state_key, place)
    session.flush()
    return done[0], done[1]


def _again(sealed: bytes, old: bytes, new: bytes, place: str) -> bytes:
    return seal(open_sealed(sealed, old, place), new, place)
