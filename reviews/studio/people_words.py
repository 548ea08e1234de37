"""People of a scenario by what they are: "safeguarding lead of sch", "the chair", "the referrer"."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import house, local_date
from engine.scenarios import hint, quoted
from reviews.holders import holders
from reviews.models import Agency, Review
from reviews.roles import AGENCY_ROLES, ROLES
from reviews.studio.wording import Unknown

OF_THE_REVIEW = ("the chair", "the referrer")
SHORT_NAMES = {"safeguarding lead": "safeguarding_lead", "business manager": "business_manager"}


def people_of(session: Session, words: object) -> list[str]:
    """Ids of those who are meant, as they hold the role today. Raises Unknown."""
    said = " ".join(str(words).split())
    if said.lower() in OF_THE_REVIEW:
        review = session.scalars(select(Review).order_by(Review.started_at)).first()
        person = (review.chair if said.lower() == "the chair" else review.referrer) if review else None
        return [person] if person else []
    role, agency = role_and_agency(said, known_agencies(session))
    today = local_date(house(session).clock.now())
    return holders(session, role, today, agency=agency)


def role_of(words: object) -> str:
    """The id of a role that is named by its id or its name. Raises Unknown."""
    found = _known_role(str(words))
    if found is None:
        known = {role.name for role in ROLES.values()} | set(SHORT_NAMES)
        raise Unknown(f"{quoted(words)} is no role.", hint(str(words), known))
    return found


def agency_of(session: Session, words: object) -> str:
    """The id of an agency that is named by its id or its name. Raises Unknown."""
    return one_agency(words, known_agencies(session))


def known_agencies(session: Session) -> dict[str, str]:
    """Every agency's name by its id."""
    return {row.id: row.name for row in session.execute(select(Agency.id, Agency.name))}


def one_agency(words: object, names: Mapping[str, str]) -> str:
    """The id of an agency among these (id -> name). Raises Unknown."""
    known = {name.lower(): each for each, name in names.items()} | {each: each for each in names}
    found = known.get(str(words).lower())
    if found is None:
        raise Unknown(f"{quoted(words)} is no agency.", hint(str(words), names))
    return found


def role_and_agency(said: str, names: Mapping[str, str]) -> tuple[str, str | None]:
    """A role, and of which of these agencies (id -> name) where one is named. Raises Unknown."""
    whole = _known_role(said)
    if whole is not None:
        return whole, None
    before, of, after = said.rpartition(" of ")
    if not of:
        return role_of(said), None
    role = role_of(before)
    if role not in AGENCY_ROLES:
        raise Unknown(f"{quoted(before)} is no role of one agency.", f"Leave out of {after}.")
    return role, one_agency(after, names)


def _known_role(words: str) -> str | None:
    names = {role.name.lower(): role.id for role in ROLES.values()} | {role: role for role in ROLES}
    return (names | SHORT_NAMES).get(words.lower())
