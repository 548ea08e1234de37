"""Empty posts: who does a step when nobody holds the role it is meant for (practice 2.7: go to the next
level).
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from engine import house, local_date
from reviews.holders import holders
from reviews.roles import AGENCY_ROLES

STANDS_IN = {
    "agency_manager": "safeguarding_lead",
    "safeguarding_lead": "business_manager",
    "board_member": "qa_chair",
    "business_support": "business_manager",
}


def post_for(session: Session, role: str, agency: str | None) -> tuple[str, str | None]:
    """The role and agency that a step opened today goes to: its own, or the first above that somebody holds.

    Nobody holds the role of an agency for a step that is no agency's.
    """
    on = local_date(house(session).clock.now())
    here, theirs = role, agency
    while not _held(session, here, on, theirs):
        above = STANDS_IN.get(here)
        if above is None:
            return role, agency
        here, theirs = above, agency if above in AGENCY_ROLES else None
    return here, theirs


def _held(session: Session, role: str, on: dt.date, agency: str | None) -> bool:
    if role not in AGENCY_ROLES:
        return bool(holders(session, role, on))
    return agency is not None and bool(holders(session, role, on, agency=agency))
