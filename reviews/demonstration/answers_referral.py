"""Answers of the first steps of a demonstration case: referral and triage, made of what the case says."""

from __future__ import annotations

import datetime as dt
from typing import Any

Case = dict[str, Any]
Answers = dict[str, Any]

# Invented names that no pseudonym hints at; they show that identity stays sealed.
FAMILY_NAMES = (
    "Quillby",
    "Marchbank",
    "Ferndale",
    "Osterley",
    "Penhallow",
    "Tregarth",
    "Vauxley",
    "Yarrowby",
)
SIBLINGS = ("Sparrow", "Fern", "Bramble", "Teasel")
GIVEN_NAMES = (
    "Kestrel",
    "Linnet",
    "Merlin",
    "Siskin",
    "Dunlin",
    "Plover",
    "Curlew",
    "Avocet",
    "Fulmar",
    "Whimbrel",
)
AGES = {"under 1": 0, "1 to 4": 3, "5 to 9": 7, "10 to 14": 12, "15 to 17": 16}


def yes_no(value: object) -> str:
    """How a yes-or-no question is sent."""
    return "true" if value else "false"


def referral(case: Case, place: int) -> Answers:
    """The whole referral form."""
    day = case["submitted_on"]
    parallel = case.get("parallel_processes") or []
    status = case["child"]["plan_status"]
    return {
        "title": case["title"],
        "child_at_risk_now": yes_no(case.get("immediate_safety", {}).get("current_risk")),
        "risk_reported": "true",
        "referrer_role": "Safeguarding lead",
        "referrer_phone": "01632 960000",
        "referrer_email": f"{case['referrer'].removeprefix('u_')}@thornmere.example",
        "contact_channel": "online",
        **child(case, place),
        "plan_status_now": status,
        "plan_status_then": status,
        "family_aware": "yes",
        "period_from": (day - dt.timedelta(days=400)).isoformat(),
        "period_to": (day - dt.timedelta(days=20)).isoformat(),
        "what_happened": case["summary"],
        "nature": case["nature"],
        "significance": case["significant_learning"] or "Several agencies can learn from this.",
        "themes": case.get("themes", [])[:5],
        "agencies": [
            {"agency": agency, "worker": "", "still_involved": "yes"} for agency in case["agencies_involved"]
        ],
        "other_reviews_known": yes_no(parallel),
        "other_reviews": [
            {"kind": "criminal", "lead": row.get("lead_agency", ""), "status": "under_way"}
            for row in parallel
        ],
        "lead_considers_learning": "true",
        "declared_by": "The safeguarding lead",
        "declaration": "true",
    }


def child(case: Case, place: int) -> Answers:
    """Who the child is: invented, and sealed as soon as it is sent."""
    told = case["child"]
    day = case.get("submitted_on") or case["started_on"]
    age = AGES[told["age_band"]]
    born = day.replace(day=1) - dt.timedelta(days=365 * age + 120)
    family = FAMILY_NAMES[place % len(FAMILY_NAMES)]
    return {
        "name": f"{GIVEN_NAMES[place % len(GIVEN_NAMES)]} {family}",
        "date_of_birth": born.isoformat(),
        "address": f"{place + 1} Invented Row, Thornmere",
        "family": [
            {
                "person_name": f"{sibling} {family}",
                "relationship": "Sibling",
                "age_band": "5_to_9",
                "lives_with_child": "yes",
            }
            for sibling in SIBLINGS[: told["siblings"]]
        ],
    }


def screen(case: Case) -> Answers:
    """The statutory screen."""
    told = case.get("statutory_screen", {})
    outcome = told.get("outcome", "not_statutory")
    reason = (
        "A child may have been seriously harmed and abuse is suspected."
        if outcome == "may_be_statutory"
        else "The threshold for a statutory review is not reached."
    )
    return {
        "child_died_or_seriously_harmed": yes_no(told.get("child_died_or_seriously_harmed")),
        "abuse_or_neglect_suspected": yes_no(told.get("abuse_or_neglect_suspected")),
        "near_miss": "false",
        "outcome": outcome,
        "reason": reason,
    }


def discussion(case: Case) -> Answers:
    """The discussion with the referrer."""
    told = case["triage"]["discussion"]
    how = {"phone": "phone", "video call": "video", "in person": "in_person"}.get(told["how"], "other")
    return {
        "held_on": told["held_on"].isoformat(),
        "how": how,
        "took_part": "The referrer and the Head of Safeguarding and Learning",
        "referrer_view": "The referrer would like other agencies to learn from this.",
        "note": told["note"],
    }


def triage(case: Case, agencies: list[str]) -> Answers:
    """The decision on the referral."""
    told, day = case["triage"], case["submitted_on"]
    in_scope = case["criteria"]["plan_in_scope"]
    return {
        "significant": "true",
        "multi_agency": yes_no(told["outcome"] != "single_agency"),
        "criterion_plan": yes_no(in_scope),
        "criterion_lead": "true",
        "outcome": told["outcome"],
        "reason": told.get("reason") or "We need to know a little more before we can decide.",
        "override_reason": "The learning is significant for several agencies.",
        "information_needed": told.get("requested", ""),
        "single_agency_learning": told.get("reason", ""),
        "other_review": "",
        "interim_action": told.get("interim_action", ""),
        "scope_from": (day - dt.timedelta(days=400)).isoformat(),
        "scope_to": (day - dt.timedelta(days=20)).isoformat(),
        "key_questions": [{"question": question} for question in questions(case)],
        "agencies": agencies,
        "restricted": yes_no(case.get("restricted")),
        "restricted_reason": "A criminal investigation is under way.",
    }


def questions(case: Case) -> list[str]:
    """The key questions of a review: the case's own, else three that fit any."""
    for meeting in case.get("meetings", []):
        if meeting.get("key_questions"):
            return list(meeting["key_questions"])
    return [
        "What was life like for this child?",
        "What did each agency know, and when?",
        "What helped, and what got in the way?",
    ]


def scr_reply() -> Answers:
    """The sub-group takes the case."""
    return {
        "outcome": "taken",
        "their_reference": "SCR-7",
        "reason": "The sub-group will consider this case.",
    }
