"""The Board and its sub-groups: what each is called until the partnership says otherwise."""

from __future__ import annotations

from sqlalchemy.orm import Session

from reviews.models import Body

NAMES: dict[str, str] = {
    "board": "Safeguarding Children Board",
    "qapm": "Quality Assurance and Performance Management Sub-group",
    "monitoring": "Monitoring Sub-group",
    "training": "Training Sub-group",
    "scr": "Serious Case Review Sub-group",
    "policy": "Policy and Practice Sub-group",
}


def found_body(session: Session, body: str) -> Body:
    """The row of a body; a new installation gets it with the policy's name for it. Raises KeyError."""
    row = session.get(Body, body)
    if row is None:
        row = Body(id=body, name=NAMES[body], quorum="")
        session.add(row)
        session.flush()
    return row
