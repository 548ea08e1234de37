"""The moves of a case up to its set-up: referral, triage, and the ways that end there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import partial

from reviews.demonstration import answers_referral as says
from reviews.demonstration.answers_referral import Case
from reviews.demonstration.beside import add_agency, begin, keep_draft, pause, restrict, withdraw
from reviews.demonstration.moves import Move, at, days_after, days_before

HEAD, OFFICE, SUPPORT, SCR_CHAIR = "u_morgan", "u_devon", "u_ellis", "u_sam"
# An agency that was found after the notices had gone out.
FOUND_LATER = {"MALR-2026-016": ("hou", dt.date(2026, 11, 2))}


def found_later(case: Case, weeks: int) -> tuple[str, dt.date] | None:
    """The agency that joined a case late, and when (moved by whole weeks)."""
    known = FOUND_LATER.get(case["ref"])
    return (known[0], known[1] + dt.timedelta(weeks=weeks)) if known else None


def referral_moves(case: Case, place: int, weeks: int) -> Iterator[Move]:
    """From the first draft to the decision."""
    ref, referrer = case["ref"], case["referrer"]
    if case["state"] == "draft":
        yield Move(at(case["started_on"]), ref, "begin", act=partial(begin, case=case))
        yield Move(at(case["started_on"], 11), ref, "draft", act=partial(keep_draft, case=case))
        return
    day = case["submitted_on"]
    yield Move(at(days_before(day, 1), 9), ref, "begin", act=partial(begin, case=case))
    yield Move(at(day), ref, "referral", referrer, says.referral(case, place))
    if case.get("restricted") and case["triage"]["outcome"] == "redirect_scr":
        yield Move(at(day, 11), ref, "restrict", HEAD, act=partial(restrict, case=case, by=HEAD))
    checked = case.get("statutory_screen", {}).get("checked_on") or days_after(day, 1)
    yield Move(at(checked, 12), ref, "statutory_screen", HEAD, says.screen(case))
    yield from _triage_moves(case, weeks)


def _triage_moves(case: Case, weeks: int) -> Iterator[Move]:
    ref, told = case["ref"], case.get("triage")
    if told is None:
        return
    if told["outcome"] == "redirect_scr":
        yield Move(at(told["redirect"]["replied_on"]), ref, "scr_reply", SCR_CHAIR, says.scr_reply())
        return
    yield Move(at(told["discussion"]["held_on"], 14), ref, "referrer_discussion", HEAD, says.discussion(case))
    if case["state"] == "closed_withdrawn":
        yield Move(
            at(told["decided_on"], 16), ref, "withdraw", case["referrer"], act=partial(withdraw, case=case)
        )
        return
    later = found_later(case, weeks)
    agencies = [agency for agency in case["agencies_involved"] if later is None or agency != later[0]]
    decided = told.get("decided_on") or told["requested_on"]
    yield Move(at(decided, 15), ref, "triage_decision", HEAD, says.triage(case, agencies))
    if told["outcome"] == "single_agency":
        reply = {"answer": "accepted"}
        yield Move(at(days_after(told["told_referrer_on"], 1)), ref, "outcome_reply", case["referrer"], reply)
    if later:
        yield Move(at(later[1]), ref, "add_agency", HEAD, act=partial(add_agency, case=case, agency=later[0]))
    if case.get("hold"):
        hold = case["hold"]
        yield Move(
            at(hold["from"], 16), ref, "pause", HEAD, act=partial(pause, case=case, by=hold["agreed_by"])
        )
