"""The editors of the studio in a real browser: drawn with by mouse and by keyboard alone, saved without being
asked, never over somebody else's text; under the content policy, whose only breach is the known one of
dmn-js's watermark.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from engine.decisions import load as load_decisions
from engine.diagram import Diagram, read_diagram
from forms import load_form
from reviews.shipped import CHASING, bundle_files, shipped_processes
from tests.app.conftest import House, _world, board, house, session_clock  # noqa: F401  (fixtures)
from tests.app.test_studio import studio  # noqa: F401  (fixture)

Check = Callable[[Page], None]
Picture = Callable[[Page, str], None]
PROCESS = "case_suggestion"
DRAWN = "[data-module][data-drawn=true]"
SAVED = re.compile(r"^Saved at ")
# dmn-js places its watermark by two style attributes (the link, its drawing). Their file may not be changed;
# our sheet puts the watermark where they would. Nothing else may breach the policy.
WATERMARK = (
    "sha256-r3vOsuepBDg6tz/cOusiNJ9Y4Lp9hGQTT7pzDks1Xxc=",
    "sha256-CA/eh4+2R0J7cEQ14gBMtx834RIOjzMUqCM+evtrkp4=",
)


@pytest.fixture
def application(studio: House) -> Flask:  # noqa: F811
    from app import Config, create_app
    from tests.app.conftest import compiled_once
    from tests.conftest import SECRET_KEY

    config = Config(secret_key=SECRET_KEY.decode(), demonstration=True, testing=True)
    return compiled_once(create_app(config, studio.database))


class Owner:
    """A process owner at a browser of their own, with a change begun."""

    def __init__(self, page: Page, address: str, person: str = "u_owner") -> None:
        self.page, self.address = page, address
        page.goto(f"{address}/sign-in")
        page.locator(f'form[action="/sign-in/{person}"] button').click()

    def begin(self, process: str) -> str:
        self.page.goto(f"{self.address}/studio/{process}")
        self.page.locator("input[name=title]").fill("A better way")
        self.page.locator("form:has(input[name=title]) button[type=submit]").click()
        self.page.wait_for_url(re.compile("/studio/changes/"))
        return self.page.url

    def open(self, change: str, name: str) -> None:
        self.page.goto(f"{change}/files/{name}")
        expect(self.page.locator(DRAWN)).to_be_attached()

    def saved(self) -> None:
        expect(self.page.locator("[data-editor-status]")).to_have_text(SAVED)

    def text(self, change: str, name: str) -> str:
        return self.page.request.get(f"{change}/files/{name}?as=file").text()

    def diagram(self, change: str, name: str = f"{PROCESS}.bpmn") -> Diagram:
        return read_diagram(self.text(change, name).encode(), name)


@pytest.fixture
def owner(page: Page, live_server: str) -> Owner:
    return Owner(page, live_server)


def first_task() -> str:
    files = bundle_files(PROCESS)
    return next(iter(read_diagram(files[f"{PROCESS}.bpmn"].encode(), "x.bpmn").user_tasks())).id


def test_a_step_is_drawn_by_mouse_with_role_form_and_deadline(
    owner: Owner, page: Page, accessible: Check, picture: Picture
) -> None:
    change = owner.begin(PROCESS)
    owner.open(change, f"{PROCESS}.bpmn")
    accessible(page)
    picture(page, "studio-diagram")
    page.locator(f'[data-element-id="{first_task()}"]').first.click()
    page.locator('.djs-context-pad [data-action="append.user-task"]').click()
    page.keyboard.type("Thank the family")
    page.keyboard.press("Enter")
    page.get_by_label("Role").select_option("business_manager")
    page.get_by_label("Deadline", exact=True).fill("15 working days")
    page.get_by_label("Deadline", exact=True).blur()
    expect(page.locator("#p-roundtable-due-reading")).to_contain_text("For a step that opens now: until")
    page.get_by_role("button", name="Make its form").click()
    expect(page.get_by_role("link", name="Form: Thank the family")).to_be_visible()
    owner.saved()
    drawn = owner.diagram(change).elements["thank_the_family"]
    assert (drawn.kind, drawn.role, drawn.attributes["due"]) == (
        "userTask",
        "business_manager",
        "15 working days",
    )
    assert load_form(
        owner.text(change, "thank_the_family.form"), f"{PROCESS}/thank_the_family.form"
    ).questions
    picture(page, "studio-diagram-step")
    accessible(page)


def test_a_step_is_drawn_by_keyboard_alone_and_undone(owner: Owner, page: Page) -> None:
    change = owner.begin(PROCESS)
    owner.open(change, f"{PROCESS}.bpmn")
    before = owner.diagram(change)
    keys = page.keyboard
    page.get_by_label("Go to", exact=True).focus()
    while page.get_by_label("Go to", exact=True).input_value() != first_task():
        keys.press("ArrowDown")
    tab_to(page, "Add after this")
    keys.press("Enter")
    keys.type("somebody")
    keys.press("Enter")
    keys.type("Ask the school")
    keys.press("Enter")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Ask the school")
    tab_to(page, label="Role")
    keys.type("Board business man")
    tab_to(page, label="Deadline")
    keys.type("5 working days")
    keys.press("Tab")
    owner.saved()
    drawn = owner.diagram(change).elements["ask_the_school"]
    assert (drawn.role, drawn.attributes["due"]) == ("business_manager", "5 working days")
    assert [flow.source for flow in owner.diagram(change).flows.values() if flow.target == drawn.id] == [
        first_task()
    ]
    assert [flow.target for flow in owner.diagram(change).outgoing(first_task())] == [drawn.id]
    assert targets(owner.diagram(change), drawn.id) == targets(before, first_task()), "it stands in between"
    undo = page.get_by_role("button", name="Undo")
    undo.focus()
    for _ in range(8):
        keys.press("Enter")
    expect(page.get_by_label("Go to", exact=True).locator("option", has_text="Ask the school")).to_have_count(
        0
    )
    page.get_by_role("button", name="Save now").press("Enter")
    owner.saved()
    assert meaning(owner.diagram(change)) == meaning(before)


def targets(diagram: Diagram, element: str) -> list[str]:
    return [flow.target for flow in diagram.outgoing(element)]


def test_what_is_added_elsewhere_by_keyboard_stands_in_the_drawing(owner: Owner, page: Page) -> None:
    change = owner.begin(PROCESS)
    owner.open(change, f"{PROCESS}.bpmn")
    before = set(owner.diagram(change).elements)
    tab_to(page, "Add elsewhere")
    page.keyboard.press("Enter")
    page.keyboard.type("somebody")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Step", exact=True)).to_be_visible()
    page.get_by_label("Name", exact=True).fill("Think about it")
    page.get_by_label("Name", exact=True).blur()
    owner.saved()
    assert set(owner.diagram(change).elements) - before == {"think_about_it"}


def test_a_step_dropped_on_a_short_arrow_gets_room(owner: Owner, page: Page) -> None:
    change = owner.begin(PROCESS)
    owner.open(change, f"{PROCESS}.bpmn")
    diagram = owner.diagram(change)
    start = next(each.id for each in diagram.elements.values() if each.kind == "startEvent")
    flow = diagram.outgoing(start)[0].id
    page.get_by_label("Go to", exact=True).select_option(start)
    page.locator("[data-editor-canvas]").evaluate("each => each.scrollIntoView()")
    entry = page.locator('.djs-palette [data-action="create.user-task"]')
    expect(entry).to_have_attribute("title", "Add a step that somebody does")
    entry.click()
    arrow = page.locator(f'[data-element-id="{flow}"] .djs-visual path').last.bounding_box()
    assert arrow
    x, y = arrow["x"] + arrow["width"] / 2, arrow["y"] + arrow["height"] / 2
    page.mouse.move(x - 5, y)
    page.mouse.move(x, y, steps=5)
    expect(page.locator(f'[data-element-id="{flow}"]').first).to_have_class(re.compile("new-parent"))
    page.mouse.down()
    page.mouse.up()
    page.get_by_label("Name", exact=True).fill("Think first")
    page.get_by_label("Name", exact=True).blur()
    owner.saved()
    assert targets(owner.diagram(change), start) == ["think_first"]
    assert targets(owner.diagram(change), "think_first") == [first_task()]
    steps = [page.locator(f'[data-element-id="{step}"] .djs-visual').first for step in (start, first_task())]
    here = page.locator('[data-element-id="think_first"] .djs-visual').first.bounding_box()
    before, after = (step.bounding_box() for step in steps)
    assert here
    assert before
    assert after
    assert before["x"] + before["width"] < here["x"], "beside the start"
    assert here["x"] + here["width"] < after["x"], "beside what follows"


def tab_to(page: Page, name: str = "", *, label: str = "") -> None:
    """Press Tab until the focus is where somebody wants it."""
    wanted = (
        page.get_by_label(label, exact=True) if label else page.get_by_role("button", name=name, exact=True)
    )
    for _ in range(60):
        if wanted.evaluate("each => each === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {name or label}")


def test_only_what_the_engine_does_is_offered(owner: Owner, page: Page) -> None:
    owner.open(owner.begin(PROCESS), f"{PROCESS}.bpmn")
    page.get_by_label("Go to", exact=True).select_option(first_task())
    page.get_by_role("button", name="Add after this").click()
    offered = page.locator(".djs-popup .entry")
    expect(offered).to_have_count(10)
    words = " ".join(offered.all_inner_texts()).lower()
    assert not re.search(
        r"\bend\b|script|signal|error|escalation|compensation|ad-hoc|transaction|call|data|send|manual", words
    )
    page.keyboard.press("Escape")
    palette = page.locator(".djs-palette .entry").evaluate_all("all => all.map(each => each.dataset.action)")
    assert {"create.user-task", "create.end-event", "create"} <= set(palette)
    assert not {"create.task", "create.data-object", "create.subprocess-expanded"} & set(palette)
    expect(page.locator(".bjs-powered-by")).to_be_visible()


def test_a_link_leads_to_one_step(owner: Owner, page: Page) -> None:
    owner.open(owner.begin(PROCESS), f"{PROCESS}.bpmn#{first_task()}")
    expect(page.get_by_label("Go to", exact=True)).to_have_value(first_task())


def test_a_step_put_on_an_arrow_leaves_one_way(owner: Owner, page: Page) -> None:
    change = owner.begin(PROCESS)
    owner.open(change, f"{PROCESS}.bpmn")
    page.get_by_label("Go to", exact=True).select_option(first_task())
    after = owner.diagram(change).outgoing(first_task())[0].target
    page.get_by_role("button", name=re.compile("Put a step before")).first.click()
    page.get_by_label("Name", exact=True).fill("Think again")
    page.get_by_label("Name", exact=True).blur()
    owner.saved()
    diagram = owner.diagram(change)
    assert [flow.target for flow in diagram.outgoing(first_task())] == ["think_again"]
    assert [flow.target for flow in diagram.outgoing("think_again")] == [after]


def test_a_finding_stands_beside_its_element_and_leads_to_it(
    owner: Owner, page: Page, accessible: Check, picture: Picture
) -> None:
    owner.open(owner.begin(PROCESS), f"{PROCESS}.bpmn")
    page.get_by_label("Go to", exact=True).select_option(first_task())
    page.get_by_label("Deadline", exact=True).fill("when there is time")
    page.get_by_label("Deadline", exact=True).blur()
    expect(page.locator("#p-roundtable-due-reading")).to_contain_text("Try")
    owner.saved()
    expect(page.locator(".app-finding-mark").first).to_be_visible()
    page.get_by_label("Go to", exact=True).select_option("")
    page.locator(f'[data-finding-element="{first_task()}"]').first.click()
    expect(page.get_by_label("Deadline", exact=True)).to_have_value("when there is time")
    picture(page, "studio-diagram-finding")
    accessible(page)


@pytest.mark.console_errors("an answer that says no is an error of the console")
def test_two_who_save_one_file_never_overwrite_each_other(
    owner: Owner, page: Page, browser: Browser, live_server: str, picture: Picture
) -> None:
    change = owner.begin(PROCESS)
    owner.open(change, f"{PROCESS}.bpmn")
    context = browser.new_context()
    other = Owner(context.new_page(), live_server, "u_owner2")
    other.open(change, f"{PROCESS}.bpmn")
    rename(other.page, "Theirs")
    other.saved()
    rename(page, "Mine")
    expect(page.get_by_role("heading", name=re.compile("U_Owner2 saved this file at"))).to_be_focused()
    picture(page, "studio-two-texts")
    assert owner.diagram(change).elements[first_task()].name == "Theirs", "nothing was overwritten"
    page.get_by_role("button", name="Take theirs").click()
    expect(page.get_by_label("Go to", exact=True).locator(f'option[value="{first_task()}"]')).to_have_text(
        "Theirs"
    )
    page.get_by_role("button", name="Go back to mine").click()
    owner.saved()
    assert owner.diagram(change).elements[first_task()].name == "Mine"
    rename(other.page, "Again theirs")
    other.page.get_by_role("button", name="Keep mine").click()
    other.saved()
    assert owner.diagram(change).elements[first_task()].name == "Again theirs"
    context.close()


def rename(page: Page, name: str) -> None:
    page.get_by_label("Go to", exact=True).select_option(first_task())
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Name", exact=True).blur()


@pytest.mark.console_errors("the service is out of reach, or says no")
def test_work_is_kept_while_the_service_cannot_be_reached_or_the_session_has_ended(
    owner: Owner, page: Page
) -> None:
    change = owner.begin(PROCESS)
    owner.open(change, f"{PROCESS}.bpmn")
    page.context.set_offline(True)
    rename(page, "Kept")
    status = page.locator("[data-editor-status]")
    expect(status).to_contain_text("Your work is kept in this page")
    assert page.evaluate("!window.dispatchEvent(new Event('beforeunload', {cancelable: true}))"), (
        "it asks before it goes"
    )
    page.context.set_offline(False)
    owner.saved()
    page.context.clear_cookies()
    rename(page, "Kept again")
    expect(status).to_contain_text("you are signed out")
    again = page.context.new_page()
    Owner(again, owner.address)
    page.get_by_role("button", name="Save now").click()  # takes the new token
    page.wait_for_timeout(500)
    page.get_by_role("button", name="Save now").click()
    owner.saved()
    assert owner.diagram(change).elements[first_task()].name == "Kept again"


def test_what_is_being_typed_is_not_lost_with_the_page(owner: Owner, page: Page) -> None:
    owner.open(owner.begin(PROCESS), f"{PROCESS}.bpmn")
    page.get_by_label("Go to", exact=True).select_option(first_task())
    leave = "() => !window.dispatchEvent(new Event('beforeunload', {cancelable: true}))"
    assert not page.evaluate(leave), "nothing to lose"
    page.get_by_label("Why people are asked, and what to do").fill("In the middle of a sen")
    assert page.evaluate(leave), "it asks before it goes"
    owner.saved()


@pytest.fixture
def known_noise(page: Page) -> Iterator[list[str]]:
    """What the console says beyond the watermark of dmn-js; must stay empty."""
    seen: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and not any(known in message.text for known in WATERMARK):
            seen.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: seen.append(str(error)))
    yield seen
    assert not seen, "\n".join(seen)


@pytest.mark.console_errors("the watermark of dmn-js; `known_noise` looks at the rest")
@pytest.mark.parametrize(("process", "name"), [("learning_review", "criteria.dmn"), (CHASING, "chasing.dmn")])
def test_a_cell_of_a_table_is_changed(
    owner: Owner,
    page: Page,
    known_noise: list[str],
    accessible: Check,
    picture: Picture,
    process: str,
    name: str,
) -> None:
    change = owner.begin(process)
    owner.open(change, name)
    accessible(page)
    cell = page.locator("td.input-cell [contenteditable]").first
    cell.click()
    page.keyboard.press("Control+A")
    page.keyboard.type('"cla"')
    owner.saved()
    table = load_decisions(owner.text(change, name).encode(), name)
    assert table.decisions() == load_decisions(bundle_files(process)[name].encode(), name).decisions()
    assert "&#34;cla&#34;" in owner.text(change, name) or '"cla"' in owner.text(change, name)
    expect(page.locator("#findings-title")).to_be_visible()
    expect(page.locator(".bjs-powered-by")).to_be_visible()
    if name == "criteria.dmn":  # rows 1 and 3 are now both met
        expect(page.locator("td.app-row-finding").first).to_have_text("1")
    picture(page, f"studio-table-{process}")
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Overview").click()
    expect(page.locator(".dmn-drd-container .djs-container")).to_be_visible()


def test_a_question_is_added_and_seen_as_people_will_see_it(
    owner: Owner, page: Page, accessible: Check, picture: Picture
) -> None:
    change = owner.begin(PROCESS)
    name = next(name for name in bundle_files(PROCESS) if name.endswith(".form"))
    owner.open(change, name)
    accessible(page)
    page.get_by_label("Kind of question").select_option("radio")
    page.get_by_role("button", name="Add it after this").click()
    page.get_by_label("Question", exact=True).fill("Shall we call you?")
    page.get_by_label("Error when it is empty").fill("Select yes if we shall call you")
    page.get_by_label("Error when it is empty").blur()
    owner.saved()
    preview = page.locator("[data-editor-preview]")
    expect(preview.get_by_role("group", name="Shall we call you?")).to_be_visible()
    form = load_form(owner.text(change, name), f"{PROCESS}/{name}")
    assert form.questions[-1].label == "Shall we call you?"
    assert form.questions[-1].required_message == "Select yes if we shall call you"
    picture(page, "studio-form")
    accessible(page)
    page.get_by_label("Error when it is empty").fill("")
    page.get_by_label("Error when it is empty").blur()
    expect(preview).to_contain_text("The preview comes back when this is put right")
    expect(page.locator(".app-findings li")).not_to_have_count(0)


def test_the_studios_scripts_are_asked_for_in_the_studio_only(
    owner: Owner, page: Page, live_server: str
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in ("/", "/reviews/", "/studio/", f"/studio/{PROCESS}", "/office/"):
        page.goto(live_server + path)
    assert not [url for url in asked if "/studio-" in url]
    owner.open(owner.begin(PROCESS), f"{PROCESS}.bpmn")
    assert {re.sub(r".*/(studio-\w+)-\w+(\.\w+)$", r"\1\2", url) for url in asked if "/studio-" in url} == {
        "studio-diagram.css",
        "studio-diagram.js",
    }


def meaning(diagram: Diagram) -> Any:
    """Everything that the engine and the pages read of a diagram; lines aside."""
    elements = {key: {**vars(each), "line": 0} for key, each in diagram.elements.items()}
    flows = {key: {**vars(each), "line": 0} for key, each in diagram.flows.items()}
    return elements, flows, diagram.process, diagram.title, diagram.documentation, diagram.variables


def change_something(page: Page, name: str) -> None:
    if name.endswith(".bpmn"):
        page.get_by_label("Title", exact=True).fill("Another title")
        page.get_by_label("Title", exact=True).blur()
    elif name.endswith(".form"):
        page.get_by_role("button", name="Add it after this").click()
    else:
        page.locator("td.input-cell [contenteditable]").first.click()
        page.keyboard.type("x")
    expect(page.locator("[data-editor-status]")).not_to_have_text("Everything is saved.")


@pytest.mark.console_errors("the watermark of dmn-js; `known_noise` looks at the rest")
@pytest.mark.parametrize("process", [*shipped_processes(), CHASING])
def test_a_file_that_is_opened_and_saved_as_it_was_says_the_same(
    owner: Owner, page: Page, known_noise: list[str], process: str
) -> None:
    change = owner.begin(process)
    for name, text in bundle_files(process).items():
        if name.rpartition(".")[2] not in ("bpmn", "dmn", "form"):
            continue
        owner.open(change, name)
        change_something(page, name)
        page.get_by_role("button", name="Undo").click()
        page.get_by_role("button", name="Save now").click()
        owner.saved()
        kept = owner.text(change, name)
        if name.endswith(".bpmn"):
            assert meaning(read_diagram(kept.encode(), name)) == meaning(read_diagram(text.encode(), name))
        elif name.endswith(".dmn"):
            again = load_decisions(kept.encode(), name).definitions.decisions
            assert repr(again) == repr(load_decisions(text.encode(), name).definitions.decisions)
        else:
            assert json.loads(kept) == json.loads(text), name
