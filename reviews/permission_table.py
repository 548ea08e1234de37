"""The permission table: who (a role) may what (a verb), when (a relation to the case), seeing which parts.

Plain rows, read by `reviews.permissions`; `reviews.permission_words` says each of them in words for people.
What no row gives is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

EVERYBODY = "everybody"  # anyone who holds a role


class Relation(Enum):
    """How a person stands to a review."""

    NO_CASE = "about no review"
    ANY = "any review that has been referred"
    REFERRER = "the reviews they referred, drafts too"
    REFERRING_AGENCY = "the reviews their agency referred"
    TOLD = "the reviews their agency was notified of"
    TOLD_AND_MET = "the reviews their agency was notified of, once the meeting was held"
    CHAIR = "the reviews they chair"
    NOMINATED = "the reviews they are asked to chair"
    ASKED_TO_RULE = "the referrals on whose second look they are asked to rule"
    AT_QA = "the reviews on an agenda of the QA sub-group"
    HAS_PLAN = "the reviews with agreed actions"
    HANDED_OVER = "the reviews handed over to the Serious Case Review sub-group"
    OWNS_ACTION = "the reviews in which they own an action"
    BROKEN_GLASS = "a review they opened in an emergency, until that time ends"
    OWN_ACTION = "the actions they own"
    AGENCYS_ACTION = "the actions of their agency"


@dataclass(frozen=True)
class Rule:
    """One row: the role has the verb where the relation holds; for `see`, the sections it opens."""

    role: str
    verb: str
    relation: Relation
    sections: frozenset[str] = frozenset()


SECTIONS = (
    "overview",
    "referral",
    "triage",
    "agencies",
    "own_preparation",
    "preparations",
    "meetings",
    "learning",
    "actions",
    "sharing",
    "documents",
    "timeline",
    "diagram",
)
_ALL = frozenset(SECTIONS) - {"own_preparation"}
_PAPERS = frozenset({"overview", "meetings", "learning", "actions", "sharing", "documents"})
_LEARNING = frozenset({"meetings", "learning", "actions", "sharing"})
# Who answers for children when nobody of the office is there. All others see the reviews they need anyway.
_IN_AN_EMERGENCY = ("safeguarding_lead", "chair")


def _see(role: str, relation: Relation, *parts: str) -> Rule:
    return Rule(role, "see", relation, frozenset(parts))


_SEE = (
    Rule("hosl", "see", Relation.ANY, _ALL),
    _see("hosl", Relation.REFERRER, "overview", "referral"),  # a referral taken by phone, still a draft
    Rule("business_manager", "see", Relation.ANY, _ALL),
    Rule("business_support", "see", Relation.ANY, _ALL),
    Rule("chair", "see", Relation.CHAIR, _ALL),
    _see("chair", Relation.NOMINATED, "overview", "agencies"),
    *(
        rule
        for role in ("safeguarding_lead", "agency_manager")
        for rule in (
            _see(role, Relation.REFERRER, "overview", "referral"),
            _see(role, Relation.TOLD, "overview", "own_preparation"),
            Rule(role, "see", Relation.TOLD_AND_MET, _LEARNING),
        )
    ),
    _see("safeguarding_lead", Relation.REFERRING_AGENCY, "overview", "referral"),
    _see("qa_chair", Relation.ASKED_TO_RULE, "overview", "referral", "triage"),
    Rule("qa_chair", "see", Relation.AT_QA, _PAPERS),
    Rule("qa_member", "see", Relation.AT_QA, _PAPERS),
    _see("monitoring_chair", Relation.HAS_PLAN, "overview", "actions"),
    _see("monitoring_member", Relation.HAS_PLAN, "overview", "actions"),
    _see("scr_chair", Relation.HANDED_OVER, "overview", "referral", "triage"),
    _see(EVERYBODY, Relation.OWNS_ACTION, "overview"),
    *(_see(role, Relation.BROKEN_GLASS, "overview", "agencies") for role in _IN_AN_EMERGENCY),
)

_ON_A_REVIEW: dict[str, tuple[tuple[str, Relation], ...]] = {
    "actions": tuple((rule.role, rule.relation) for rule in _SEE if "actions" in rule.sections),
    "learning": tuple((rule.role, rule.relation) for rule in _SEE if "learning" in rule.sections),
    "documents": tuple((rule.role, rule.relation) for rule in _SEE if "documents" in rule.sections),
    "show_identity": (
        ("hosl", Relation.ANY),
        ("business_manager", Relation.ANY),
        ("business_support", Relation.ANY),
        ("chair", Relation.CHAIR),
        ("safeguarding_lead", Relation.REFERRER),
        ("safeguarding_lead", Relation.TOLD),
        ("agency_manager", Relation.TOLD),
    ),
    "correct_identity": (
        ("hosl", Relation.ANY),
        ("business_manager", Relation.ANY),
        ("business_support", Relation.ANY),
    ),
    "read_sealed_note": (("hosl", Relation.ANY), ("chair", Relation.CHAIR)),
    "statutory_threshold": (
        ("hosl", Relation.ANY),
        ("business_manager", Relation.ANY),
        ("chair", Relation.CHAIR),
    ),
    "pause": (("hosl", Relation.ANY), ("business_manager", Relation.ANY)),
    "resume": (("hosl", Relation.ANY), ("business_manager", Relation.ANY)),
    "withdraw": (("hosl", Relation.ANY), ("safeguarding_lead", Relation.REFERRER)),
    "change_chair": (("hosl", Relation.ANY), ("business_manager", Relation.ANY)),
    "restrict_access": (("hosl", Relation.ANY), ("business_manager", Relation.ANY)),
    "name_access": (("hosl", Relation.ANY), ("business_manager", Relation.ANY)),
    "record_conflict": (("hosl", Relation.ANY), ("business_manager", Relation.ANY)),
    "declare_conflict": tuple(
        (rule.role, rule.relation) for rule in _SEE if rule.relation is not Relation.BROKEN_GLASS
    ),
    "break_glass": tuple((role, Relation.ANY) for role in _IN_AN_EMERGENCY),
    "add_agency": (
        ("hosl", Relation.ANY),
        ("business_manager", Relation.ANY),
        ("business_support", Relation.ANY),
        ("chair", Relation.CHAIR),
    ),
    "arrange_meeting": (
        ("hosl", Relation.ANY),
        ("business_manager", Relation.ANY),
        ("business_support", Relation.ANY),
        ("chair", Relation.CHAIR),
    ),
    "reopen": (("hosl", Relation.ANY),),
    "extend": (("hosl", Relation.ANY), ("business_manager", Relation.ANY)),
    "extend_again": (("monitoring_chair", Relation.ANY),),  # a step that has had more time once
    "decide_action_time": (("monitoring_chair", Relation.HAS_PLAN),),
    "hand_over_task": (
        ("hosl", Relation.ANY),
        ("business_manager", Relation.ANY),
        ("business_support", Relation.ANY),
    ),
    "cancel_action": (("monitoring_chair", Relation.HAS_PLAN), ("hosl", Relation.ANY)),
    "add_action": (("monitoring_chair", Relation.HAS_PLAN), ("hosl", Relation.ANY)),
    "reassign_action": (("monitoring_chair", Relation.HAS_PLAN), ("business_manager", Relation.ANY)),
    "export": (("hosl", Relation.ANY), ("business_manager", Relation.ANY), ("chair", Relation.CHAIR)),
    "attach": (
        ("hosl", Relation.ANY),
        ("business_manager", Relation.ANY),
        ("business_support", Relation.ANY),
        ("chair", Relation.CHAIR),
        ("safeguarding_lead", Relation.REFERRER),
        ("safeguarding_lead", Relation.TOLD),
        ("agency_manager", Relation.TOLD),
    ),
    "remove_file": (
        ("hosl", Relation.ANY),
        ("business_manager", Relation.ANY),
        ("business_support", Relation.ANY),
    ),
    "destroy_file": (("hosl", Relation.ANY),),
    "share_file": (
        ("hosl", Relation.ANY),
        ("business_manager", Relation.ANY),
        ("chair", Relation.CHAIR),
    ),
    "see_feedback": (
        ("hosl", Relation.ANY),
        ("business_manager", Relation.ANY),
        ("chair", Relation.CHAIR),
        ("qa_chair", Relation.AT_QA),
        ("qa_member", Relation.AT_QA),
    ),
    "read_feedback_words": (("chair", Relation.CHAIR), ("qa_chair", Relation.AT_QA)),
    "pass_on_feedback": (
        ("hosl", Relation.ANY),
        ("business_manager", Relation.ANY),
        ("business_support", Relation.ANY),
        ("safeguarding_lead", Relation.TOLD_AND_MET),
        ("agency_manager", Relation.TOLD_AND_MET),
    ),
    "ask_family_feedback": (
        ("chair", Relation.CHAIR),
        ("hosl", Relation.ANY),
        ("business_manager", Relation.ANY),
    ),
    "write_parts": (
        ("hosl", Relation.ANY),
        ("business_manager", Relation.ANY),
        ("business_support", Relation.ANY),
        ("chair", Relation.CHAIR),
        ("safeguarding_lead", Relation.TOLD_AND_MET),
        ("agency_manager", Relation.TOLD_AND_MET),
    ),
    "write_agency_view": (
        ("safeguarding_lead", Relation.TOLD_AND_MET),
        ("agency_manager", Relation.TOLD_AND_MET),
    ),
    "see_readers": (("hosl", Relation.ANY), ("business_manager", Relation.ANY)),
    "subject_access": (("hosl", Relation.ANY), ("business_manager", Relation.ANY)),
}

_ON_AN_ACTION: dict[str, tuple[tuple[str, Relation], ...]] = {
    "see_action": (
        ("safeguarding_lead", Relation.AGENCYS_ACTION),
        ("agency_manager", Relation.AGENCYS_ACTION),
        (EVERYBODY, Relation.OWN_ACTION),
    ),
}

_ABOUT_NO_REVIEW: dict[str, tuple[str, ...]] = {
    "start_referral": ("safeguarding_lead", "hosl"),
    "refer_for_any_agency": ("hosl",),
    "suggest_case": ("practitioner", "agency_manager", "safeguarding_lead"),
    "see_learning": (EVERYBODY,),
    "see_theme_counts": (
        "hosl",
        "business_manager",
        "business_support",
        "qa_chair",
        "qa_member",
        "monitoring_chair",
        "training_member",
        "board_member",
        "board_chair",
        "auditor",
    ),
    "see_board_reports": ("board_member", "board_chair", "qa_chair", "hosl", "business_manager", "auditor"),
    "see_measures": (
        "hosl",
        "business_manager",
        "qa_chair",
        "monitoring_chair",
        "board_member",
        "board_chair",
        "auditor",
    ),
    "see_own_measures": ("safeguarding_lead", "agency_manager"),
    "read_all_feedback": ("qa_chair",),
    "see_action_board": (
        "hosl",
        "business_manager",
        "business_support",
        "monitoring_chair",
        "monitoring_member",
        "safeguarding_lead",
        "agency_manager",
        "chair",
        "qa_chair",
    ),
    "take_monitoring_pack": (
        "hosl",
        "business_manager",
        "business_support",
        "monitoring_chair",
        "monitoring_member",
    ),
    "see_qa_agenda": ("qa_chair", "qa_member", "hosl", "business_manager", "business_support"),
    "arrange_qa_agenda": ("qa_chair", "business_manager", "business_support"),
    "see_board_agenda": (
        "board_chair",
        "board_member",
        "qa_chair",
        "hosl",
        "business_manager",
        "business_support",
    ),
    "arrange_board_agenda": ("board_chair", "business_manager", "business_support"),
    "see_monitoring_agenda": (
        "monitoring_chair",
        "monitoring_member",
        "hosl",
        "business_manager",
        "business_support",
    ),
    "arrange_monitoring_agenda": ("monitoring_chair", "business_manager", "business_support"),
    "see_time_requests": ("hosl", "business_manager", "monitoring_chair"),
    "extend_other_step": ("hosl", "business_manager"),
    "extend_other_step_again": ("monitoring_chair",),
    "see_work_of_all_agencies": ("hosl", "business_manager", "business_support"),
    "open_in_emergency": _IN_AN_EMERGENCY,
    "hand_over_other_task": ("hosl", "business_manager", "business_support"),
    "find_child": ("hosl", "business_manager", "business_support"),
    "see_capacity": ("hosl", "business_manager", "business_support"),
    "see_undelivered": ("business_manager", "business_support", "system_admin"),
    "subject_access_staff": ("hosl", "business_manager"),
    "see_audit": ("auditor", "system_admin"),
    "see_permissions": ("system_admin", "business_manager", "auditor", "process_owner"),
    "change_people": ("system_admin", "business_manager"),
    "correct_address": ("business_support", "business_manager", "system_admin"),
    "approve_cover": ("hosl", "business_manager", "board_chair"),
    "change_settings": ("business_manager", "system_admin"),
    "change_calendars": ("business_manager", "business_support"),
    "record_other_learning": ("business_manager", "business_support", "training_member", "hosl"),
    "plan_event": ("training_member", "business_manager"),
    "run_event": ("training_member", "business_manager", "business_support"),
    "book_for_others": (
        "safeguarding_lead",
        "agency_manager",
        "training_member",
        "business_manager",
        "business_support",
    ),
    "start_board_report": ("qa_chair", "business_manager"),
    "see_processes": ("process_owner", "policy_approver", "hosl", "business_manager", "auditor"),
    "export_event_log": ("hosl", "business_manager"),
    "edit_process": ("process_owner",),
    "approve_process": ("policy_approver",),
    "migrate": ("process_owner",),
    "see_stuck": ("process_owner", "system_admin", "business_manager"),
    "retain": ("business_manager",),
    "see_records": ("business_manager", "hosl"),
    "approve_destruction": ("hosl",),
    "hold_records": ("business_manager", "hosl"),
    "see_certificates": ("business_manager", "hosl", "auditor"),
}

RULES: tuple[Rule, ...] = (
    *_SEE,
    *(
        Rule(role, verb, relation)
        for verb, rows in (*_ON_A_REVIEW.items(), *_ON_AN_ACTION.items())
        for role, relation in rows
    ),
    *(Rule(role, verb, Relation.NO_CASE) for verb, roles in _ABOUT_NO_REVIEW.items() for role in roles),
)
VERBS_ON_A_REVIEW = tuple(_ON_A_REVIEW)
VERBS_ABOUT_NO_REVIEW = tuple(_ABOUT_NO_REVIEW)
