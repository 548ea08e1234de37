"""Every verb of the permission table in plain words, and the table as the page of permissions shows it.

The one place of these words: a verb without them fails a test, and so do words for a verb that is gone.
"""

from __future__ import annotations

from dataclasses import dataclass

from reviews.permission_table import EVERYBODY, RULES, SECTIONS, Relation
from reviews.roles import ROLES, role_name
from reviews.steps import Step, steps

VERB_WORDS: dict[str, str] = {
    "see": "See a review, or parts of it",
    "see_action": "See an action",
    "actions": "See every action of a review",
    "learning": "See what a review has learned",
    "documents": "Read the papers of a review, and the full summary",
    "show_identity": "Have a child’s name, date of birth and address shown, with a reason, logged",
    "correct_identity": "Correct who a child is, with a reason, logged",
    "read_sealed_note": "Read what an agency wrote that must not be discussed openly, logged",
    "statutory_threshold": "Hand a review over to the Serious Case Review sub-group",
    "pause": "Pause a review",
    "resume": "Let a paused review go on",
    "withdraw": "Withdraw a review",
    "change_chair": "Put another chair in place",
    "restrict_access": "Restrict who can open a review, and lift that again",
    "name_access": "Change the list of people who can open a restricted review",
    "record_conflict": "Record somebody else’s conflict of interest",
    "declare_conflict": "Declare a conflict of interest of their own",
    "break_glass": "Open a review in an emergency, for 60 minutes, to read only",
    "add_agency": "Add an agency that was found later",
    "arrange_meeting": "Move or cancel a meeting",
    "reopen": "Open a closed review again",
    "extend": "Agree more time for a step of a review",
    "extend_again": "Agree more time for a step that has had more time once",
    "decide_action_time": "Agree more time for an action, as often as it takes",
    "hand_over_task": "Hand a step of a review to another person",
    "cancel_action": "Cancel an action",
    "add_action": "Add an action to an agreed plan",
    "reassign_action": "Give an action to another owner",
    "export": "Take a whole review out as a file",
    "attach": "Add a file to a review",
    "remove_file": "Take a document of a review away",
    "destroy_file": "Destroy a document that was taken away without waiting 30 days",
    "share_file": "Make a copy of a document for sharing, and share one that somebody else made",
    "see_feedback": "See how far those who took part agreed with what they were asked, from five answers on",
    "read_feedback_words": "Read what they said in words, without names, from five answers on",
    "pass_on_feedback": "Hand on links with which practitioners say what it was like, without a name",
    "ask_family_feedback": "Ask the family what it was like, or hand them a link",
    "write_parts": "Write parts of a summary, once its author has asked them to",
    "write_agency_view": "Write what their own agency sees differently",
    "see_readers": "See who has read a review",
    "subject_access": "Put together all that is held about a child, for an answer to a request",
    "start_referral": "Refer a case",
    "refer_for_any_agency": "Take a referral of any agency by telephone",
    "suggest_case": "Suggest a case to their safeguarding lead",
    "see_learning": "Read published learning",
    "see_theme_counts": "See how many reviews named a theme, however few",
    "see_qa_agenda": "See the agendas of the QA sub-group",
    "arrange_qa_agenda": "Arrange the agendas of the QA sub-group",
    "see_board_agenda": "See the agendas of the Board",
    "arrange_board_agenda": "Arrange the agendas of the Board",
    "see_monitoring_agenda": "See the agendas of the Monitoring sub-group",
    "arrange_monitoring_agenda": "Arrange the agendas of the Monitoring sub-group",
    "see_board_reports": "Read reports to the Board",
    "see_measures": "See the measures",
    "see_own_measures": "See the measures of their own agency beside those of all",
    "read_all_feedback": "Read what was said of all reviews in words, without names",
    "see_action_board": "See the board of actions, with the actions that are open to them",
    "take_monitoring_pack": "Take out the pack of actions for the Monitoring sub-group",
    "see_time_requests": "See requests for more time that they may decide",
    "extend_other_step": "Agree more time for a step that belongs to no review",
    "extend_other_step_again": "Agree more time for such a step that has had more time once",
    "see_work_of_all_agencies": "See what every agency still owes to a review",
    "open_in_emergency": "Ask to open a review in an emergency",
    "hand_over_other_task": "Hand a step that belongs to no review to another person",
    "see_capacity": "See how many reviews there is room for",
    "see_undelivered": "See which notices were sent, and which did not arrive",
    "see_audit": "Read the audit log",
    "see_permissions": "See this page of permissions",
    "change_people": "Look after people: roles, absence, leaving",
    "correct_address": "Correct the e-mail address of a notice that did not arrive",
    "approve_cover": "Approve who acts for somebody who is away",
    "change_settings": "Change settings",
    "change_calendars": "Look after working days, terms and meetings of the Board",
    "record_other_learning": "Record learning from other sources",
    "plan_event": "Plan a learning event, and choose what it shows",
    "run_event": "See everybody who has a place at a learning event, book for any agency, tick who came",
    "book_for_others": "Book places at a learning event for others: leads for staff of their agency",
    "start_board_report": "See a report to the Board before it is sent",
    "see_processes": "See the processes",
    "export_event_log": "Take out the course of all cases, without names, for process mining",
    "edit_process": "Change a process",
    "approve_process": "Approve a changed process",
    "migrate": "Move running cases to another version of their process, and back",
    "see_stuck": "See cases that cannot go on; a review is named only to those who may open it",
    "find_child": "Look whether a child was referred before, with a reason, logged",
    "subject_access_staff": "Put together all that is held about one of the staff, to answer a request",
    "see_records": "See which records are due to be looked at or destroyed",
    "retain": "Say how long records are kept, and propose what is destroyed",
    "approve_destruction": "Approve what somebody else proposed to destroy",
    "hold_records": "Place and end a legal hold",
    "see_certificates": "Read certificates of what was destroyed",
}
SECTION_WORDS: dict[str, str] = {
    "overview": "overview",
    "referral": "referral",
    "triage": "decision on the referral",
    "agencies": "who takes part",
    "own_preparation": "their own agency’s preparation",
    "preparations": "every agency’s preparation",
    "meetings": "meetings",
    "learning": "learning",
    "actions": "actions",
    "sharing": "sharing",
    "documents": "documents",
    "timeline": "timeline",
    "diagram": "diagram",
}


@dataclass(frozen=True)
class Line:
    """One row of the table in words: who may what, when, seeing which parts."""

    role: str
    who: str
    verb: str
    what: str
    when: str
    parts: tuple[str, ...]


def lines(*, role: str = "", verb: str = "") -> list[Line]:
    """The rows of the table in words, for one role or one verb when it is named.

    A role has what everybody with a role has, too.
    """
    order = [*ROLES, EVERYBODY]
    found = [
        rule
        for rule in RULES
        if (not role or rule.role in (role, EVERYBODY)) and (not verb or rule.verb == verb)
    ]
    found.sort(key=lambda rule: (list(VERB_WORDS).index(rule.verb), order.index(rule.role)))
    return [
        Line(
            rule.role,
            who(rule.role),
            rule.verb,
            VERB_WORDS[rule.verb],
            "" if rule.relation is Relation.NO_CASE else rule.relation.value,
            tuple(SECTION_WORDS[each] for each in SECTIONS if each in rule.sections),
        )
        for rule in found
    ]


def who(role: str) -> str:
    """A role as the page calls it."""
    return "Everybody with a role" if role == EVERYBODY else role_name(role)


def steps_of(role: str) -> list[Step]:
    """The steps of the shipped processes that are a role's, by process."""
    return sorted((step for step in steps().values() if step.role == role), key=lambda step: step.process)
