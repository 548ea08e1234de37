"""Tasks through the API: lists, one task, drafts, taking on and handing over, completing."""

from __future__ import annotations

from typing import Any

from engine import local_date
from reviews.completing import ask
from reviews.permissions import viewer_for
from tests.app.answering import least_answers
from tests.app.api.asking import is_problem
from tests.app.api.conftest import Programs
from tests.app.conftest import A, B, House


def answers_for(house: House, person: str, task_id: Any) -> dict[str, Any]:
    """The least answers that complete a task."""
    today = local_date(house.clock.now())
    with house.database.read() as session:
        asked = ask(session, task_id, viewer_for(session, person, today), today=today)
        return least_answers(asked.form, asked.options, today, asked.known)


def test_a_list_shows_my_tasks_and_nothing_that_says_who_the_child_is(program: Programs) -> None:
    told = program("u_police").get("/tasks").get_json()
    assert [each["step"] for each in told["items"]] == ["agency_preparation"]
    assert told["items"][0]["review"] == A and told["items"][0]["due_on"]
    assert "Canary" not in str(told)
    assert told["next"] is None


def test_one_task_says_why_it_is_asked_and_what(program: Programs, house: House) -> None:
    task = house.task(A, "agency_preparation", "pol")
    told = program("u_police").get(f"/tasks/{task.id}").get_json()
    assert told["why"] and told["clause"] and told["due"]["sum"]
    keys = [q["key"] for page in told["form"]["pages"] for q in page["questions"]]
    assert "could_be_different" in keys
    assert told["draft"] == {"answers": {}, "revision": 0, "saved_at": None}


def test_a_task_is_completed_and_says_what_comes_next(program: Programs, house: House) -> None:
    task = house.task(A, "agency_preparation", "pol")
    sent = {"answers": answers_for(house, "u_police", task.id)}
    told = program("u_police").post(f"/tasks/{task.id}/complete", sent)
    assert told.status_code == 200, told.get_json()
    assert told.get_json()["step"] == "agency_preparation"
    again = is_problem(program("u_police2").post(f"/tasks/{task.id}/complete", sent), 409)
    assert again["closed_by"] == {"id": "u_police", "name": "Emery J."}
    assert again["closed_at"]


def test_wrong_answers_come_back_by_question(program: Programs, house: House) -> None:
    task = house.task(A, "agency_preparation", "pol")
    told = is_problem(program("u_police").post(f"/tasks/{task.id}/complete", {"answers": {}}), 422)
    assert "file_read_by" in told["errors"]


def test_somebody_elses_task_is_not_there(program: Programs, house: House) -> None:
    task = house.task(A, "agency_preparation", "pol")
    for path in ("", "/complete", "/claim", "/release", "/hand-over"):
        ask_it = program("u_housing").get if not path else program("u_housing").post
        is_problem(ask_it(f"/tasks/{task.id}{path}"), 404)
    assert B


def test_a_draft_is_kept_over_the_revision_that_was_read(program: Programs, house: House) -> None:
    task = house.task(A, "agency_preparation", "pol")
    police, path = program("u_police"), f"/tasks/{task.id}/draft"
    kept = police.put(path, {"answers": {"file_read_by": "A worker", "unknown": 1}})
    assert kept.get_json()["revision"] == 1 and kept.headers["ETag"] == '"1"'
    assert kept.get_json()["answers"] == {"file_read_by": "A worker"}
    newer = is_problem(police.put(path, {"answers": {"file_read_by": "Mine"}}, revision=0), 412)
    assert newer["current"] == {"revision": 1, "answers": {"file_read_by": "A worker"}}
    assert newer["yours"] == {"revision": 0, "answers": {"file_read_by": "Mine"}}
    is_problem(police.put(path, {"answers": {}}, revision=7), 412)
    assert police.put(path, {"answers": {"file_read_by": "Mine"}}, revision=1).get_json()["revision"] == 2
    told = police.get(f"/tasks/{task.id}").get_json()
    assert told["draft"]["revision"] == 2 and told["answers"]["file_read_by"] == "Mine"
    other = program("u_police2").get(f"/tasks/{task.id}").get_json()
    assert other["draft"]["revision"] == 0, "a draft is one's own"


def test_a_task_is_taken_on_given_back_and_handed_over(program: Programs, house: House) -> None:
    task = house.task(A, "agency_preparation", "pol")
    police, colleague = program("u_police"), program("u_police2")
    assert police.post(f"/tasks/{task.id}/claim").get_json()["assignee"]["id"] == "u_police"
    is_problem(colleague.post(f"/tasks/{task.id}/claim"), 403)
    assert police.post(f"/tasks/{task.id}/release").get_json()["assignee"] is None
    asked = {"to": "u_housing", "reason": "On leave from Monday."}
    assert "to" in is_problem(police.post(f"/tasks/{task.id}/hand-over", asked), 422)["errors"]
    given = police.post(f"/tasks/{task.id}/hand-over", {**asked, "to": "u_police2"})
    assert given.get_json()["to"] == {"id": "u_police2", "name": "Robin J."}
    assert colleague.post(f"/tasks/{task.id}/release").status_code == 200


def test_lists_are_narrowed_as_they_are_asked(program: Programs, house: House) -> None:
    hosl = program("u_hosl")
    every = hosl.get("/tasks?view=waiting&limit=100").get_json()["items"]
    assert {each["review"] for each in every} == {A}
    some = hosl.get("/tasks?view=waiting&role=chair").get_json()["items"]
    assert some and {each["role"] for each in some} == {"chair"}
    assert hosl.get(f"/tasks?view=waiting&review={B}").get_json()["items"] == []
    assert hosl.get("/tasks?view=waiting&overdue=true").get_json()["items"] == []
    newest = hosl.get("/tasks?view=waiting&sort=opened").get_json()["items"]
    assert [each["opened_at"] for each in newest] == sorted(
        (each["opened_at"] for each in newest), reverse=True
    )
    done = hosl.get("/tasks?view=done").get_json()["items"]
    assert done and all(each["status"] == "completed" for each in done)
    is_problem(hosl.get("/tasks?view=nonsense"), 422)
