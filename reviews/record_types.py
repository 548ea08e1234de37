"""Which kind of record every table holds, whether it is personal, and how its rows belong to a case.

Read by destruction, by the export of a case and by the data map. A table that is not here fails a test.
"""

from __future__ import annotations

from dataclasses import dataclass

CHILD = "special category data about children and families"
STAFF = "who did what, and how to reach them"
NOBODY = "no personal data"

DRAFT = "unsubmitted_draft"
NOT_ACCEPTED = "referral_not_accepted"
REVIEW = "review_record"
PREPARATION = "agency_preparation"
PLAN = "action_plan_and_evidence"
LEARNING = "published_learning"
AUDIT = "audit_log"
NOTICES = "notification_log"
EVENT_NAMES = "event_attendance"

RECORDS: dict[str, str] = {
    DRAFT: "Draft that was never sent",
    NOT_ACCEPTED: "Referral that was not accepted",
    REVIEW: "Record of a review",
    PREPARATION: "Agency’s preparation",
    PLAN: "Action plan and evidence",
    LEARNING: "Published learning",
    AUDIT: "Audit log",
    NOTICES: "Log of notices",
    EVENT_NAMES: "Names of who came to a learning event",
}
OFFICE = "office"  # no case: people, calendars, texts, processes
PROOF = "proof_of_destruction"
KINDS = {**RECORDS, OFFICE: "Kept by the office, about no case", PROOF: "Proof of what was destroyed"}


@dataclass(frozen=True)
class Table:
    """One table. `by` says how a row belongs to a case: its column, and the table whose row that names.

    "key" in place of a table: the column holds a reference or a business key.
    """

    kind: str
    holds: str
    data: str = NOBODY
    by: tuple[str, str] | None = None
    sealed: tuple[str, ...] = ()  # columns that are never exported: bytes, and what only the machine reads


def _of_review(kind: str, holds: str, data: str = CHILD, *sealed: str) -> Table:
    return Table(kind, holds, data, ("review", "review"), sealed)


def _of_action(holds: str) -> Table:
    return Table(PLAN, holds, CHILD, ("action", "action"))


def _of_instance(holds: str, data: str = STAFF, *sealed: str) -> Table:
    return Table(REVIEW, holds, data, ("instance_id", "process_instance"), sealed)


def _of_task(column: str, holds: str, data: str = STAFF, *sealed: str, kind: str = REVIEW) -> Table:
    return Table(kind, holds, data, (column, "user_task"), sealed)


def _office(holds: str, data: str = NOBODY) -> Table:
    return Table(OFFICE, holds, data)


_CASE: dict[str, Table] = {
    "review": Table(REVIEW, "A case from its referral to its end", CHILD, ("ref", "key")),
    "child_identity": _of_review(REVIEW, "Who the child is, sealed", CHILD, "sealed"),
    "break_glass": _of_review(REVIEW, "Who opened the review in an emergency, and why", STAFF),
    "child_index": _of_review(REVIEW, "What a child is found again by: cut digests", CHILD, "token"),
    "identity_change": _of_review(REVIEW, "What was known before a correction, sealed", CHILD, "sealed"),
    "parallel_proceeding": _of_review(REVIEW, "Other reviews and proceedings about the same events"),
    "conflict": _of_review(REVIEW, "Who must not come near the case, and why", STAFF),
    "named_access": _of_review(REVIEW, "Who may open a restricted case, and why", STAFF),
    "statutory_screen": _of_review(REVIEW, "The statutory screen"),
    "redirect": _of_review(REVIEW, "Hand-overs to the Serious Case Review sub-group"),
    "discussion": _of_review(REVIEW, "Discussions with the referrer"),
    "triage_decision": _of_review(REVIEW, "Decisions about the referral"),
    "involvement": _of_review(REVIEW, "Agencies that take part"),
    "chair_nomination": _of_review(REVIEW, "Who was asked to chair, and the reply", STAFF),
    "meeting": _of_review(REVIEW, "Meetings"),
    "invitation": Table(REVIEW, "Who was asked to a meeting", STAFF, ("meeting", "meeting")),
    "attendance": Table(REVIEW, "Which agencies came, by number", NOBODY, ("meeting", "meeting")),
    "challenge": _of_review(REVIEW, "Challenges made at a meeting"),
    "family_view": _of_review(REVIEW, "The family’s view"),
    "preparation": _of_review(PREPARATION, "One agency’s page before the meeting", CHILD, "sealed_note"),
    "learning_point": _of_review(REVIEW, "What was learned"),
    "summary": _of_review(REVIEW, "The chair’s summary, full and shareable"),
    "agency_view": _of_review(REVIEW, "What an agency sees differently, in its own words"),
    "writer": _of_review(REVIEW, "Who was asked to write parts of a summary", STAFF),
    "fact_check": _of_review(REVIEW, "Agencies’ check of the facts"),
    "anonymity_check": _of_review(REVIEW, "The second reader’s check"),
    "disclosure_word": _of_review(REVIEW, "What was said of marks of the disclosure check", STAFF),
    "recommendation": _of_review(REVIEW, "Recommendations"),
    "qa_decision": _of_review(REVIEW, "Decisions of the QA sub-group"),
    "impact_check": _of_review(REVIEW, "What changed for children"),
    "feedback_round": _of_review(REVIEW, "When people were asked what it was like to take part", NOBODY),
    "feedback_ask": Table(
        REVIEW, "Who is asked, and has answered; until the round closes", STAFF, ("round", "feedback_round")
    ),
    "feedback_answer": Table(
        REVIEW, "What people said, without a name", CHILD, ("round", "feedback_round"), ("words",)
    ),
    "late_step": _of_review(REVIEW, "Steps that were late", STAFF),
    "late_step_answer": Table(REVIEW, "What was answered about them", STAFF, ("late_step", "late_step")),
    "cascade": _of_review(REVIEW, "Agencies’ word that their staff were reached", STAFF),
    "training_change": _of_review(REVIEW, "Changes in training", NOBODY),
    "disclosure": _of_review(REVIEW, "What was shared, with whom, why and on what basis", STAFF),
    "time_request": Table(REVIEW, "More time asked for a step", STAFF, ("about", "key")),
    "task_note": Table(REVIEW, "What was said of an open step", STAFF, ("about", "key")),
    "board_report_item": Table(REVIEW, "What a report to the Board says of a case", CHILD, ("about", "key")),
    "board_report_line": Table(
        REVIEW, "What the numbers of a report to the Board counted", STAFF, ("about", "key")
    ),
    "suggestion": Table(REVIEW, "A practitioner’s suggestion of a case", CHILD, ("key", "key")),
    "legal_hold": Table(REVIEW, "Legal holds", STAFF, ("about", "key")),
    "record_due": Table(REVIEW, "When the record is looked at", STAFF, ("about", "key")),
    "action": _of_review(PLAN, "Actions"),
    "action_update": _of_action("What owners said of an action"),
    "evidence": _of_action("What shows that an action was done"),
    "action_extension": _of_action("More time for an action"),
    "ladder_answer": _of_action("Answers about an action that was late"),
    "file": _of_review(REVIEW, "Files: what each is, who added it; name and words sealed", CHILD, "sealed"),
    "long_work": _of_review(REVIEW, "Long work that somebody asked for, and how far it is", STAFF),
    "long_work_piece": Table(
        REVIEW, "What came of it for a week, sealed", CHILD, ("work", "long_work"), ("sealed",)
    ),
    "search_text": _office("Words of what can be searched; they go with the row they are from", CHILD),
    "file_piece": Table(REVIEW, "Their bytes, sealed", CHILD, ("file", "file"), ("sealed",)),
    "briefing": _of_review(LEARNING, "The published briefing, anonymous", NOBODY),
    "event_source": Table(LEARNING, "Learning used in an event", NOBODY, ("source", "key")),
    "event_item": Table(LEARNING, "What the programme of an event holds", STAFF, ("source", "key")),
    "outbox": Table(NOTICES, "Notices and messages", STAFF, ("about", "key")),
    "undelivered_notice": Table(NOTICES, "Notices that did not arrive", STAFF, ("about", "key")),
    "event_seal": Table(AUDIT, "What shows tampering with an entry", NOBODY, ("business_key", "key")),
    "audit_head": Table(AUDIT, "The end of a case’s entries", NOBODY, ("business_key", "key")),
    "audit_tombstone": Table(AUDIT, "What is left of destroyed entries", STAFF, ("business_key", "key")),
    "audit_anchor_head": Table(AUDIT, "Where its entries ended at a moment", NOBODY, ("business_key", "key")),
    "event": Table(AUDIT, "Who did and read what, when", STAFF, ("business_key", "key")),
}
_WORK: dict[str, Table] = {
    "process_instance": Table(
        REVIEW, "The process at work, sealed", CHILD, ("business_key", "key"), ("state", "progress")
    ),
    "user_task": _of_instance("Steps", STAFF, "token", "item"),
    "timer": _of_instance("Waits", NOBODY, "token"),
    "message_wait": _of_instance("Messages that are waited for", NOBODY, "token"),
    "pause": _of_instance("Pauses, and why"),
    "decision_made": _of_instance("What a decision table read, and what it decided; sealed", CHILD, "told"),
    "deadline": _of_instance("Due dates, and how they were counted", NOBODY),
    "extension": Table(REVIEW, "More time agreed", STAFF, ("deadline_id", "deadline")),
    "submission": _of_task("task_id", "Answers as they were given", CHILD),
    "draft": _of_task(
        "task_id", "What somebody has typed and not sent, sealed", CHILD, "answers", kind=DRAFT
    ),
    "part_text": _of_task("task", "Parts of a summary as they are written, sealed", CHILD, "answers"),
    "chase": _of_task("task_id", "Reminders"),
    "migration_case": _of_instance(
        "Moves to another version of its process; what it was before, sealed", CHILD, "before"
    ),
    "idempotency": _of_task("result", "Requests already answered: digests and ids", NOBODY),
}
_NO_CASE: dict[str, Table] = {
    "document_template": _office("The partnership’s own Word templates for documents", STAFF),
    "process_version": _office("Diagrams, tables and forms in use"),
    "process_change": _office("Changes of processes: who asked, who approved, and why", STAFF),
    "change_file": _office("The files of a change as they are", STAFF),
    "scenario_run": _office("What came of the scenarios of processes, played with invented people", STAFF),
    "change_revision": _office("The files of a change as they were", STAFF),
    "migration": _office("Requests to move running cases to another version, and why", STAFF),
    "working_calendar": _office("Which bank holidays count"),
    "calendar_day": _office("The partnership’s own working days"),
    "schedule": _office("When the calendar is looked at next"),
    "setting": _office("Settings"),
    "setting_change": _office("The history of settings, agencies, bodies and lists", STAFF),
    "option_entry": _office("Lists that forms offer"),
    "reference_counter": _office("The last reference given out"),
    "policy_document": _office("Policies and when they are looked at again", STAFF),
    "agenda_item": _office("What was arranged of the agendas of meetings", STAFF),
    "theme_alert": _office("Themes that came back, and when that was told"),
    "other_learning": _office("Learning from elsewhere, anonymous"),
    "agency": _office("Agencies"),
    "body": _office("The Board and its sub-groups", STAFF),
    "body_meeting": _office("When they meet"),
    "term": _office("School terms"),
    "school_holiday": _office("School holidays"),
    "learning_event": _office("The event of each term"),
    "event_booking": Table(EVENT_NAMES, "Who had a place at an event, and who came", STAFF),
    "event_answer": _office("What was said of an event, without a name"),
    "board_report": _office("Reports to the Board", STAFF),
    "person": _office("People with an account: name, e-mail address, agency", STAFF),
    "person_role": _office("Who holds which role", STAFF),
    "absence": _office("Who is away", STAFF),
    "cover": _office("Who stands in for whom", STAFF),
    "leaving": _office("Who leaves, and who takes over", STAFF),
    "calendar_address": _office("Secret addresses of calendars, as digests", STAFF),
    "audit_anchor": _office("Digests of all entries at a moment"),
    "child_index_key": _office("The key of that index, sealed"),
    "sign_in_session": _office("Who is signed in", STAFF),
    "local_account": _office("Passwords as hashes, second factors sealed", STAFF),
    "recovery_code": _office("Recovery codes, as digests", STAFF),
    "one_time_link": _office("Links to set a password", STAFF),
    "linked_identity": _office("Which organisation account is whose", STAFF),
    "used_nonce": _office("Sign-ins that were completed, as digests"),
    "api_token": _office("Tokens for programs, as digests", STAFF),
    "sign_in_attempt": _office("Wrong tries of the last hour, as digests"),
    "retention_rule": _office("How long each kind of record is kept", STAFF),
    "retention_change": _office("The history of that", STAFF),
    "kept_briefing": Table(LEARNING, "Published learning of reviews that were destroyed, anonymous"),
    "destruction_certificate": Table(PROOF, "Certificates of destruction", STAFF),
}
TABLES: dict[str, Table] = {**_CASE, **_WORK, **_NO_CASE}
