"""What invented people answer to each step: enough for the form, plain, and never a name of anybody real.

`today` is the London date of the moment; dates are given relative to it.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

Given = dict[str, Any]
DAY = dt.timedelta(days=1)
CHILD = "Zebedee Quillfeather"
STREET = "14 Gooseberry Passage"


def suggestion() -> Given:
    return {
        "what": "Three services arranged one joint visit so that a family told its story once.",
        "why": "Other teams could do the same next week.",
        "may_contact": True,
    }


def suggestion_reply(outcome: str = "refer") -> Given:
    return {"outcome": outcome, "reply": "Thank you. This is worth learning from together."}


def referral(today: dt.date, **more: Any) -> Given:
    return {
        "child_at_risk_now": False,
        "referrer_role": "Designated safeguarding lead",
        "referrer_phone": "01632 960123",
        "referrer_email": "lead@thornmere.example",
        "contact_channel": "online",
        "name": CHILD,
        "date_of_birth": dt.date(2016, 2, 13),
        "address": STREET,
        "plan_status_now": "cp",
        "plan_status_then": "tac",
        "family": [{"person_name": "Uncle Barnaby", "relationship": "uncle", "age_band": "adult"}],
        "family_aware": "yes",
        "period_from": today - 300 * DAY,
        "period_to": today - 30 * DAY,
        "title": "A plan that did not travel",
        "what_happened": "Five services each saw one part. Nobody joined the parts for seven months.",
        "went_well": "The school nurse kept asking.",
        "nature": "poor_outcome",
        "significance": "Every service that works with children on a plan could meet this.",
        "themes": ["information_sharing"],
        "agencies": [{"agency": "sch"}, {"agency": "csc"}, {"agency": "pol"}],
        "other_reviews_known": False,
        "lead_considers_learning": True,
        "declared_by": "Dale H.",
        "declaration": True,
        **more,
    }


def statutory_screen(outcome: str = "not_statutory") -> Given:
    harmed = outcome == "may_be_statutory"
    return {
        "child_died_or_seriously_harmed": harmed,
        "abuse_or_neglect_suspected": True,
        "near_miss": False,
        "outcome": outcome,
        "reason": "Looked at with the legal adviser.",
    }


def scr_reply(outcome: str) -> Given:
    return {"outcome": outcome, "their_reference": "SCR-7", "reason": "Talked about at today's meeting."}


def referrer_discussion(today: dt.date) -> Given:
    return {
        "held_on": today,
        "how": "phone",
        "took_part": "The referrer and the Head of Safeguarding and Learning",
        "referrer_view": "This could help every agency.",
    }


def triage_decision(outcome: str, today: dt.date, **more: Any) -> Given:
    return {
        "significant": True,
        "multi_agency": True,
        "criterion_plan": True,
        "criterion_lead": True,
        "outcome": outcome,
        "reason": "The learning reaches several agencies.",
        "information_needed": "Who was the lead professional?",
        "other_review": "The domestic abuse review group",
        "scope_from": today - 300 * DAY,
        "scope_to": today - 30 * DAY,
        "key_questions": [{"question": "What was each day like for this child?"}],
        "agencies": ["sch", "csc", "pol"],
        "restricted": False,
        **more,
    }


def capacity_review(outcome: str, today: dt.date) -> Given:
    return {
        "outcome": outcome,
        "reason": "Two reviews have finished.",
        "scope_from": today - 300 * DAY,
        "scope_to": today - 30 * DAY,
        "key_questions": [{"question": "What helped?"}],
        "agencies": ["sch", "csc", "pol"],
        "restricted": False,
    }


def more_information() -> Given:
    return {"answer": "The early help worker led the plan from March."}


def outcome_reply(answer: str) -> Given:
    return {"answer": answer, "second_look_reason": "Three agencies were involved, not one."}


def second_look(outcome: str) -> Given:
    return {"outcome": outcome, "reason": "Read again with the referral beside it."}


def agency_notice() -> Given:
    return {
        "agencies": ["sch", "csc", "pol"],
        "why": "A review of how services worked together.",
        "prepare": "Read the file. Talk to staff if you can.",
        "sharing": "What you send is seen by the chair and the business team.",
        "wellbeing_contact": "Your own lead",
        "no_identity": True,
    }


def chair_nomination(nominee: str) -> Given:
    no = dict.fromkeys(("managed_case", "supervised_staff", "personal_link", "main_agency"), False)
    return {"nominee": nominee, **no, "trained": True}


def chair_reply(answer: str = "accept") -> Given:
    return {
        "answer": answer,
        "conflict": False,
        "decline_reason": "I supervised a practitioner who was involved.",
    }


def meeting_date(on: dt.date) -> Given:
    return {"date": on, "time": "9:30am", "mode": "in_person", "place": "Meeting room 2"}


def meeting_agenda() -> Given:
    return {
        "purpose": "To learn together what helped and what got in the way.",
        "items": [{"topic": "Welcome and ground rules", "minutes": 10}],
        "support": "Your own lead, or the business team",
    }


def agency_preparation(today: dt.date) -> Given:
    return {
        "involved": True,
        "file_read_by": "A manager",
        "file_read_on": today,
        "spoke_to_staff": True,
        "went_well": "Staff kept the same worker throughout.",
        "could_be_different": "One shared chronology would have shown the pattern.",
        "attendees": [{"attendee": "Ashby C.", "part": "manager"}],
    }


def family_view(today: dt.date) -> Given:
    return {
        "decision": "sought_given",
        "reason": "The family know best what helped.",
        "held_on": today,
        "method": "meeting",
        "view": "They wanted one person to explain things.",
        "may_quote": False,
    }


def meeting_record(held_on: dt.date, *, another: bool = False, immediate: list[Given] | None = None) -> Given:
    came = [
        {"agency": agency, "came": "attended", "practitioners": 1, "managers": 1}
        for agency in ("sch", "csc", "pol")
    ]
    return {
        "held_on": held_on,
        "ground_rules_read": True,
        "attendance": came,
        "quorate": True,
        "points": [{"question": "What was each day like?", "note": "The school knew most."}],
        "learning_points": [
            {"kind": "strength", "statement": "The school nurse kept asking.", "themes": ["voice_of_child"]},
            {"kind": "development", "statement": "Plans were not shared.", "themes": ["information_sharing"]},
        ],
        "challenges": [
            {"challenge": "Housing asked why it was not invited.", "response": "It will be next time."}
        ],
        "immediate_actions": immediate or [],
        "another": another,
        "another_reason": "More time is needed to understand why plans were not shared.",
    }


def action(due: dt.date, *, owner: str = "u_ashby", agency: str = "csc") -> Given:
    return {
        "text": "Send the child's plan to every agency on the day it changes",
        "outcome": "Everyone who sees the child knows the plan",
        "measure": "9 of 10 sampled plans sent the same day",
        "evidence_required": "A sample of 20",
        "agency": agency,
        "owner": owner,
        "due": due,
        "kind": "single_agency",
    }


def summary(today: dt.date, actions: list[Given]) -> Given:
    return {
        "title": "Plans that reach everyone",
        "period_from": today - 400 * DAY,
        "period_to": today - 100 * DAY,
        "why_reviewed": "Services each held one part of the picture.",
        "method": "One round-table meeting and the family's view.",
        "agencies": ["sch", "csc", "pol"],
        "child": "A child who likes dinosaurs and wanted to be asked.",
        "what_happened": "Five services each saw one part.",
        "went_well": "The school nurse kept asking.",
        "learning_points": [
            {
                "kind": "development",
                "statement": "Plans need to reach everyone.",
                "themes": ["information_sharing"],
            },
            {"kind": "strength", "statement": "Asking again helped.", "themes": ["voice_of_child"]},
        ],
        "shared_story": "A primary school child and a plan that did not travel.",
        "shared_went_well": "A practitioner kept asking.",
        "shared_learning": "A plan helps when everyone has it.",
        "recommendations": [
            {"text": "Plans reach every agency on the same day", "priority": "high", "agency": "csc"}
        ],
        "actions": actions,
        "declaration": True,
    }


def fact_check() -> Given:
    return {"facts_right": True, "actions_reply": "accepted"}


def anonymity_check(outcome: str = "clear") -> Given:
    ticks = (
        "no_names",
        "no_dates",
        "no_places",
        "no_rare_facts",
        "no_quotes",
        "combination",
        "child_welfare",
    )
    return {
        "outcome": outcome,
        "changes_needed": "Leave out the name of the club.",
        **dict.fromkeys(ticks, True),
        "family_told": "yes",
    }


def briefing_check(outcome: str = "clear") -> Given:
    ticks = ("no_names", "no_dates", "no_places", "no_rare_facts", "no_quotes", "combination")
    return {
        "outcome": outcome,
        "changes_needed": "Leave out the name of the club.",
        **dict.fromkeys(ticks, True),
    }


def qa_papers(today: dt.date) -> Given:
    return {"papers": ["full_summary", "action_plan"], "sent_on": today}


def qa_presentation(today: dt.date) -> Given:
    return {
        "presented_on": today,
        "presented_by": "The chair",
        "discussion": "Members asked about the measure.",
    }


def qa_decision(outcome: str = "accept") -> Given:
    return {
        "outcome": outcome,
        "reason": "Clear learning and a plan that can be measured.",
        "changes": "Make the first action easier to measure.",
        "for_the_board": "Capacity to share plans at weekends.",
        "quorate": True,
    }


def qa_changes() -> Given:
    return {"changed": "The measure now counts plans sent on the same day."}


def action_evidence(today: dt.date) -> Given:
    return {
        "done": "Every plan goes out by secure mail.",
        "shows": "19 of 20 sampled plans went the same day.",
        "evidence_on": today,
        "where": "Audit folder 7",
    }


def action_update(answer: str, today: dt.date) -> Given:
    return {
        "answer": answer,
        "forecast": today + 40 * DAY,
        "obstacle": "A supplier",
        "note": "Two teams have begun.",
    }


def extension_decision(outcome: str, new_due: dt.date) -> Given:
    return {"outcome": outcome, "new_due": new_due, "reason": "The supplier has given a date."}


def recovery_plan(new_date: dt.date) -> Given:
    return {"cause": "Two sessions were cancelled.", "plan": "New sessions are booked.", "new_date": new_date}


def escalation_decision(outcome: str, new_due: dt.date) -> Given:
    return {
        "outcome": outcome,
        "new_due": new_due,
        "agreed_with": "The agency's lead",
        "reason": "Waiting would not help.",
    }


def written_assurance(by: dt.date) -> Given:
    return {"meanwhile": "A manager checks each plan by hand.", "assurance": "It will be in place.", "by": by}


def exception_report() -> Given:
    return {"report": "The action is late and why.", "decision": "The agency's chief officer will attend."}


def action_verification(outcome: str = "verified") -> Given:
    return {"outcome": outcome, "missing": "The sample of 20", "seen": "The audit of 20 plans"}


def briefing() -> Given:
    return {
        "title": "One plan, everyone has it",
        "background": "A review of how services worked together.",
        "why_it_matters": "Children tell us they repeat themselves.",
        "what_happened": "A plan did not travel.",
        "what_worked": "Asking again.",
        "what_we_learned": "A plan helps when everyone has it.",
        "what_to_do": "Send the plan the day it changes.",
        "questions": "Who has the plan of the child you saw last?",
        "audience": "internal",
        "no_identity": True,
    }


def cascade(today: dt.date) -> Given:
    return {"channels": ["team_meeting"], "shared_on": today, "reached": 42, "used": "At two team meetings."}


def training_change(today: dt.date) -> Given:
    return {
        "change": True,
        "course": "Working together, level 2",
        "what": "A new exercise about sending plans",
        "changes_on": today + 30 * DAY,
        "next_event": True,
    }


def impact_check() -> Given:
    return {
        "expected": "Everyone who sees a child knows the plan.",
        "baseline": "11 of 20",
        "methods": ["re_audit"],
        "result": "19 of 20",
        "so_what": "Children are asked once.",
    }


def impact_rating(following: str = "close") -> Given:
    return {"rating": "embedded", "next": following, "reason": "The audit shows lasting change."}
