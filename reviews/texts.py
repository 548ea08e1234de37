"""The words of every notice. A placeholder is one of `PLACEHOLDERS`; there is no name of a child among them.

A partnership has its own words as files beside the chasing table (`reviews.notice_files`); a text with
another placeholder is refused. Dates are placed as words, the link leads to sign-in first.
"""

from __future__ import annotations

from dataclasses import dataclass

from reviews.account_texts import ACCOUNT_TEXTS
from reviews.audit_texts import AUDIT_TEXTS
from reviews.disclosure_texts import DISCLOSURE_TEXTS
from reviews.feedback_texts import FEEDBACK_TEXTS
from reviews.learning_events.texts import EVENT_TEXTS
from reviews.people_texts import PEOPLE_TEXTS
from reviews.record_texts import RECORD_TEXTS
from reviews.reminder_texts import REMINDER_TEXTS
from reviews.sign_in_texts import SIGN_IN_TEXTS
from reviews.studio_texts import STUDIO_TEXTS
from reviews.time_texts import TIME_TEXTS
from reviews.writing_texts import WRITING_TEXTS

PLACEHOLDERS = ("name", "reference", "link", "date", "list", "board", "digest")


@dataclass(frozen=True)
class Text:
    """One notice: what it is for, its subject and its body."""

    purpose: str
    subject: str
    body: str


_SIGN_OFF = (
    "\n\nThis message holds a reference and a link only. Please do not reply with details of a case.\n{board}"
)


def _text(purpose: str, subject: str, body: str) -> Text:
    return Text(purpose, subject, f"Dear {{name}},\n\n{body}\n\n{{link}}{_SIGN_OFF}")


TEXTS: dict[str, Text] = {
    # referral and triage
    "referral_receipt": _text(
        "Receipt to the referrer",
        "{reference}: we have your referral",
        "Thank you for referring {reference}. The Head of Safeguarding and Learning will talk with you "
        "within five working days and decide within ten.",
    ),
    "referral_received": _text(
        "A new referral",
        "{reference}: a new referral",
        "{reference} was referred. Its statutory screen comes first.",
    ),
    "more_information": _text(
        "The referrer is asked for more",
        "{reference}: a question about your referral",
        "Before {reference} can be decided we need to know a little more.",
    ),
    "information_received": _text(
        "The referrer has answered",
        "{reference}: more information is in",
        "The referrer of {reference} has answered.",
    ),
    "referral_outcome": _text(
        "Outcome to the referrer",
        "{reference}: what was decided",
        "There is a decision about {reference}, with its reason.",
    ),
    "second_look_asked": _text(
        "A second look is asked for",
        "{reference}: a second look is asked for",
        "The referrer of {reference} asks for a second look at the decision.",
    ),
    "second_look_again": _text(
        "It is decided anew",
        "{reference}: we look at it again",
        "The decision on {reference} will be made anew.",
    ),
    "second_look_upheld": _text(
        "The decision stands",
        "{reference}: the decision stands",
        "The decision on {reference} was looked at and stands.",
    ),
    "handed_over": _text(
        "A case is handed over",
        "{reference}: handed over to your sub-group",
        "{reference} may need a statutory review. Please say whether you take it.",
    ),
    "scr_replied": _text(
        "The sub-group has replied",
        "{reference}: the sub-group has replied",
        "There is a reply about {reference}.",
    ),
    "review_ended": _text(
        "A review ends",
        "{reference}: this learning review ends",
        "{reference} does not go on as a learning review. Nothing more is asked of you on it.",
    ),
    "review_withdrawn": _text(
        "A review is withdrawn",
        "{reference}: withdrawn",
        "{reference} was withdrawn. Nothing more is asked of you on it.",
    ),
    # setting up, preparing, meeting
    "agency_notice": _text(
        "Notice to an agency",
        "{reference}: your agency is asked to prepare",
        "A multi-agency learning review will be held. Your agency is asked to prepare one page and to "
        "take part. We are here to learn, not to blame.",
    ),
    "agency_added_late": _text(
        "Notice to an agency that joins after the meeting",
        "{reference}: your agency is part of this review",
        "The review meeting has been held. Your agency will be asked to check the facts of the summary and "
        "to pass the learning on. We are here to learn, not to blame.",
    ),
    "chair_nomination": _text(
        "Asked to chair", "{reference}: will you chair this review?", "You are asked to chair {reference}."
    ),
    "chair_replied": _text(
        "The nominee has replied",
        "{reference}: the reply about chairing",
        "There is a reply about who chairs {reference}.",
    ),
    "invitation": _text(
        "Invitation to a meeting",
        "{reference}: review meeting on {date}",
        "The review meeting of {reference} is on {date}. Staff who worked with the family are encouraged "
        "to come, with their managers. We are here to learn, not to blame: its page has the ground rules, "
        "and whom you can talk to.",
    ),
    "meeting_moved": _text(
        "A meeting has a new date",
        "{reference}: the meeting is now on {date}",
        "The review meeting of {reference} has moved to {date}.",
    ),
    "agenda": _text(
        "The agenda is out",
        "{reference}: agenda",
        "The agenda of the review meeting of {reference} is ready.",
    ),
    # writing up, QA
    "fact_check_answered": _text(
        "An agency has corrections",
        "{reference}: an agency has answered",
        "An agency has corrections to {reference}.",
    ),
    "qa_agenda": _text(
        "On the agenda", "{reference}: on the QA agenda of {date}", "{reference} is on the agenda of {date}."
    ),
    "qa_meeting_moved": _text(
        "The QA meeting has a new date",
        "{reference}: now on the QA agenda of {date}",
        "The meeting of the QA sub-group has moved. {reference} is on the agenda of {date} now.",
    ),
    "board_meeting_moved": _text(
        "The Board’s meeting has a new date",
        "The Board now meets on {date}",
        "The meeting of the Board has moved to {date}. Your report is due 5 working days before.",
    ),
    "qa_papers": _text(
        "Papers for members",
        "{reference}: papers for {date}",
        "The papers on {reference} for the meeting of {date} are ready.",
    ),
    "qa_decided": _text(
        "What QA decided", "{reference}: what the QA sub-group decided", "There is a decision on {reference}."
    ),
    "raised_with_board": _text(
        "Raised with the Board",
        "{reference}: raised with the Board",
        "The QA sub-group raises {reference} with the Board.",
    ),
    "plan_adopted": _text(
        "A plan to follow",
        "{reference}: an action plan is agreed",
        "The action plan of {reference} is agreed.",
    ),
    # actions
    "action_agreed": _text(
        "An action is yours",
        "{reference}: an action for you, due {date}",
        "You own an action of {reference}, due {date}.",
    ),
    "action_not_mine": _text(
        "An owner says it is not theirs",
        "{reference}: an action needs another owner",
        "The owner of an action of {reference} says that it is not theirs.",
    ),
    "extension_agreed": _text(
        "More time agreed",
        "{reference}: more time, until {date}",
        "Your action of {reference} is now due {date}.",
    ),
    "extension_refused": _text(
        "No more time", "{reference}: the date stays {date}", "Your action of {reference} stays due {date}."
    ),
    "escalation_decided": _text(
        "Decided how to go on",
        "{reference}: a decision about your action",
        "There is a decision about your late action.",
    ),
    "action_escalated": _text(
        "Taken to the Board",
        "{reference}: a late action of your agency",
        "A late action of your agency was escalated.",
    ),
    "late_step_decided": _text(
        "Decided how a late step goes on",
        "{reference}: how a late step goes on",
        "There is a decision about a step of {reference} that is late.",
    ),
    "late_step_escalated": _text(
        "A late step goes higher",
        "{reference}: a late step",
        "A step of {reference} is late, and it was taken to you.",
    ),
    "late_step_assured": _text(
        "Assurance about a late step",
        "{reference}: assurance about a late step",
        "Written assurance about a late step of {reference} is in.",
    ),
    "assurance_given": _text(
        "Assurance given",
        "{reference}: written assurance",
        "Written assurance about a late action of {reference} is in.",
    ),
    "evidence_missing": _text(
        "Evidence is missing",
        "{reference}: a little more evidence",
        "Your action of {reference} needs more evidence.",
    ),
    "action_closed": _text(
        "An action is closed",
        "{reference}: your action is closed",
        "Your action of {reference} was checked and closed.",
    ),
    "action_cancelled": _text(
        "An action is cancelled",
        "{reference}: your action is cancelled",
        "Your action of {reference} was cancelled.",
    ),
    # sharing
    "briefing_published": _text(
        "The briefing is out",
        "{reference}: seven-minute briefing",
        "The seven-minute briefing of {reference} is published. Please share it with your staff and say "
        "how many it reached.",
    ),
    "thanks": _text(
        "Thanks to those who took part",
        "{reference}: thank you",
        "Thank you for taking part in {reference}. Please pass our thanks on to your staff.",
    ),
    "learning_for_event": _text(
        "Learning for the event",
        "{reference}: learning for the next event",
        "{reference} offers learning for the next event.",
    ),
    "impact_checked": _text(
        "Impact to be rated",
        "{reference}: what has changed",
        "What changed after {reference} is ready to be rated.",
    ),
    "review_closed": _text(
        "A review is closed", "{reference}: closed", "{reference} is closed, its impact shown. Thank you."
    ),
    # board, suggestions, policies
    "board_report": _text(
        "Report to the Board",
        "Report for the Board of {date}",
        "The QA chair's report for the Board of {date} is ready.",
    ),
    "board_asks": _text(
        "The Board asks", "The Board has a question", "The Board asks for something about the report."
    ),
    "suggestion_received": _text(
        "A case is suggested",
        "{reference}: a colleague suggests a case",
        "A colleague suggests a case for learning.",
    ),
    "suggestion_answered": _text(
        "Reply to a suggestion",
        "{reference}: a reply to your suggestion",
        "There is a reply to your suggestion.",
    ),
    "policy_to_approve": _text(
        "A policy to approve",
        "{reference}: a policy to approve",
        "The review of a policy is ready to be approved.",
    ),
    "policy_returned": _text(
        "A policy is returned",
        "{reference}: returned",
        "The proposed change of a policy was returned to you.",
    ),
    # changes at any time
    "task_handed_over": _text(
        "A step is now yours",
        "{reference}: a step was handed to you",
        "A step of {reference} was handed to you.",
    ),
    "conflict_declared": _text(
        "A conflict of interest",
        "{reference}: a conflict of interest was declared",
        "Somebody declared a conflict of interest on {reference}. Please look at who does its open steps.",
    ),
    "notice_undelivered": _text(
        "A notice did not arrive",
        "{reference}: a notice did not arrive",
        "A notice could not be delivered. Please find out how its reader can be told.",
    ),
    "file_infected": _text(
        "A virus was found in a document",
        "{reference}: a document is held back",
        "The virus check found something in a document of {reference}. Nobody can open it. Please have the "
        "computer checked that it came from, and remove the document.",
    ),
    "chair_changed": _text(
        "Another chair", "{reference}: another chair", "{reference} has another chair from today."
    ),
    # reminders, absence, time, records, sign-in, the audit log
    **{
        name: _text(*words)
        for texts in (
            DISCLOSURE_TEXTS,
            FEEDBACK_TEXTS,
            EVENT_TEXTS,
            REMINDER_TEXTS,
            PEOPLE_TEXTS,
            TIME_TEXTS,
            WRITING_TEXTS,
            RECORD_TEXTS,
            STUDIO_TEXTS,
            SIGN_IN_TEXTS,
            ACCOUNT_TEXTS,
            AUDIT_TEXTS,
        )
        for name, words in texts.items()
    },
}
