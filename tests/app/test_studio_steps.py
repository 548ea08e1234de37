"""The Steps table: a process owner who has never seen the code changes a process without a canvas and without
scripts; what is wrong is said at its field, and two who save at once never overwrite each other."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from app.pages.routes import ACCESS
from engine import changes
from engine.diagram import Diagram, read_diagram
from tests.app.conftest import Browser, House
from tests.app.test_studio import application, become, begun, studio  # noqa: F401

NEW = {
    "name": "Check the figures",
    "what": "people",
    "who": "lane_office",
    "why": "You are asked because the figures matter.",
    "due": "5 working days",
    "clause": "P2",
}


def revision(page: str) -> str:
    found = re.search(r'name="revision" value="(\d+)"', page)
    assert found, page
    return found[1]


def send(owner: Browser, address: str, data: dict[str, Any]) -> Any:
    """Fill in a page and send it, from the revision that the page shows."""
    return owner.post(address, {"revision": revision(owner.get(address).text), **data})


def files(studio: House, address: str) -> dict[str, str]:  # noqa: F811
    from uuid import UUID

    with studio.database.read() as session:
        return changes.files_of(session, UUID(address.rpartition("/")[2]))


def drawn(studio: House, address: str) -> Diagram:  # noqa: F811
    found = files(studio, address)
    name = next(name for name in found if name.endswith(".bpmn"))
    return read_diagram(found[name].encode(), name)


def lane(diagram: Diagram) -> str:
    return next(str(node.get("id")) for node in diagram.root.iter() if str(node.tag).endswith("}lane"))


def test_a_step_with_a_form_a_role_and_a_deadline_is_added(
    studio: House,  # noqa: F811
    become: Callable[[str], Browser],  # noqa: F811
) -> None:
    owner = become("u_owner")
    address = begun(owner)
    table = owner.get(f"{address}/steps").text
    task = drawn(studio, address).user_tasks()[0]
    assert task.name in table and "What comes next" in table
    place = f"{address}/steps/{task.id}/add-after"
    new = {**NEW, "who": lane(drawn(studio, address))}
    assert send(owner, place, {**new, "due": "5 wurking days"}).status_code == 422
    wrong = send(owner, place, {**new, "due": "5 wurking days"}).text
    assert 'href="#due"' in wrong and "5 wurking days" in wrong
    answer = send(owner, place, new)
    assert answer.status_code == 303 and answer.location.endswith("/steps/check_the_figures")
    diagram = drawn(studio, address)
    step = diagram.elements["check_the_figures"]
    assert (step.attributes["due"], step.clause, step.documentation) == ("5 working days", "P2", NEW["why"])
    assert diagram.outgoing(task.id)[0].target == step.id
    assert "check_the_figures.form" in files(studio, address)
    assert "To put right" not in owner.get(f"{address}/steps").text
    assert "working days" in owner.get(f"{address}/steps/check_the_figures").text
    preview = owner.get(f"{address}/forms/check_the_figures").text
    assert "What did you do, and what came of it?" in preview


def test_findings_stand_beside_their_step_and_are_put_right_there(
    studio: House,  # noqa: F811
    become: Callable[[str], Browser],  # noqa: F811
) -> None:
    owner = become("u_owner")
    address = begun(owner)
    task = drawn(studio, address).user_tasks()[0]
    page = f"{address}/steps/{task.id}"
    kept = fields(owner.get(page).text)
    assert send(owner, page, {**kept, "due": "", "clause": ""}).status_code == 303
    table = owner.get(f"{address}/steps").text
    assert "has no deadline" in table and "has no clause" in table
    assert send(owner, page, {**kept, "due": "10 working days", "clause": "P2"}).status_code == 303
    assert "To put right" not in owner.get(f"{address}/steps").text
    assert drawn(studio, address).elements[task.id].attributes["due"] == "10 working days"


def fields(page: str) -> dict[str, str]:
    """What the form of a page holds."""
    import html

    found = dict(re.findall(r'<input[^>]*? name="([^"]+)" type="text"[^>]*? value="([^"]*)"', page))
    found |= dict(re.findall(r'<textarea[^>]*? name="([^"]+)"[^>]*>([^<]*)</textarea>', page))
    for name, inside in re.findall(r'<select[^>]*? name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', inside)
        found[name] = chosen[1] if chosen else ""
    for name, value in re.findall(r'name="([^"]+)" type="(?:radio|checkbox)" value="([^"]*)" checked', page):
        found[name] = value
    return {name: html.unescape(value).strip() for name, value in found.items()}


def test_two_who_save_at_once_see_each_other(studio: House, become: Callable[[str], Browser]) -> None:  # noqa: F811
    owner, other = become("u_owner"), become("u_owner2")
    address = begun(owner)
    task = drawn(studio, address).user_tasks()[0]
    page = f"{address}/steps/{task.id}"
    began = owner.get(page).text
    mine, theirs = {**fields(began), "name": "Mine of it"}, {**fields(began), "name": "Theirs of it"}
    assert send(other, page, theirs).status_code == 303
    late = owner.post(page, {**mine, "revision": revision(began)})
    assert late.status_code == 409
    assert (
        "Mine of it" in late.text
        and "Theirs of it" in late.text
        and "saved this while you wrote" in late.text
    )
    assert drawn(studio, address).elements[task.id].name == "Theirs of it"
    assert owner.post(page, {**mine, "revision": revision(late.text)}).status_code == 303
    assert drawn(studio, address).elements[task.id].name == "Mine of it"
    gone = owner.post(f"{address}/steps/{task.id}/remove", {"revision": revision(began)})
    assert gone.status_code == 409 and task.id in drawn(studio, address).elements


def test_what_the_policy_needs_is_not_removed_and_the_rest_is(
    studio: House,  # noqa: F811
    become: Callable[[str], Browser],  # noqa: F811
) -> None:
    owner = become("u_owner")
    address = begun(owner, "learning_review")
    for step in ("triage_decision", "referral"):
        page = owner.get(f"{address}/steps/{step}/remove").text
        now = re.search(r'name="revision" value="(\d+)"', page)
        answer = owner.post(f"{address}/steps/{step}/remove", {"revision": now[1] if now else "0"})
        assert answer.status_code == (422 if step == "triage_decision" else 303), answer.text
    assert (
        "the policy needs this step"
        in owner.post(f"{address}/steps/triage_decision/remove", {"revision": "1"}).text
    )
    diagram, kept = drawn(studio, address), files(studio, address)
    assert "triage_decision" in diagram.elements and "referral" not in diagram.elements
    assert "referral.form" not in kept
    again = owner.get(f"{address}/steps/statutory_screen").text
    off = {**fields(again), "revision": revision(again)}
    off.pop("guard", None)
    assert "cannot be removed" in owner.post(f"{address}/steps/statutory_screen", off).text


def test_every_other_edit_goes_through_the_pages(
    studio: House,  # noqa: F811
    become: Callable[[str], Browser],  # noqa: F811
) -> None:
    owner = become("u_owner")
    address = begun(owner, "learning_review")
    steps = f"{address}/steps"
    reminder = {
        "name": "5 days late", "timer": "5 working days after due", "repeats": "once", "ends": "false",
        "step_name": "Ask how it goes", "who": "lane_bus", "why": "It is late.", "due": "5 working days",
        "clause": "P2",
    }  # fmt: skip
    assert send(owner, f"{steps}/second_look/reminder", reminder).status_code == 303
    assert {"5_days_late", "step_5_days_late"} & set(drawn(studio, address).elements)
    moved = send(owner, f"{steps}/agency_notice/move", {"place": "flow_set_up_to_before_nomination"})
    assert moved.status_code in (303, 422)
    ways = owner.get(f"{steps}/is_statutory").text
    typed = {**fields(ways), "revision": revision(ways)}
    bad = {**typed, "condition-flow_is_statutory_to_to_scr": "a ="}
    assert owner.post(f"{steps}/is_statutory", bad).status_code == 422
    good = {**typed, "condition-flow_is_statutory_to_to_scr": 'statutory_screen.outcome = "x"'}
    assert owner.post(f"{steps}/is_statutory", good).status_code == 303
    assert (
        drawn(studio, address).flows["flow_is_statutory_to_to_scr"].condition
        == 'statutory_screen.outcome = "x"'
    )
    renamed = send(owner, f"{steps}/referral/rename", {"short_name": "first_letter"})
    assert renamed.status_code == 303, renamed.text
    kept, diagram = files(studio, address), drawn(studio, address)
    assert "first_letter.form" in kept and "referral.form" not in kept
    assert (
        diagram.elements["statutory_screen"].attributes["due"]
        == "2 working days after first_letter.completed_at"
    )
    assert "first_letter.plan_status_now" in kept["criteria.dmn"]
    assert (
        send(owner, f"{address}/lanes/", {"name": "Monitoring", "role": "monitoring_chair"}).status_code
        == 303
    )
    page = f"{steps}/agency_notice"
    assert (
        send(owner, page, {**fields(owner.get(page).text), "who": "lane_monitoring_chair"}).status_code == 303
    )
    assert drawn(studio, address).elements["agency_notice"].role == "monitoring_chair"
    facts = {"title": "Review of learning", "owner": "process_owner", "documentation": "Words."}
    assert send(owner, f"{address}/process", facts).status_code == 303
    assert drawn(studio, address).title == "Review of learning"
    way = {"name": "Perhaps", "condition": "referral.x = 1", "target": "end_with_scr"}
    assert send(owner, f"{steps}/is_statutory/ways/new", {**way, "condition": "= ="}).status_code == 422
    assert send(owner, f"{steps}/is_statutory/ways/new", way).status_code == 303
    flow = "flow_is_statutory_to_end_with_scr"
    assert drawn(studio, address).flows[flow].name == "Perhaps"
    now = {"revision": revision(owner.get(f"{steps}/is_statutory").text)}
    assert owner.post(f"{steps}/is_statutory/ways/{flow}/remove", now).status_code == 303
    assert flow not in drawn(studio, address).flows
    choose = owner.get(f"{steps}/is_statutory/add-after").text
    assert "Several ways lead on" in choose


def test_questions_of_a_form(studio: House, become: Callable[[str], Browser]) -> None:  # noqa: F811
    owner = become("u_owner")
    address = begun(owner, "learning_review")
    form = f"{address}/forms/second_look"
    question = {
        "label": "Is it urgent?", "answer": "radio", "choices": "now: At once\nLater", "required": "true",
        "short_label": "How urgent",
    }  # fmt: skip
    wrong = send(owner, f"{form}/new", question)
    assert wrong.status_code == 422 and "#required_message" in wrong.text
    assert (
        send(owner, f"{form}/new", {**question, "required_message": "Select how urgent it is"}).status_code
        == 303
    )
    page = owner.get(form).text
    assert "Is it urgent?" in page and "At once" in page and "To put right" not in page
    kept = files(studio, address)["second_look.form"]
    assert '"how_urgent"' in kept and '"later"' in kept
    place = max(int(each) for each in re.findall(r"/forms/second_look/(\d+)/up", page))
    old = owner.get(f"{form}/{place}").text
    changed = {**fields(old), "revision": revision(old), "label": "Does it hurry?"}
    assert owner.post(f"{form}/{place}", changed).status_code == 303
    assert owner.post(f"{form}/{place}", changed).status_code == 409
    now = {"revision": revision(owner.get(form).text)}
    assert owner.post(f"{form}/{place}/up", now).status_code == 303
    now = {"revision": revision(owner.get(form).text)}
    assert owner.post(f"{form}/{place - 1}/remove", now).status_code == 303
    assert "Does it hurry?" not in owner.get(form).text


def test_rules_of_a_table(studio: House, become: Callable[[str], Browser]) -> None:  # noqa: F811
    owner = become("u_owner")
    address = begun(owner, "chasing")
    table = f"{address}/tables/chasing.dmn"
    assert "soon_2" in owner.get(table).text
    rule = f"{table}/rules/soon_10"
    old = owner.get(rule).text
    typed = {**fields(old), "revision": revision(old)}
    wrong = owner.post(rule, {**typed, "cell-3": "< <"})
    assert wrong.status_code == 422 and "#cell-3" in wrong.text
    assert owner.post(rule, {**typed, "cell-3": "-12"}).status_code == 303
    assert owner.post(rule, {**typed, "cell-3": "-13"}).status_code == 409
    cells = {f"cell-{index}": typed[f"cell-{index}"] for index in range(1, 8)}
    assert send(owner, f"{table}/new/chasing_table", {**cells, "words": "One more."}).status_code == 303
    kept = files(studio, address)["chasing.dmn"]
    assert ">-12<" in kept and "One more." in kept and kept.index("rule_1") > kept.index("soon_2")
    for move, gone in (("up", False), ("remove", True)):
        now = {"revision": revision(owner.get(table).text)}
        assert owner.post(f"{table}/rules/rule_1/{move}", now).status_code == 303
        assert ("One more." not in files(studio, address)["chasing.dmn"]) is gone


def test_a_version_is_read_as_a_table_and_nobody_else_reads_it(
    studio: House,  # noqa: F811
    become: Callable[[str], Browser],  # noqa: F811
) -> None:
    approver = become("u_approver")
    page = approver.get("/studio/learning_review/versions/1/steps")
    assert page.status_code == 200 and "Decide on the referral" in page.text
    assert "Add a step" not in page.text
    assert become("u_police").get("/studio/learning_review/versions/1/steps").status_code == 403
    owner = become("u_owner")
    address = begun(owner)
    assert approver.get(f"{address}/steps").status_code == 200
    step = drawn(studio, address).user_tasks()[0].id
    assert approver.post(f"{address}/steps/{step}", {"name": "x"}).status_code == 403
    assert {name for name in ACCESS if name.startswith("studio_steps.")}
