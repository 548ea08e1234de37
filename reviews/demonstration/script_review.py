"""The moves of a review at work: set-up, preparation, meetings, summary, QA."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from reviews.demonstration import answers_review as says
from reviews.demonstration.answers_referral import Case
from reviews.demonstration.beside import give_time, say_of_marks
from reviews.demonstration.moves import Move, at, days_after, days_before
from reviews.demonstration.script_referral import HEAD, OFFICE, SUPPORT, found_later

QA_CHAIR = "u_rowan"
NextQa = Callable[[dt.date], dt.date]


def chair_of(case: Case) -> str | None:
    """Who accepted to chair, if anybody has."""
    rows = case.get("chair", {}).get("nominations", [])
    return next((row["user"] for row in rows if row["reply"] == "accepted"), None)


def review_moves(case: Case, leads: dict[str, str], next_qa: NextQa, weeks: int) -> Iterator[Move]:
    """From the notices to the decision of the QA sub-group, as far as the case has come."""
    if case.get("notified_on") is None:
        return
    later = found_later(case, weeks)
    agencies = [agency for agency in case["agencies_involved"] if later is None or agency != later[0]]
    yield Move(at(case["notified_on"]), case["ref"], "agency_notice", OFFICE, says.notice(agencies))
    for row in case["chair"]["nominations"]:
        answers = says.nomination(row["user"])
        yield Move(at(row["nominated_on"], 11), case["ref"], "chair_nomination", HEAD, answers)
        if row["reply"]:
            reply = says.chair_reply(row)
            yield Move(at(row["replied_on"], 12), case["ref"], "chair_reply", row["user"], reply)
    yield from _preparation_moves(case, leads)
    yield from _meeting_moves(case)
    if "summary_document" in case:
        yield from _writing_moves(case, leads, next_qa)


def _preparation_moves(case: Case, leads: dict[str, str]) -> Iterator[Move]:
    rows: list[dict[str, Any]] = case.get("preparation", [])
    held = [meeting for meeting in case.get("meetings", []) if meeting["status"] == "held"]
    if not rows and held:
        day = days_before(held[0]["date"], 9)
        rows = [
            {
                "agency": agency,
                "by": leads[agency],
                "returned_on": day,
                "status": "returned",
                "spoke_to_staff": True,
            }
            for agency in case["agencies_involved"]
        ]
    for row in rows:
        if "Due date moved" in row.get("note", ""):
            asked = days_before(row["due"], 40)
            yield Move(at(asked), case["ref"], "give_time", HEAD, act=partial(give_time, case=case, row=row))
        if row["returned_on"]:
            yield Move(
                at(row["returned_on"], 15),
                case["ref"],
                "agency_preparation",
                row["by"],
                says.preparation(row),
                agency=row["agency"],
            )


def _meeting_moves(case: Case) -> Iterator[Move]:
    chair = chair_of(case)
    if chair is None:
        return
    ref, meetings = case["ref"], case.get("meetings", [])
    replied = case["chair"]["nominations"][-1]["replied_on"]
    fixed = days_after(replied, 2)
    told = case.get("family_view")
    if told:
        yield Move(at(told["date"], 16), ref, "family_view", chair, says.family_view(case))
    for meeting in meetings:
        yield Move(at(fixed, 14), ref, "meeting_date", SUPPORT, says.meeting_date(meeting))
        if meeting["status"] != "held":
            return
        yield Move(at(days_before(meeting["date"], 8), 11), ref, "meeting_agenda", SUPPORT, says.agenda())
        recorded = days_after(meeting["date"], 1)
        last = meeting is meetings[-1]
        answers = says.meeting_record(case, meeting, last=last)
        yield Move(at(recorded, 15), ref, "meeting_record", chair, answers)
        fixed = days_after(recorded, 2)


def _writing_moves(case: Case, leads: dict[str, str], next_qa: NextQa) -> Iterator[Move]:
    ref, chair = case["ref"], chair_of(case)
    assert chair is not None
    qa_on = case["qa"]["meeting_on"]
    finished = _day_for(case["summary_document"]["finalised_on"], qa_on, next_qa)
    sent = case["summary_document"].get("accuracy_check", {}).get("sent_on") or days_before(finished, 12)
    planned = planned_actions(case)
    yield Move(at(sent, 17), ref, "summary", chair, says.summary(case, planned))
    for place, agency in enumerate(case["agencies_involved"]):
        day = days_after(sent, 2 + place % 4)
        yield Move(at(day, 12), ref, "fact_check", leads[agency], says.fact_check(), agency=agency)
    act = partial(say_of_marks, ref=ref, step="anonymity_check", by=OFFICE)
    yield Move(at(finished, 15), ref, "anonymity_check", act=act)
    yield Move(at(finished, 16), ref, "anonymity_check", OFFICE, says.anonymity_check())
    if case["qa"]["outcome"] is None:
        return
    papers = days_before(qa_on, 8)
    papers = max(papers, finished)
    yield Move(at(papers, 17), ref, "qa_papers", OFFICE, says.qa_papers(papers))
    yield Move(at(qa_on, 14), ref, "qa_presentation", chair, says.qa_presentation(qa_on))
    yield Move(at(qa_on, 16), ref, "qa_decision", QA_CHAIR, says.qa_decision(case))
    if case["qa"]["outcome"] == "accept_changes":
        yield Move(at(qa_on, 17), ref, "qa_changes", chair, says.qa_changes(case, planned))


def planned_actions(case: Case) -> list[dict[str, Any]]:
    """The actions of the summary, by reference: not the immediate ones, none added later."""
    rows = [row for row in case["actions"] if row.get("recommendation") != "immediate"]
    first = min((row["agreed_on"] for row in rows if "agreed_on" in row), default=None)
    kept = [row for row in rows if first is None or row.get("agreed_on", first) == first]
    return sorted(kept, key=lambda row: int(row["id"].rsplit("-A", 1)[1]))


def _day_for(wanted: dt.date, qa_on: dt.date, next_qa: NextQa) -> dt.date:
    """The day near `wanted` that brings a review on the agenda of `qa_on`, whatever the bank holidays."""
    day = wanted
    while next_qa(day) > qa_on:
        day = days_before(day, 1)
    while next_qa(day) < qa_on:
        day = days_after(day, 1)
    return day
