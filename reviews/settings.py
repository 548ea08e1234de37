"""Named values that the Board's office may change (`reviews.changing_settings`), with the defaults of current
practice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine import remembered
from reviews.models import Setting

NUMBER, TIME, EMAIL, LINE, WORDS = "number", "time", "email", "line", "words"
WHO, LIMITS, TEXTS = "Who you are", "Limits and times", "Words that people read"
TARGETS = "Targets of the measures"


@dataclass(frozen=True)
class Known:
    """One setting: its words, its default, of which kind its value is, and what a number must lie between."""

    title: str
    default: Any
    kind: str
    group: str
    hint: str = ""
    least: int = 0
    most: int = 0

    @property
    def may_be_empty(self) -> bool:
        """Whether it can be left empty: where it is empty to begin with."""
        return bool(self.default == "")


SETTINGS: dict[str, Known] = {
    "board_name": Known(
        "Name of the Board",
        "Safeguarding Children Board",
        LINE,
        WHO,
    ),
    "contact_phone": Known(
        "Telephone number shown on every page",
        "",
        LINE,
        WHO,
        hint="Left empty, no number is shown.",
    ),
    "reply_to": Known(
        "Email address to which replies to notices go",
        "",
        EMAIL,
        WHO,
        hint="Left empty, replies go to the address that notices come from.",
    ),
    "wellbeing_contact": Known(
        "Whom practitioners can turn to for support",
        "",
        WORDS,
        WHO,
    ),
    "review_limit": Known(
        "How many reviews may be at work at once",
        6,
        NUMBER,
        LIMITS,
        least=1,
        most=200,
    ),
    "chair_load": Known(
        "How many open reviews one person chairs at most",
        2,
        NUMBER,
        LIMITS,
        least=1,
        most=50,
    ),
    "meeting_within": Known(
        "Working days after acceptance within which a review meets",
        30,
        NUMBER,
        LIMITS,
        least=1,
        most=250,
    ),
    "next_meeting_within": Known(
        "Working days after a meeting within which a further one is held",
        20,
        NUMBER,
        LIMITS,
        least=1,
        most=250,
    ),
    "qa_papers_days": Known(
        "Working days before a QA meeting by which papers go out",
        5,
        NUMBER,
        LIMITS,
        least=1,
        most=60,
    ),
    "action_amber_days": Known(
        "Working days before a due date from which an action needs a recent update",
        10,
        NUMBER,
        LIMITS,
        least=0,
        most=120,
    ),
    "theme_alert": Known(
        "In how many reviews a theme must come up to be pointed out",
        3,
        NUMBER,
        LIMITS,
        least=2,
        most=100,
    ),
    "theme_alert_months": Known(
        "Months within which those reviews count",
        12,
        NUMBER,
        LIMITS,
        least=1,
        most=60,
    ),
    "notices_from": Known(
        "Notices leave on working days from",
        "07:00",
        TIME,
        LIMITS,
        hint="With the same time for both, notices leave at any time.",
    ),
    "notices_to": Known(
        "Notices leave on working days until",
        "19:00",
        TIME,
        LIMITS,
        hint="With the same time for both, notices leave at any time.",
    ),
    "immediate_danger": Known(
        "Words shown before a referral",
        ("This form does not report a child at risk now. If a child is in immediate danger call 999."),
        WORDS,
        TEXTS,
    ),
    "ground_rules": Known(
        "Ground rules shown on invitations, agendas and meeting pages",
        (
            "We are here to learn, not to blame. We ask why something made sense at the time. "
            "We speak for our agency and respect each other. Notes record learning and do not "
            "name staff."
        ),
        WORDS,
        TEXTS,
    ),
    "meeting_purpose": Known(
        "Purpose of a review meeting",
        ("To learn together what helped and what got in the way, and to agree what changes now."),
        WORDS,
        TEXTS,
    ),
    "agenda_items": Known(
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
            "Wellbeing and next steps"
        ),
        WORDS,
        TEXTS,
    ),
    "what_to_prepare": Known(
        "What an agency is asked to prepare",
        ("Read the file and talk to your staff if you can. One page is enough; a chronology is not needed."),
        WORDS,
        TEXTS,
    ),
    "what_is_shared": Known(
        "What an agency is told about sharing",
        ("What you write is read by the review's own team. The meeting hears what you choose to bring."),
        WORDS,
        TEXTS,
    ),
    "anonymity": Known(
        "Words beside the shareable summary",
        ("No names, dates, places or rare facts. Ask whether a neighbour or a journalist would know."),
        WORDS,
        TEXTS,
    ),
    "method": Known(
        "How a review is held, as its summary begins",
        ("Each agency prepared one page. Practitioners and managers met and talked it through."),
        WORDS,
        TEXTS,
    ),
}


_SHARES = {
    "good_practice": ("Referrals of good practice", 25),
    "receipt": ("Receipts sent within 2 working days", 95),
    "decision": ("Referrals decided within 10 working days", 90),
    "meeting": ("First meetings within 30 working days", 85),
    "summary": ("Summaries within 20 working days", 85),
    "qa": ("Reviews presented to the QA sub-group within 6 months", 90),
    "preparation": ("Agency preparation on time", 90),
    "attendance": ("Agencies that came or sent a deputy", 90),
    "practitioner": ("Agencies that came with a practitioner", 100),
    "family": ("Reviews in which the family’s view was sought", 75),
    "voice": ("Summaries with the child’s voice", 100),
    "overdue": ("Open actions overdue, at most", 10),
    "closed": ("Actions closed by their first date", 80),
    "evidence": ("Verified actions with a measure and evidence", 100),
    "escalation": ("Escalations answered within 5 working days", 90),
    "returned": ("Plans returned by the QA sub-group, at most", 20),
    "briefing": ("Briefings within 10 working days", 90),
    "cascade": ("Cascade confirmed within 20 working days", 90),
    "impact": ("Reviews with change that is sustained", 70),
    "impact_evidence": ("Impact with evidence before and after", 100),
    "events": ("Terms with their learning event", 100),
    "feedback": ("Practitioners who felt safe, and who were told the outcome", 85),
}
_MOST_OF = {
    "deferred": "Reviews that wait for room over 60 working days, at most",
    "repeat_themes": "Themes that came back within twelve months, at most",
    "health": "Things to put right in the process, at most",
}
SETTINGS |= {
    **{
        f"target_{name}": Known(f"{title} (%)", share, NUMBER, TARGETS, least=0, most=100)
        for name, (title, share) in _SHARES.items()
    },
    **{
        f"target_{name}": Known(title, 0, NUMBER, TARGETS, least=0, most=1000)
        for name, title in _MOST_OF.items()
    },
}


_STORED = select(Setting.id, Setting.value).where(Setting.id.in_(bindparam("names", expanding=True)))


def setting(session: Session, name: str) -> Any:
    """The value of a setting: the stored one, else the default. Raises KeyError for an unknown name."""
    return remembered(session, ("setting", name), lambda: _stored(session, name))


def _stored(session: Session, name: str) -> Any:
    row = session.get(Setting, name)
    return row.value if row is not None else SETTINGS[name].default


def settings(session: Session, *names: str) -> dict[str, Any]:
    """The values of several settings, by one statement. Raises KeyError for an unknown name."""
    stored = {row.id: row.value for row in session.execute(_STORED, {"names": names})}
    return {name: stored.get(name, SETTINGS[name].default) for name in names}
