"""Reviews, actions, processes and what is published, through the API."""

from __future__ import annotations

from reviews.shipped import bundle_files
from tests.app.api.asking import is_problem
from tests.app.api.conftest import Programs
from tests.app.conftest import SECRET_NAME, A, B, House


def test_reviews_are_listed_narrowed_and_shown(program: Programs) -> None:
    hosl = program("u_hosl")
    assert [each["ref"] for each in hosl.get("/reviews").get_json()["items"]] == [B, A]
    for asked, refs in (
        ("q=002", [B]),
        ("group=referred", [B]),
        ("standing=agency_preparation", [A]),
        ("agency=pol", [A]),
        ("open=true", [B, A]),
    ):
        assert [each["ref"] for each in hosl.get(f"/reviews?{asked}").get_json()["items"]] == refs, asked
    told = hosl.get(f"/reviews/{A}").get_json()
    assert told["chair"]["id"] == "u_chair" and "pause" in told["verbs"] and "timeline" in told["sections"]
    assert [each["ref"] for each in program("u_housing").get("/reviews").get_json()["items"]] == [B]
    is_problem(program("u_housing").get(f"/reviews/{A}"), 404)
    for path in ("/reviews", f"/reviews/{A}", f"/reviews/{A}/position", f"/reviews/{A}/timeline"):
        assert SECRET_NAME not in hosl.get(path).get_data(as_text=True)


def test_where_a_review_is_names_only_what_its_reader_may_know(program: Programs) -> None:
    whole = program("u_hosl").get(f"/reviews/{A}/position").get_json()
    own = program("u_police").get(f"/reviews/{A}/position").get_json()
    preparing = [each for each in whole["now"] if len(each["who"]) > 1]
    assert preparing and preparing[0]["due_on"] and preparing[0]["sum"]
    assert whole["others"] == 0 and own["others"] > 0
    assert "Children's Social Care" not in str(own)


def test_a_part_that_is_closed_is_not_there(program: Programs) -> None:
    police = program("u_police")
    for part in ("timeline", "learning", "actions"):
        is_problem(police.get(f"/reviews/{A}/{part}"), 404)


def test_a_review_is_paused_resumed_and_withdrawn_with_a_reason(program: Programs, house: House) -> None:
    hosl = program("u_hosl")
    why = {"reason": "Waits for the police."}
    assert hosl.post(f"/reviews/{A}/pause", why).get_json()["held_since"] == "2026-05-05"
    is_problem(hosl.post(f"/reviews/{A}/pause", why), 409)
    held = hosl.get("/tasks?view=waiting").get_json()["items"]
    assert all(each["on_hold"] for each in held)
    assert hosl.post(f"/reviews/{A}/resume", why).get_json()["held_since"] is None
    is_problem(hosl.post(f"/reviews/{A}/reopen", why), 409)
    is_problem(hosl.post(f"/reviews/{A}/withdraw", {}), 422)
    is_problem(program("u_social").post(f"/reviews/{A}/withdraw", why), 403)
    is_problem(program("u_housing").post(f"/reviews/{A}/withdraw", why), 404)
    assert hosl.post(f"/reviews/{A}/withdraw", why).get_json()["ended"] is True
    begun = hosl.post(f"/reviews/{A}/reopen", why)
    assert begun.get_json()["standing"] == "draft" and begun.get_json()["ref"] not in (A, B)


def test_a_review_is_redirected_to_the_statutory_route(program: Programs) -> None:
    told = program("u_hosl").post(f"/reviews/{A}/redirect", {"reason": "The child has died."})
    assert told.status_code == 200, told.get_json()


def test_who_refers_for_no_agency_is_told(program: Programs) -> None:
    is_problem(program("u_nurse").post("/reviews", {}), 403)
    told = is_problem(program("u_hosl").post("/reviews", {"agency": "nowhere"}), 409)
    assert told["errors"] == {"agency": "There is no such agency."}
    is_problem(program("u_police").post("/reviews", {"agency": "hou"}), 409)


def test_processes_are_listed_shown_and_checked(program: Programs) -> None:
    office = program("u_office")
    listed = {each["process"]: each for each in office.get("/processes").get_json()["items"]}
    assert listed["learning_review"]["version"] == 1
    versions = office.get("/processes/learning_review/versions").get_json()["items"]
    assert versions[0]["cases"] == 2
    files = office.get("/processes/learning_review/versions/1").get_json()["files"]
    assert {"learning_review.bpmn", "triage_decision.form"} <= {each["name"] for each in files}
    is_problem(office.get("/processes/nothing/versions"), 404)
    is_problem(office.get("/processes/learning_review/versions/9"), 404)

    good = office.post("/processes/check", {"process": "action", "files": bundle_files("action")})
    assert good.get_json()["errors"] == 0
    bad = office.post("/processes/check", {"process": "action", "files": {"action.bpmn": "<nothing"}})
    told = bad.get_json()
    assert told["errors"] and told["findings"][0]["what_to_do"]
    is_problem(
        program("u_police").post("/processes/check", {"process": "action", "files": {"a.bpmn": ""}}), 403
    )


def test_measures_learning_and_the_calendar_are_there_for_who_may(program: Programs) -> None:
    hosl = program("u_hosl")
    told = hosl.get("/measures?body=head").get_json()
    assert told["items"] and told["items"][0]["figures"] and told["period"]["first"] == "2026-04-01"
    chosen = hosl.get("/measures?since=2026-01-01&until=2026-01-31").get_json()["period"]
    assert (chosen["first"], chosen["last"]) == ("2026-01-01", "2026-01-31")
    is_problem(program("u_nurse").get("/measures"), 403)
    assert program("u_nurse").get("/learning").get_json() == {"items": [], "next": None}
    calendar = program("u_police").get("/calendar.ics")
    assert calendar.content_type.startswith("text/calendar")
    assert b"BEGIN:VCALENDAR" in calendar.data


def test_actions_are_for_those_who_see_the_board(program: Programs) -> None:
    assert program("u_hosl").get("/actions").get_json() == {"items": [], "next": None}
    is_problem(program("u_nurse").get("/actions"), 403)
    is_problem(
        program("u_hosl").post(f"/actions/{A}-A1/updates", {"answer": "on_track", "note": "Well."}), 404
    )
