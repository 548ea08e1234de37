"""What people of the demonstration do beside the steps: begin, keep a draft, pause, withdraw, add."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from engine import Actor, extend, local_date, save_draft, start, tasks
from reviews.action_commands import add_action, cancel_action, update_action
from reviews.agency_commands import add_agency as command_add_agency
from reviews.board_reports.keeping import begins_with
from reviews.commands import pause_review, suggest_case
from reviews.commands import withdraw as command_withdraw
from reviews.demonstration.answers_after import suggestion, suggestion_reply
from reviews.demonstration.answers_referral import Case
from reviews.demonstration.answers_review import action_row
from reviews.demonstration.playing import Stage
from reviews.disclosure_check.steps import look, say
from reviews.learning_events.booking import Guest, book, book_for
from reviews.models import BoardReport, Review
from reviews.permissions import Viewer
from reviews.referrals import begin_referral
from reviews.restricting import restrict_access


def begin(stage: Stage, *, case: Case) -> None:
    """Begin a referral under the reference and pseudonym it has in the demonstration."""
    referrer = case["referrer"]

    def starting(process: str, *, business_key: str, variables: dict[str, Any]) -> Any:
        return start(
            stage.session, process, business_key=business_key, variables=variables, by=Actor(referrer)
        )

    review = begin_referral(
        stage.session,
        referrer=referrer,
        agency=case["referring_agency"],
        now=stage.now,
        start=starting,
        ref=case["ref"],
        pseudonym=case["child"]["pseudonym"],
    )
    review.title = case["title"]


def say_of_marks(stage: Stage, *, ref: str, step: str, by: str) -> None:
    """Say as a second reader why each place that the disclosure check points at may stay."""
    task = next(row for row in tasks(stage.session, business_keys=[ref]) if row.step == step)
    for row in look(stage.session, task, {}).to_answer:
        why = "Many families of the area are like this, and the learning needs it."
        say(stage.session, stage.viewer(by), task, {}, key=row.mark.key, why=why)


def send_report(stage: Stage, *, key: str, by: str) -> None:
    """Send the report to the Board with the texts that it begins with."""
    task = next(row for row in tasks(stage.session, business_keys=[key]) if row.step == "chairs_report")
    query = select(BoardReport).where(BoardReport.process_instance == task.instance_id)
    report = stage.session.scalars(query).one()
    told = begins_with(stage.session, report, local_date(stage.now))
    told.pop("date")
    stage.complete(task, by, {**told, "asked_of_board": ""})


def keep_draft(stage: Stage, *, case: Case) -> None:
    """Keep what was typed so far of a referral that is not sent."""
    typed = {
        "child_at_risk_now": "false",
        "plan_status_now": case["child"]["plan_status"],
        "what_happened": case["summary"],
        "agencies": [{"agency": agency} for agency in case["agencies_involved"]],
    }
    task = tasks(stage.session, business_keys=[case["ref"]])[0]
    save_draft(stage.session, task.id, typed, by=Actor(case["referrer"]), revision=0)


def restrict(stage: Stage, *, case: Case, by: str) -> None:
    """Close a case to those who must act on it."""
    restrict_access(
        stage.session,
        stage.viewer(by),
        case["ref"],
        reason="A serious injury: need to know only",
        names=["u_devon", "u_sam", case["referrer"]],
    )


def withdraw(stage: Stage, *, case: Case) -> None:
    """Withdraw a referral that was made twice."""
    told = case["triage"]
    command_withdraw(
        stage.session,
        stage.viewer(case["referrer"]),
        case["ref"],
        reason=told["reason"],
        duplicate_of=told.get("duplicate_of"),
    )


def add_agency(stage: Stage, *, case: Case, agency: str) -> None:
    """Add an agency that was found after the notices."""
    command_add_agency(stage.session, stage.viewer("u_morgan"), case["ref"], agency=agency)


def pause(stage: Stage, *, case: Case, by: str) -> None:
    """Pause a review while a criminal investigation goes on."""
    reason = "A criminal investigation has begun; staff who may be witnesses are not brought together."
    pause_review(stage.session, stage.viewer(by), case["ref"], reason=reason)


def give_time(stage: Stage, *, case: Case, row: dict[str, Any]) -> None:
    """More time for one agency's preparation."""
    for task in tasks(stage.session, business_keys=[case["ref"]]):
        if task.step == "agency_preparation" and task.agency == row["agency"]:
            extend(
                stage.session,
                task.id,
                until=row["due"],
                reason=row["note"],
                approved_by="u_morgan",
                by=Actor("u_morgan"),
            )


def tell_update(stage: Stage, *, ref: str, by: str, text: str, until: Any = None) -> None:
    """An owner says how an action is going."""
    answer = "need_longer" if until else "on_track"
    update_action(stage.session, stage.viewer(by), ref, answer=answer, text=text, forecast=until)


def one_more_action(stage: Stage, *, case: Case, row: dict[str, Any]) -> None:
    """An action that the Monitoring chair added to an adopted plan."""
    add_action(stage.session, stage.viewer("u_kit"), case["ref"], action_row(row, {}))


def cancel(stage: Stage, *, row: dict[str, Any]) -> None:
    """An action that is not needed any more."""
    cancel_action(stage.session, stage.viewer("u_kit"), row["id"], reason=row["cancel_reason"])


def book_places(stage: Stage, *, event: str) -> None:
    """Practitioners and a lead book places at an event; the lead books for a teacher without an account."""
    for person in ("u_umar", "u_vesna", "u_dale", "u_harper", "u_ashby"):
        book(stage.session, stage.viewer(person), event)
    book_for(stage.session, stage.viewer("u_dale"), event, Guest("Robin Hale", "sch", "Teacher"))


def suggest(stage: Stage, *, row: dict[str, Any]) -> None:
    """A practitioner suggests a case to their lead, and sends it at once."""
    made = suggest_case(stage.session, stage.viewer(row["from"]))
    stage.keys[row["id"]] = made.key
    task = tasks(stage.session, business_keys=[made.key])[0]
    stage.complete(task, row["from"], suggestion(row))


def reply_to_suggestion(stage: Stage, *, row: dict[str, Any]) -> None:
    """A lead answers."""
    task = tasks(stage.session, business_keys=[stage.keys[row["id"]]])[0]
    stage.complete(task, row["to"], suggestion_reply(row))


__all__ = ["Review", "Viewer", "add_agency", "begin"]
