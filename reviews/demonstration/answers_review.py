"""Answers of a demonstration review from the notices to the QA decision, filled from what the case says."""

from __future__ import annotations

import datetime as dt
from typing import Any

from reviews.demonstration.answers_referral import Answers, Case, yes_no

WITHOUT_MEASURE = "To be agreed"


def notice(agencies: list[str]) -> Answers:
    """What agencies are told."""
    return {
        "agencies": agencies,
        "why": "There is something to learn for several agencies.",
        "prepare": "Read the file and talk to your staff if you can. One page is enough.",
        "sharing": "What you write is read by the review's own team.",
        "wellbeing_contact": "Your own manager, or the Board's business team",
        "no_identity": "true",
    }


def nomination(nominee: str) -> Answers:
    """A chair without a conflict of interest."""
    return {
        "nominee": nominee,
        "managed_case": "false",
        "supervised_staff": "false",
        "personal_link": "false",
        "main_agency": "false",
        "trained": "true",
    }


def chair_reply(row: dict[str, Any]) -> Answers:
    """Yes or no, with the reason."""
    if row["reply"] == "declined":
        return {"answer": "decline", "decline_reason": row["reason"]}
    return {"answer": "accept", "independence": "No link to the case or to the staff involved."}


def meeting_date(meeting: dict[str, Any]) -> Answers:
    """Date, time and place of a meeting."""
    mode = "video" if meeting["mode"] == "video" else "in_person"
    return {
        "date": meeting["date"].isoformat(),
        "time": meeting["time"],
        "mode": mode,
        "place": meeting.get("place", "Civic Centre, meeting room 1"),
        "link": "The link is sent on the day before",
        "date_reason": "The first date on which every agency could come.",
    }


PRACTITIONERS = {"csc": "Tess I.", "comm": "Umar D.", "sch": "Vesna K."}  # who have an account


def preparation(row: dict[str, Any]) -> Answers:
    """One agency's page."""
    attendees = row.get("attendees", 1)
    parts = ["manager", *["practitioner"] * max(0, attendees - 1)][:attendees]
    known = PRACTITIONERS.get(row["agency"], "A practitioner")
    return {
        "involved": yes_no(row.get("status") != "nil_return"),
        "file_read_by": "The safeguarding lead",
        "file_read_on": row["returned_on"].isoformat(),
        "spoke_to_staff": yes_no(row.get("spoke_to_staff")),
        "contacts": [],
        "went_well": row.get("note") or "Staff knew the family and kept in touch.",
        "could_be_different": "We could have shared what we knew earlier.",
        "helped_or_got_in_the_way": "Time, and knowing whom to ring.",
        "attendees": [
            {"attendee": known if part == "practitioner" else "A manager", "part": part} for part in parts
        ],
    }


def agenda() -> Answers:
    """A plain agenda."""
    return {
        "purpose": "To learn together what helped and what got in the way.",
        "items": [
            {"topic": "Welcome and ground rules", "minutes": "10"},
            {"topic": "What happened and why", "minutes": "60"},
            {"topic": "What we learned and what must change now", "minutes": "40"},
        ],
        "support": "Your own manager, or the Board's business team",
    }


def family_view(case: Case) -> Answers:
    """Whether the family was asked, and what they said."""
    told = case["family_view"]
    return {
        "decision": told["decision"],
        "reason": told["reason"],
        "support_offered_by": "The chair offered an advocate",
        "held_on": told["date"].isoformat(),
        "method": "meeting",
        "interpreter": yes_no("interpreter" in told.get("how", "")),
        "view": told.get("summary", "They had nothing to add."),
        "may_quote": "false",
    }


def meeting_record(case: Case, meeting: dict[str, Any], *, last: bool) -> Answers:
    """What a meeting learned. The learning points stand in the record of the first meeting."""
    first = meeting["number"] == 1
    points = case.get("learning_points", [])
    immediate = meeting.get("immediate_actions", [])
    actions = [row for row in case.get("actions", []) if row["id"] in immediate]
    return {
        "held_on": meeting["date"].isoformat(),
        "ground_rules_read": "true",
        "attendance": [
            {
                "agency": row["agency"],
                "came": row["status"],
                "practitioners": str(row["practitioners"]),
                "managers": str(row["managers"]),
            }
            for row in meeting["attendance"]
        ],
        "quorate": yes_no(meeting.get("quorum_met", True)),
        "quorum_reason": "The chair decided to go on.",
        "points": [],
        "learning_points": [point_row(point) for point in (points if first else points[-1:])],
        "challenges": [
            {"challenge": words, "by_agency": "", "response": ""}
            for words in meeting.get("challenge_log", [])
        ],
        "immediate_actions": [action_row(row, {}) for row in actions],
        "another": yes_no(not last),
        "another_reason": meeting.get("note") or "More time is needed to understand what happened.",
    }


def point_row(point: dict[str, Any]) -> Answers:
    """A learning point as a row of a form."""
    return {name: point[name] for name in ("kind", "statement", "why", "themes", "agencies")}


def action_row(action: dict[str, Any], numbers: dict[str, int]) -> Answers:
    """An action as a row of a form."""
    row: Answers = {
        "text": action["text"],
        "outcome": "Children notice the difference in the help they get.",
        "measure": action["measure"] or WITHOUT_MEASURE,
        "evidence_required": action["evidence_required"] or WITHOUT_MEASURE,
        "agency": action["agency"],
        "owner": action["owner"],
        "due": action["due"].isoformat(),
        "kind": "multi_agency",
    }
    if action.get("recommendation") in numbers:
        row["recommendation"] = str(numbers[action["recommendation"]])
    return row


def summary(case: Case, actions: list[dict[str, Any]]) -> Answers:
    """The chair's summary in both versions, with recommendations and action plan."""
    day = case["submitted_on"]
    numbers = {row["id"]: place for place, row in enumerate(case["recommendations"], start=1)}
    points = case["learning_points"]
    strengths = " ".join(point["statement"] for point in points if point["kind"] == "strength")
    learned = " ".join(point["statement"] for point in points if point["kind"] == "development")
    told = case.get("family_view", {}).get("summary", "")
    return {
        "title": case["title"],
        "period_from": (day - dt.timedelta(days=400)).isoformat(),
        "period_to": (day - dt.timedelta(days=20)).isoformat(),
        "why_reviewed": case["triage"]["reason"],
        "method": "Each agency prepared one page. Practitioners and managers met and talked it through.",
        "agencies": case["agencies_involved"],
        "child": f"{case['child']['pseudonym']} was {case['child']['age_band']} at the time.",
        "what_happened": case["summary"],
        "went_well": strengths or "Staff stayed in touch with the family.",
        "family_view": told,
        "learning_points": [point_row(point) for point in points],
        "shared_story": case["summary"],
        "shared_went_well": strengths or "Staff stayed in touch with the family.",
        "shared_learning": learned or strengths,
        "shared_family_view": "",
        "practice_questions": [{"question": "Which of our children might this be true for?"}],
        "recommendations": [
            {"text": row["text"], "priority": "high", "agency": case["referring_agency"]}
            for row in case["recommendations"]
        ],
        "actions": [action_row(row, numbers) for row in actions],
        "declaration": "true",
    }


def fact_check() -> Answers:
    """An agency finds the facts right and takes its actions on."""
    return {"facts_right": "true", "actions_reply": "accepted"}


def anonymity_check() -> Answers:
    """Nobody can be recognised."""
    checks = (
        "no_names",
        "no_dates",
        "no_places",
        "no_rare_facts",
        "no_quotes",
        "combination",
        "child_welfare",
    )
    return {"outcome": "clear", "family_told": "yes", **dict.fromkeys(checks, "true")}


def qa_papers(day: dt.date) -> Answers:
    """Papers are out."""
    return {
        "papers": ["full_summary", "shareable_summary", "action_plan"],
        "sent_on": day.isoformat(),
    }


def qa_presentation(day: dt.date) -> Answers:
    """The chair presents."""
    return {
        "presented_on": day.isoformat(),
        "presented_by": "The chair of the review",
        "discussion": "The sub-group asked about measures and about what children would notice.",
    }


def qa_decision(case: Case) -> Answers:
    """What the sub-group decided."""
    told = case["qa"]
    return {
        "outcome": told["outcome"],
        "reason": told["reason"],
        "changes": told["reason"],
        "quorate": "true",
    }


def qa_changes(case: Case, actions: list[dict[str, Any]]) -> Answers:
    """The changes the sub-group asked for."""
    whole = summary(case, actions)
    return {
        "changed": "The measure was added.",
        "recommendations": whole["recommendations"],
        "actions": whole["actions"],
    }
