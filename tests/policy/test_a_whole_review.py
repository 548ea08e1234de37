"""One review as the policy tells it: from a suggestion to the check that practice has changed, by twelve
people in ten roles.

Each paragraph of the policy is a paragraph here. Time passes day by day; the worker looks once each morning.
"""

from __future__ import annotations

import datetime as dt

from tests.policy import answers
from tests.policy.conftest import Partnership

DAY = dt.timedelta(days=1)


EVERYBODY_INVITED = ["review meeting on 20 May 2026", "agenda"]
BOTH_QA_PAPERS = ["papers for 8 July 2026", "papers for 26 August 2026"]
SHARED = ["seven-minute briefing", "thank you"]
TWICE_AND_REMINDED = 4  # after the meeting and after sharing, each with a reminder
PRACTITIONERS = TWICE_AND_REMINDED * ["please ask your practitioners what it was like"]
FAMILY = TWICE_AND_REMINDED * ["please ask the family what it was like"]
NOTICES = {
    "alex": ["will you chair this review?"],
    "ashby": [
        "your agency is asked to prepare",
        *EVERYBODY_INVITED,
        "an action for you, due 4 June 2026",
        *BOTH_QA_PAPERS,
        "an action for you, due 2 October 2026",
        *SHARED,
        "your action is closed",
        "a little more evidence",
        "your action is closed",
        *PRACTITIONERS,
    ],
    "carey": BOTH_QA_PAPERS,
    "dale": [
        "we have your referral",
        "what was decided",
        "your agency is asked to prepare",
        *EVERYBODY_INVITED,
        *SHARED,
        *PRACTITIONERS,
    ],
    "emery": [
        "your agency is asked to prepare",
        *EVERYBODY_INVITED,
        *BOTH_QA_PAPERS,
        *SHARED,
        *PRACTITIONERS,
    ],
    "frankie": [
        "will you chair this review?",
        *EVERYBODY_INVITED,
        "on the QA agenda of 8 July 2026",
        "what the QA sub-group decided",
        "on the QA agenda of 26 August 2026",
        "what the QA sub-group decided",
        *BOTH_QA_PAPERS,
        *FAMILY,
    ],
    "kit": ["an action plan is agreed"],
    "morgan": ["a new referral", "the reply about chairing", "the reply about chairing"],
    "noor": ["learning for the next event"],
    "rowan": BOTH_QA_PAPERS,
}


def test_a_review_from_suggestion_to_lasting_change(partnership: Partnership) -> None:
    p = partnership
    ref = suggest_and_refer(p)
    decide_with_the_referrer(p, ref)
    find_a_chair_and_a_date(p, ref)
    prepare_and_meet(p, ref)
    write_and_check_the_summary(p, ref)
    present_to_the_sub_group(p, ref)
    share_the_learning(p, ref)
    follow_the_action_through(p, ref)
    show_that_practice_has_changed(p, ref)
    every_notice_has_been_given(p, ref)


def suggest_and_refer(p: Partnership) -> str:
    """C1, P1: "Practitioners and managers should keep an open mind"; "contact must be made" by the
    safeguarding
    lead (C1, P1)."""
    begun = p.vesna.submit(p.vesna.open("/suggest").form("/suggest"), "/suggest")
    p.vesna.answers(begun.path, answers.suggestion())
    p.tick()
    p.dale.does("suggestion_reply", answers.suggestion_reply())
    p.tick()
    assert p.letters_to("vesna"), "who suggested is told what became of it"
    ref = p.dale.finds("referral").review
    sent = p.dale.does("referral", answers.referral(p.today))
    assert "Check for a statutory review" in sent.words
    p.tick()
    assert any(ref in subject for subject in p.letters_to("dale")), "the referrer gets a receipt"
    return ref


def decide_with_the_referrer(p: Partnership, ref: str) -> None:
    """The Head of Safeguarding and Learning "will determine in discussion with the referrer" (P2, A1)."""
    assert p.morgan.finds("statutory_screen").due.startswith("due in 2 working days")
    p.morgan.does("statutory_screen", answers.statutory_screen())
    assert not p.morgan.has("triage_decision"), "no decision before the discussion"
    p.morgan.does("referrer_discussion", answers.referrer_discussion(p.today))
    p.days_pass(1)
    p.morgan.does("triage_decision", answers.triage_decision("accept", p.today))
    p.tick()
    assert len(p.letters_to("dale")) >= 2, "the referrer hears the outcome"


def find_a_chair_and_a_date(p: Partnership, ref: str) -> None:
    """All agencies "will be notified"; she "will nominate a chair for the review and fix a date" (P4 to
    P7)."""
    p.devon.does("agency_notice", answers.agency_notice())
    p.tick()
    for lead in ("dale", "ashby", "emery"):
        assert any(ref in subject for subject in p.letters_to(lead)), f"{lead}'s agency is notified"
    p.morgan.does("chair_nomination", answers.chair_nomination("u_alex"))
    p.alex.does("chair_reply", answers.chair_reply("decline"))
    p.morgan.does("chair_nomination", answers.chair_nomination("u_frankie"))
    p.frankie.does("chair_reply", answers.chair_reply())
    p.ellis.does("meeting_date", answers.meeting_date(dt.date(2026, 5, 20)))
    p.tick()


def prepare_and_meet(p: Partnership, ref: str) -> None:
    """Managers come "fully apprised"; the meeting is "respectful and enquiring" (A9, P7 to P10, A7)."""
    for person in (p.dale, p.ashby):
        person.does("agency_preparation", answers.agency_preparation(p.today))
    p.until(dt.date(2026, 5, 5))
    assert "due tomorrow" in p.emery.finds("agency_preparation").due
    p.ellis.does("meeting_agenda", answers.meeting_agenda())
    p.frankie.does("family_view", answers.family_view(p.today))
    p.until(dt.date(2026, 5, 7))
    assert "1 working day late" in p.emery.finds("agency_preparation").due
    assert p.told("emery", "Prepare for the meeting"), "who is late is reminded"
    p.until(dt.date(2026, 5, 21))
    immediate = [{**answers.action(p.today + 14 * DAY), "text": "Tell teams to send each plan the same day"}]
    keys = ("text", "outcome", "agency", "owner", "due")
    immediate = [{key: row[key] for key in keys} for row in immediate]
    p.frankie.does("meeting_record", answers.meeting_record(dt.date(2026, 5, 20), immediate=immediate))
    assert p.ashby.has("action_evidence"), "an immediate action starts at once"
    p.tick()
    assert not p.emery.has("agency_preparation"), (
        "the meeting has been held: nobody is asked to prepare for it"
    )


def write_and_check_the_summary(p: Partnership, ref: str) -> None:
    """The chair "will then pull together a summary of the case and the learning for wider dissemination"
    (P12)."""
    p.days_pass(5)
    p.frankie.does("summary", answers.summary(p.today, [answers.action(dt.date(2026, 10, 2))]))
    for person in (p.dale, p.ashby, p.emery):
        person.does("fact_check", answers.fact_check())
    assert not p.frankie.has("anonymity_check"), "the author is not the second reader"
    p.devon.does("anonymity_check", answers.anonymity_check())


def present_to_the_sub_group(p: Partnership, ref: str) -> None:
    """ "The review findings and action plan will be presented to" the QA sub-group (P13)."""
    assert (
        "8 July 2026" in p.frankie.finds("qa_presentation", ref).due
        if p.frankie.has("qa_presentation")
        else True
    )
    p.devon.does("qa_papers", answers.qa_papers(p.today))
    p.until(dt.date(2026, 7, 8))
    p.frankie.does("qa_presentation", answers.qa_presentation(p.today))
    p.rowan.does("qa_decision", answers.qa_decision("return"))
    p.frankie.does("qa_changes", answers.qa_changes())
    p.devon.does("qa_papers", answers.qa_papers(p.today))
    p.until(dt.date(2026, 8, 26))
    p.frankie.does("qa_presentation", answers.qa_presentation(p.today))
    p.rowan.does("qa_decision", answers.qa_decision())


def share_the_learning(p: Partnership, ref: str) -> None:
    """ "It is essential that any lessons learned are disseminated quickly" (A14, L3, L5)."""
    p.devon.does("briefing", answers.briefing())
    p.morgan.does("briefing_check", answers.briefing_check())
    p.tick()
    for person in (p.dale, p.ashby, p.emery):
        person.does("cascade", answers.cascade(p.today))
    p.noor.does("training_change", answers.training_change(p.today))
    assert "One plan, everyone has it" in p.tess.open("/learning").words, "any practitioner can read it"


def follow_the_action_through(p: Partnership, ref: str) -> None:
    """ "There will be a clear line of accountability for the monitoring of any actions" (A15, P14)."""
    p.ashby.does("action_evidence", answers.action_evidence(p.today))  # the immediate one, late by now
    p.kit.does("action_verification", answers.action_verification())
    p.until(dt.date(2026, 10, 9))
    assert "5 working days late" in p.ashby.finds("action_evidence").due
    assert p.ashby.has("recovery_plan"), "5 working days late: the agency's lead plans the recovery"
    p.until(dt.date(2026, 10, 16))
    assert p.kit.has("escalation_decision"), "10 working days late: the Monitoring chair decides"
    p.until(dt.date(2026, 10, 30))
    assert p.rowan.has("written_assurance") or p.kit.has("written_assurance"), "20: a Board member assures"
    p.until(dt.date(2026, 11, 13))
    assert p.lindsay.has("exception_report"), "30: the Board's chair"
    p.ashby.does("action_evidence", answers.action_evidence(p.today))
    p.kit.does("action_verification", answers.action_verification("more_needed"))
    p.ashby.does("action_evidence", answers.action_evidence(p.today))
    p.kit.does("action_verification", answers.action_verification())
    assert not p.lindsay.has("exception_report"), "a closed action needs no more exceptions"
    p.tick()


def show_that_practice_has_changed(p: Partnership, ref: str) -> None:
    """What goes wrong nationally is the end: here the review is closed when impact is shown."""
    p.until(dt.date(2027, 5, 12))
    assert not p.morgan.has("impact_check", ref)
    p.until(dt.date(2027, 5, 17))
    p.morgan.does("impact_check", answers.impact_check(), ref)
    p.rowan.does("impact_rating", answers.impact_rating(), ref)
    assert "Closed" in p.morgan.open(f"/reviews/{ref}").words


def every_notice_has_been_given(p: Partnership, ref: str) -> None:
    """Each person has had exactly these letters about the review, and the ladder's letters while its action
    was late."""
    given: dict[str, list[str]] = {}
    for to, letter in p.letters:
        if letter.subject.startswith(f"{ref}: "):
            given.setdefault(to.removeprefix("u_"), []).append(letter.subject.removeprefix(f"{ref}: "))
    assert {who: sorted(told) for who, told in given.items()} == {
        who: sorted(told) for who, told in NOTICES.items()
    }
    for who, words in (("ashby", "Now late"), ("ashby", "Five working days late")):
        assert words in p.letters_to(who)
    assert "An action ten working days late" in p.letters_to("devon")
    assert "An action twenty working days late" in p.letters_to("rowan")
    assert not [
        letter.body for _, letter in p.letters if answers.CHILD in letter.body or "Zebedee" in letter.subject
    ]
