"""Services of the escalation ladder: more time, recovery plan, decision, assurance, exception (practice 2.7).

A service that changes what the action's process counts with gives back the action's facts: the diagram keeps
them under `action`, and the deadlines and timers that count from them follow.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select

from engine import Refused, ServiceCall, assign
from engine.models import UserTask
from reviews.board_dates import report_for
from reviews.models import Action, BoardReportItem, LadderAnswer
from reviews.posts import those_told
from reviews.services.action_time import answer_request, give_time
from reviews.services.actions import facts_of
from reviews.services.answers import Row, action_of, day, given, on_the_ladder, words
from reviews.services.registry import registry


@registry.service("record_extension", gives="id ref due agency owner kind")
def record_extension(call: ServiceCall) -> dict[str, Any]:
    """More time or not, by somebody other than the owner; the old date is kept with the reason."""
    action, answers = action_of(call), given(call)
    if call.actor.id == action.owner:
        raise Refused("Somebody other than the owner decides about more time.")
    granted = words(answers, "outcome") == "agreed"
    new_due = day(answers, "new_due")
    if granted:
        give_time(call.session, action, new_due, words(answers, "reason"), by=call.actor.id, on=call.today)
    else:
        reason = words(answers, "reason")
        answer_request(call.session, action, False, None, reason, by=call.actor.id, on=call.today)
    text = "extension_agreed" if granted else "extension_refused"
    call.mail(to=action.owner, text=text, about=call.business_key, facts={"date": action.due.isoformat()})
    return facts_of(action)


@registry.service("record_recovery_plan")
def record_recovery_plan(call: ServiceCall) -> None:
    """Keep the agency's plan to catch up and the date it now expects."""
    action, answers = action_of(call), given(call)
    new_date = day(answers, "new_date")
    action.forecast = new_date or action.forecast
    parts = (words(answers, "cause"), words(answers, "plan"), words(answers, "help_needed"))
    _keep(call, action, "", "\n\n".join(filter(None, parts)), new_date)


@registry.service("record_escalation_decision", gives="id ref due agency owner kind")
def record_escalation_decision(call: ServiceCall) -> dict[str, Any]:
    """Extend, re-scope, reassign or escalate (A15). Reassigning gives the work to the new owner at once."""
    action, answers = action_of(call), given(call)
    decision, reason = words(answers, "outcome"), words(answers, "reason")
    if call.actor.id == action.owner:
        raise Refused("Somebody other than the owner decides how to go on.")
    if decision == "extend":
        give_time(call.session, action, day(answers, "new_due"), reason, by=call.actor.id, on=call.today)
    elif decision == "rescope":
        action.text = words(answers, "new_text")[:300] or action.text
    elif decision == "reassign":
        _reassign(call, action, answers)
    elif decision == "escalate":
        for person in those_told(call.session, "board_member", action.agency, call.today):
            call.mail(to=person, text="action_escalated", about=call.business_key)
    _keep(call, action, decision, reason, day(answers, "new_due"))
    call.mail(to=action.owner, text="escalation_decided", about=call.business_key)
    return facts_of(action)


@registry.service("record_assurance")
def record_assurance(call: ServiceCall) -> None:
    """Keep the written assurance of the Board member for that agency."""
    action, answers = action_of(call), given(call)
    text = "\n\n".join(filter(None, (words(answers, "meanwhile"), words(answers, "assurance"))))
    _keep(call, action, "", text, day(answers, "by"))
    for person in those_told(call.session, "qa_chair", None, call.today):
        call.mail(to=person, text="assurance_given", about=call.business_key)


@registry.service("record_exception_report")
def record_exception_report(call: ServiceCall) -> None:
    """Keep the exception report and carry it into the next report to the Board."""
    action, answers = action_of(call), given(call)
    _keep(call, action, words(answers, "decision"), words(answers, "report"), day(answers, "board_on"))
    report = report_for(call)
    known = select(BoardReportItem.id).where(
        BoardReportItem.report == report.id,
        BoardReportItem.kind == "exception",
        BoardReportItem.about == action.ref,
    )
    if call.session.scalars(known).first() is None:
        call.session.add(
            BoardReportItem(
                report=report.id, kind="exception", about=action.ref, text=words(answers, "report")
            )
        )


def _reassign(call: ServiceCall, action: Action, answers: Row) -> None:
    """A new owner for the action, and for its steps that are open now."""
    owner = words(answers, "new_owner")
    if not owner:
        raise Refused("Say who takes the action on.", about="new_owner")
    before, action.owner = action.owner, owner
    open_now = select(UserTask.id).where(
        UserTask.instance_id == call.instance_id, UserTask.status == "open", UserTask.assignee == before
    )
    for task in call.session.scalars(open_now).all():
        assign(call.session, task, owner, by=call.actor, reason=words(answers, "reason"))
    call.mail(to=owner, text="action_agreed", about=call.business_key, facts={"date": action.due.isoformat()})


def _keep(call: ServiceCall, action: Action, decision: str, text: str, new_date: dt.date | None) -> None:
    call.session.add(LadderAnswer(action=action.id, **on_the_ladder(call, decision, text, new_date)))
