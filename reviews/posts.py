"""Empty posts: who does a step when nobody holds the role it is meant for (practice 2.7: go to the next
level).
"""

from __future__ import annotations

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
    """The role and agency that a step opened today goes to: its own, or the first above that somebody
    holds."""
    on = local_date(house(session).clock.now())
    here, theirs = role, agency
    while not holders(session, here, on, agency=theirs if here in AGENCY_ROLES else None):
        above = STANDS_IN.get(here)
        if above is None:
            return role, agency
        here, theirs = above, agency if above in AGENCY_ROLES else None
    return here, theirs
