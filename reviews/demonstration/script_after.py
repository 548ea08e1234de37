"""The moves after a review's QA: its actions, its sharing, its impact; and what belongs to no one case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import partial
from typing import Any

from reviews.demonstration import answers_after as says
from reviews.demonstration.answers_referral import Case
from reviews.demonstration.beside import (
    book_places,
    cancel,
    one_more_action,
    reply_to_suggestion,
    say_of_marks,
    send_report,
    suggest,
    tell_update,
)
from reviews.demonstration.moves import Move, at, days_after, days_before
from reviews.demonstration.script_referral import HEAD, OFFICE
from reviews.demonstration.script_review import QA_CHAIR, planned_actions

MONITORING, TRAINING, BOARD_CHAIR = "u_kit", "u_noor", "u_lindsay"
Tree = dict[str, Any]
# The plan to catch up that one late action has; the others' are still awaited.
RECOVERED = {"MALR-2026-006-A3": dt.date(2026, 11, 9)}


def after_moves(case: Case, leads: dict[str, str], tree: Tree, weeks: int) -> Iterator[Move]:
    """What follows the adopted plan of one case."""
    for action in case.get("actions", []):
        if action["status"] != "proposed":
            yield from _action_moves(case, action, weeks)
    if case.get("dissemination"):
        yield from _sharing_moves(case, leads, tree)
    told = case.get("impact")
    if told and told.get("completed_on"):
        yield Move(at(told["completed_on"]), case["ref"], "impact_check", HEAD, says.impact_check(case))
        yield Move(
            at(case["closed_on"], 15), case["ref"], "impact_rating", QA_CHAIR, says.impact_rating(case)
        )


def _action_moves(case: Case, action: dict[str, Any], weeks: int) -> Iterator[Move]:
    ref, owner = action["id"], action["owner"]
    immediate = action.get("recommendation") == "immediate"
    if not immediate and action not in planned_actions(case):
        act = partial(one_more_action, case=case, row=action)
        yield Move(at(action["agreed_on"], 16), case["ref"], "add_action", act=act)
    request = action.get("extension_request")
    for row in action["updates"]:
        until = request["to"] if request and request["requested_on"] == row["date"] else None
        act = partial(tell_update, ref=ref, by=row["by"], text=row["text"], until=until)
        yield Move(at(row["date"], 9, 30), case["ref"], "action_update", owner, act=act)
    if ref in RECOVERED:
        day = RECOVERED[ref] + dt.timedelta(weeks=weeks)
        yield Move(
            at(day), case["ref"], "recovery_plan", owner, says.recovery_plan(action["forecast"]), action=ref
        )
    if action["status"] == "cancelled":
        yield Move(at(action["cancelled_on"]), case["ref"], "cancel_action", act=partial(cancel, row=action))
    if action.get("completed_on"):
        done = says.evidence(action)
        yield Move(at(action["completed_on"], 12), case["ref"], "action_evidence", owner, done, action=ref)
    if action.get("verified_on"):
        yield Move(
            at(action["verified_on"], 15),
            case["ref"],
            "action_verification",
            MONITORING,
            says.verification(),
            action=ref,
        )


def _sharing_moves(case: Case, leads: dict[str, str], tree: Tree) -> Iterator[Move]:
    ref = case["ref"]
    channels = {row["channel"]: row for row in case["dissemination"]}
    told = channels["seven_minute_briefing"]
    published = told["published_on"]
    sample = tree["sample_briefing"] if tree["sample_briefing"]["case"] == ref else None
    yield Move(at(published), ref, "briefing", OFFICE, says.briefing(case, told["title"], sample))
    act = partial(say_of_marks, ref=ref, step="briefing_check", by=HEAD)
    yield Move(at(published, 15), ref, "briefing_check", act=act)
    yield Move(at(published, 16), ref, "briefing_check", HEAD, says.briefing_check())
    default = [
        {"agency": agency, "date": days_after(published, 14 + place), "reached": 25 + 7 * place}
        for place, agency in enumerate(case["agencies_involved"])
    ]
    for row in channels.get("agency_cascade", {}).get("confirmations", default):
        if row["date"]:
            answers = says.cascade(row["date"], row["reached"])
            yield Move(
                at(row["date"], 14), ref, "cascade", leads[row["agency"]], answers, agency=row["agency"]
            )
    training = channels.get("training_subgroup", {})
    day = training.get("date") or days_after(published, 30)
    change = training.get("change", "Added to the course as an example to talk about")
    yield Move(at(day, 16), ref, "training_change", TRAINING, says.training_change(change, day))


def shared_moves(tree: Tree, today: dt.date) -> Iterator[Move]:
    """Events, reports to the Board, suggestions, the policy."""
    agencies = [agency["id"] for agency in tree["agencies"]]
    for event in tree["events"]:
        yield from _event_moves(event, tree, agencies)
    for day in tree["calendar"]["board"]:
        yield from _board_moves(day, today)
    for row in tree["case_suggestions"]:
        yield Move(at(row["made_on"]), row["id"], "suggestion", act=partial(suggest, row=row))
        if row["status"] == "linked":
            act = partial(reply_to_suggestion, row=row)
            yield Move(at(days_after(row["made_on"], 4)), row["id"], "suggestion_reply", act=act)
    policy = tree["policies"][0]
    reviewed = days_before(today, 6)
    yield Move(at(reviewed), policy["id"], "policy_review", OFFICE, says.policy_review(today))


def _event_moves(event: dict[str, Any], tree: Tree, agencies: list[str]) -> Iterator[Move]:
    key = f"EVENT-{event['term']}"
    if event["status"] == "idea":
        return
    planned = days_before(event["date"], 56)
    yield Move(at(planned, 11), key, "event_plan", TRAINING, says.event_plan(event))
    if event["status"] == "planned":
        act = partial(book_places, event=f"event-{event['term']}")
        yield Move(at(days_after(planned, 8), 10), key, "book_places", act=act)
    if event["status"] != "held":
        return
    programme = days_before(event["date"], 20)
    told = says.event_programme(event, ["voice_of_child"], _shown(event, tree, programme))
    yield Move(at(programme, 11), key, "event_programme", TRAINING, told)
    held = days_after(event["date"], 3)
    yield Move(at(held, 11), key, "event_record", TRAINING, says.event_record(event, agencies))
    yield Move(at(days_after(held, 5), 11), key, "event_report", TRAINING, says.event_report())


def _shown(event: dict[str, Any], tree: Tree, by: dt.date) -> list[str]:
    """The learning that an event shows: of reviews that name it, published by then, and from elsewhere."""
    found = []
    for case in tree["cases"]:
        channels = {row["channel"]: row for row in case.get("dissemination") or []}
        named = channels.get("termly_event", {}).get("event") == event["id"]
        if named and channels["seven_minute_briefing"]["published_on"] < by:
            found.append(f"{case['ref']}.good_practice")
    others = [row for row in tree["other_learning"] if row["event"] == event["id"]]
    return found + [f"{row['id']}.development" for row in others]


def _board_moves(day: dt.date, today: dt.date) -> Iterator[Move]:
    written = days_before(day, 9)
    if day >= today or written > today:
        return
    key = f"BOARD-{day.isoformat()}"
    act = partial(send_report, key=key, by=QA_CHAIR)
    yield Move(at(written, 13), key, "chairs_report", act=act)
    yield Move(at(day, 13), key, "board_noting", BOARD_CHAIR, says.board_noting(day))
