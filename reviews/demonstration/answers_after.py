"""Answers of what follows a demonstration review: actions, sharing, events, the Board, impact."""

from __future__ import annotations

import datetime as dt
from typing import Any

from reviews.demonstration.answers_referral import Answers, Case

Row = dict[str, Any]


def evidence(action: Row) -> Answers:
    """Evidence that an action is done."""
    shown = action.get("evidence") or [{"name": "Note to the business team"}]
    done = next((row["text"] for row in reversed(action.get("updates", []))), "Done as agreed.")
    return {
        "done": done,
        "shows": action["measure"] or "That it is in use.",
        "evidence_on": action["completed_on"].isoformat(),
        "where": ", ".join(row["name"] for row in shown),
    }


def verification() -> Answers:
    """The evidence is enough."""
    return {"outcome": "verified", "seen": "The evidence named above."}


def update(text: str, *, until: dt.date | None = None) -> Answers:
    """How an action is going; with a date, that it needs longer."""
    if until is None:
        return {"answer": "on_track", "note": text}
    return {"answer": "need_longer", "note": text, "forecast": until.isoformat()}


def recovery_plan(until: dt.date) -> Answers:
    """How a late action catches up."""
    return {
        "cause": "Two sessions were cancelled because of sickness.",
        "plan": "New dates are booked and places are offered again.",
        "new_date": until.isoformat(),
    }


def briefing(case: Case, title: str, sample: Row | None) -> Answers:
    """The seven blocks of a briefing: those of the worked example, else made of the learning points."""
    keys = (
        "background",
        "why_it_matters",
        "what_happened",
        "what_worked",
        "what_we_learned",
        "what_to_do",
        "questions",
    )
    if sample is not None:
        blocks = {key: block["text"] for key, block in zip(keys, sample["sections"], strict=True)}
    else:
        points = case["learning_points"]
        strengths = [point["statement"] for point in points if point["kind"] == "strength"]
        learned = [point["statement"] for point in points if point["kind"] == "development"]
        blocks = {
            "background": "Several agencies looked together at how they helped one child.",
            "why_it_matters": case["significant_learning"],
            "what_happened": case["summary"],
            "what_worked": " ".join(strengths) or "Staff stayed in touch with the family.",
            "what_we_learned": " ".join(learned or strengths),
            "what_to_do": " ".join(f"{row['text']}." for row in case["recommendations"]),
            "questions": "Which of our children might this be true for? What would we notice?",
        }
    return {"title": title, **blocks, "audience": "internal", "no_identity": "true"}


def briefing_check() -> Answers:
    """Nobody can be recognised from the briefing."""
    checks = ("no_names", "no_dates", "no_places", "no_rare_facts", "no_quotes", "combination")
    return {"outcome": "clear", **dict.fromkeys(checks, "true")}


def cascade(day: dt.date, reached: int) -> Answers:
    """How an agency shared the learning."""
    return {
        "channels": ["team_meeting", "supervision"],
        "shared_on": day.isoformat(),
        "reached": str(reached),
        "used": "Talked through in team meetings, with the questions at the end of the briefing.",
    }


def training_change(change: str, day: dt.date) -> Answers:
    """What changes in training."""
    return {
        "change": "true",
        "course": "Working together, level 3",
        "what": change,
        "changes_on": day.isoformat(),
        "next_event": "true",
    }


def event_plan(event: Row) -> Answers:
    """Date and place of an event."""
    return {
        "date": event["date"].isoformat(),
        "begins": "9:30am",
        "ends": "12:30pm",
        "venue": "Thornmere Civic Centre",
        "places": str(event["places"]),
        "audience": "Practitioners and managers of every agency",
    }


def event_programme(event: Row, themes: list[str], shown: list[str]) -> Answers:
    """The programme of an event, good practice first; `shown` names published learning."""
    theme = themes[0] if themes else ""
    ours = [each for each in shown if each.endswith(".good_practice")]
    first, others = ours[0] if ours else "", [each for each in shown if each not in ours[:1]]
    return {
        "items": [
            {
                "title": event["title"],
                "learning": first,
                "source": "learning_review",
                "kind": "good_practice",
                "theme": theme,
                "minutes": "60",
            },
            *(
                {
                    "title": "What others have learned",
                    "learning": each,
                    "source": "other",
                    "kind": each.rpartition(".")[2],
                    "minutes": "30",
                }
                for each in others
            ),
            {
                "title": "What will you do on Monday?",
                "source": "other",
                "kind": "reflection",
                "minutes": "40",
            },
        ],
        "reflection": "What will you do differently, and how would a child notice?",
    }


def event_record(event: Row, agencies: list[str]) -> Answers:
    """Who came and what they said."""
    share, rest = divmod(event["attended"], len(agencies))
    useful = event["feedback_useful_pct"]
    return {
        "attendance": [
            {"agency": agency, "people": str(share + (1 if place < rest else 0))}
            for place, agency in enumerate(agencies)
        ],
        "feedback_count": "100",
        "would_change": str(useful),
        "feedback": "People valued time away from work to think, and the questions for their own teams.",
    }


def event_report() -> Answers:
    """A short report."""
    return {
        "achieved": "Staff of every agency talked about the same questions.",
        "good_practice": "Examples of good practice took more than half of the time.",
    }


def board_noting(day: dt.date) -> Answers:
    """The Board notes the report."""
    return {"noted_on": day.isoformat(), "outcome": "noted"}


def impact_check(case: Case) -> Answers:
    """What was looked at and what it showed."""
    told = case["impact"]
    known = {"audit": "re_audit", "family_feedback": "family_feedback", "practitioner_survey": "survey"}
    methods = [known.get(method, "performance") for method in told["method"]]
    return {
        "expected": "Every assessment names the people who matter to the child.",
        "baseline": told.get("baseline", ""),
        "methods": methods,
        "result": "\n".join(row["what"] for row in told["evidence"]),
        "so_what": "More children have all their family known to those who help them.",
    }


def impact_rating(case: Case) -> Answers:
    """The rating, after which the review is closed."""
    return {
        "rating": case["impact"]["rating"],
        "next": "close",
        "reason": "Practice has changed and stays changed.",
    }


def suggestion(row: Row) -> Answers:
    """A practitioner's suggestion."""
    return {"what": row["text"], "why": "Others meet families like this.", "may_contact": "true"}


def suggestion_reply(row: Row) -> Answers:
    """A lead's answer."""
    return {
        "outcome": "answer",
        "reply": f"Thank you. This is part of {row['linked_to']}, which is under way.",
    }


def policy_review(day: dt.date) -> Answers:
    """The proposal to change a policy that is out of date."""
    return {
        "outcome": "change",
        "changes": "Say which plan a child needs, add times for each step, name the statutory route.",
        "reason": "The policy is past its date and silent on times.",
        "next_review": (day + dt.timedelta(days=730)).isoformat(),
    }
