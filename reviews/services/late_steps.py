"""Services of late steps: who is asked, the plan, the decision, assurance, the exception (practice 2.7)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select

from engine import NotFound, Refused, ServiceCall, extend, tasks
from engine import task as task_by_id
from engine.models import UserTask
from reviews.board_dates import report_for
from reviews.commands import change_chair
from reviews.handing_over import hand_over_task
from reviews.late_steps import SMALLER, facts, watch
from reviews.models import Agency, BoardReportItem, LateStep, LateStepAnswer
from reviews.permissions import viewer_for
from reviews.posts import those_told
from reviews.services.answers import Row, day, given, on_the_ladder, review_of, words
from reviews.services.registry import registry
from reviews.time_requests import may_give_time, verb_for


@registry.service("watch_late_step", by_itself=True)
def watch_late_step(call: ServiceCall) -> None:
    """The step named in the diagram is late: one ladder begins for each person or agency who has it open."""
    review = review_of(call)
    rows = tasks(call.session, instance_id=call.instance_id)
    watch(call.session, review, [row for row in rows if row.step == call.inputs["step"]], start=call.start)


@registry.service("see_who_has_it", gives="id task step name agency person due", by_itself=True)
def see_who_has_it(call: ServiceCall) -> dict[str, Any]:
    """The facts of the late step as they are today. Gives them to the diagram."""
    late, step = _late(call)
    late.person = step.assignee
    return facts(late, step)


@registry.service("record_catch_up_plan")
def record_catch_up_plan(call: ServiceCall) -> None:
    """Keep what stands in the way, what will happen, and by when. No date and no owner moves."""
    answers = given(call)
    parts = (words(answers, "hindrance"), words(answers, "plan"))
    _keep(call, _late(call)[0], "", "\n\n".join(filter(None, parts)), day(answers, "new_date"))


@registry.service("record_late_step_decision")
def record_late_step_decision(call: ServiceCall) -> None:
    """More time, a smaller step, another person, or higher. Raises Refused for what a rule does not allow."""
    (late, step), answers = _late(call), given(call)
    if step.status != "open":
        raise Refused("The step is done. Nothing needs to be decided about it any more.")
    decision, text = words(answers, "outcome"), words(answers, "reason")
    told = _who_has(call, step)
    if decision == "more_time":
        _give_time(call, step, answers)
    elif decision == SMALLER:
        text = words(answers, "new_scope")
    elif decision == "another_person":
        _give_to(call, step, answers)
    elif decision == "higher":
        for person in those_told(call.session, "board_member", step.agency, call.today):
            call.mail(to=person, text="late_step_escalated", about=call.business_key)
    _keep(call, late, decision, text, day(answers, "new_due"))
    office = those_told(call.session, "business_manager", None, call.today)
    for person in sorted({*told, *office} - {call.actor.id}):
        call.mail(to=person, text="late_step_decided", about=call.business_key)


@registry.service("record_step_assurance")
def record_step_assurance(call: ServiceCall) -> None:
    """Keep the written assurance; the chair of the QA sub-group hears of it."""
    answers = given(call)
    text = "\n\n".join(filter(None, (words(answers, "hindrance"), words(answers, "assurance"))))
    _keep(call, _late(call)[0], "", text, day(answers, "by"))
    for person in those_told(call.session, "qa_chair", None, call.today):
        if person != call.actor.id:
            call.mail(to=person, text="late_step_assured", about=call.business_key)


@registry.service("record_step_exception")
def record_step_exception(call: ServiceCall) -> None:
    """Keep the exception report and carry it into the next report to the Board, with the step's name."""
    (late, step), answers = _late(call), given(call)
    _keep(call, late, "", "\n\n".join((words(answers, "report"), words(answers, "decision"))), None)
    agency = call.session.get(Agency, step.agency) if step.agency else None
    line = f"{step.name}{f' ({agency.name})' if agency else ''}: {words(answers, 'report')}"
    report = report_for(call)
    known = select(BoardReportItem).where(
        BoardReportItem.report == report.id,
        BoardReportItem.kind == "exception",
        BoardReportItem.about == call.business_key,
    )
    item = call.session.scalars(known).one_or_none()
    if item is None:  # a review may have several late steps: its line in the report names them all
        item = BoardReportItem(report=report.id, kind="exception", about=call.business_key, text="")
        call.session.add(item)
    item.text = " ".join(filter(None, (item.text, line)))


@registry.service("note_it_is_done")
def note_it_is_done(call: ServiceCall) -> None:
    """Note the day on which the step was no longer late."""
    late, _ = _late(call)
    late.ended_on = late.ended_on or call.today


@registry.service("wait_for_the_new_date")
def wait_for_the_new_date(call: ServiceCall) -> None:
    """Begin anew with the new date, unless the step was done in the meantime."""
    _, step = _late(call)
    if step.status == "open":
        watch(call.session, review_of(call), [task_by_id(call.session, step.id)], start=call.start)


def _late(call: ServiceCall) -> tuple[LateStep, UserTask]:
    """The late step that this process belongs to, and the step itself."""
    query = select(LateStep, UserTask).join(UserTask, UserTask.id == LateStep.task)
    found = call.session.execute(query.where(LateStep.process_instance == call.instance_id)).one_or_none()
    if found is None:
        raise Refused("There is no late step to which this belongs.")
    late, step = found
    return late, step


def _who_has(call: ServiceCall, step: UserTask) -> list[str]:
    if step.assignee:
        return [step.assignee]
    if step.agency:
        return those_told(call.session, "safeguarding_lead", step.agency, call.today)
    return those_told(call.session, step.role, None, call.today)


def _give_time(call: ServiceCall, step: UserTask, answers: Row) -> None:
    until = day(answers, "new_due")
    if call.actor.id == step.assignee:
        raise Refused("Somebody other than the person who has the step gives it more time.", about="outcome")
    viewer = viewer_for(call.session, call.actor.id, call.today)
    if verb_for(call.session, step.id) == "extend_again" and not may_give_time(call.session, viewer, step):
        raise Refused(
            "This step has had more time once. A second time is for the chair of the Monitoring Sub-Group to "
            "agree, when the person who has the step asks for it.",
            about="outcome",
        )
    if until is None or (step.due_on is not None and until <= step.due_on):
        raise Refused("Give a new date that is later than the present one.", about="new_due")
    extend(
        call.session,
        step.id,
        until=until,
        reason=words(answers, "reason"),
        approved_by=call.actor.id,
        by=call.actor,
    )


def _give_to(call: ServiceCall, step: UserTask, answers: Row) -> None:
    """By the verbs that anybody uses: another chair for a step of the chair, else the step is handed over."""
    to, reason = words(answers, "new_person"), words(answers, "reason")
    viewer = viewer_for(call.session, call.actor.id, call.today)
    try:
        if step.role == "chair":
            change_chair(call.session, viewer, call.business_key, to=to, reason=reason)
        else:
            hand_over_task(call.session, viewer, step.id, to=to, reason=reason)
    except (Refused, NotFound) as refusal:
        raise Refused(str(refusal), about="new_person") from refusal


def _keep(call: ServiceCall, late: LateStep, decision: str, text: str, new_date: dt.date | None) -> None:
    call.session.add(LateStepAnswer(late_step=late.id, **on_the_ladder(call, decision, text, new_date)))
