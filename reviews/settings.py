"""Named values that the Board's business manager may change, with the defaults of current practice."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine import remembered
from reviews.models import Setting, SettingChange

DEFAULTS: dict[str, tuple[str, Any]] = {
    "review_limit": ("How many reviews may be at work at once", 6),
    "chair_load": ("How many open reviews one person chairs at most", 2),
    "meeting_within": ("Working days after acceptance within which a review meets", 30),
    "next_meeting_within": ("Working days after a meeting within which a further one is held", 20),
    "notices_from": ("Notices leave on working days from (time of day)", "07:00"),
    "notices_to": ("Notices leave on working days until (time of day)", "19:00"),
    "qa_papers_days": ("Working days before a QA meeting by which papers go out", 5),
    "theme_alert": ("Reviews in twelve months after which a theme is pointed out", 3),
    "action_amber_days": ("Working days before a due date from which an action needs a recent update", 10),
    "action_longest_months": (
        "Longest time for an action without the Monitoring chair's agreement, months",
        6,
    ),
    "board_name": ("Name of the Board", "Safeguarding Children Board"),
    "contact_phone": ("Telephone number shown on every page", ""),
    "reply_to": ("E-mail address to which replies to notices go", ""),
    "ground_rules": (
        "Ground rules shown on invitations, agendas and meeting pages",
        (
            "We are here to learn, not to blame. We ask why something made sense at the time. We speak for "
            "our agency and respect each other. Notes record learning and do not name staff."
        ),
    ),
    "wellbeing_contact": ("Whom practitioners can turn to for support", ""),
    "meeting_purpose": (
        "Purpose of a review meeting",
        "To learn together what helped and what got in the way, and to agree what changes now.",
    ),
    "agenda_items": (
        "Items of an agenda, one a line",
        (
            "Welcome, purpose and ground rules\n"
            "Confidentiality\n"
            "Who is here\n"
            "The child: who they are and what life was like\n"
            "Timeline in brief\n"
            "What happened and why\n"
            "What worked\n"
            "What got in the way\n"
            "The view of the family\n"
            "Learning points\n"
            "What must change now\n"
            "Actions with owner and date\n"
            "Wellbeing and next steps\n"
        ),
    ),
    "what_to_prepare": (
        "What an agency is asked to prepare",
        "Read the file and talk to your staff if you can. One page is enough; a chronology is not needed.",
    ),
    "what_is_shared": (
        "What an agency is told about sharing",
        "What you write is read by the review's own team. The meeting hears what you choose to bring.",
    ),
    "anonymity": (
        "Words beside the shareable summary",
        "No names, dates, places or rare facts. Ask whether a neighbour or a journalist would know.",
    ),
    "method": (
        "How a review is held, as its summary begins",
        "Each agency prepared one page. Practitioners and managers met and talked it through.",
    ),
    "immediate_danger": (
        "Words shown before a referral",
        "This form does not report a child at risk now. If a child is in immediate danger call 999.",
    ),
}


_STORED = select(Setting.id, Setting.value).where(Setting.id.in_(bindparam("names", expanding=True)))


def setting(session: Session, name: str) -> Any:
    """The value of a setting: the stored one, else the default. Raises KeyError for an unknown name."""
    return remembered(session, ("setting", name), lambda: _stored(session, name))


def _stored(session: Session, name: str) -> Any:
    row = session.get(Setting, name)
    return row.value if row is not None else DEFAULTS[name][1]


def settings(session: Session, *names: str) -> dict[str, Any]:
    """The values of several settings, by one statement. Raises KeyError for an unknown name."""
    stored = {row.id: row.value for row in session.execute(_STORED, {"names": names})}
    return {name: stored.get(name, DEFAULTS[name][1]) for name in names}


def change_setting(session: Session, name: str, value: Any, *, by: str, now: dt.datetime) -> None:
    """Store a value and keep what it was. Raises KeyError for an unknown name."""
    title, default = DEFAULTS[name]
    row = session.get(Setting, name)
    old = row.value if row is not None else default
    if row is None:
        row = Setting(id=name, value=value, title=title)
        session.add(row)
    row.value, row.changed_at, row.changed_by = value, now, by
    session.add(SettingChange(setting=name, old=old, new=value, changed_at=now, changed_by=by))
