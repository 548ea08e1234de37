"""The scenarios of a change: they are played before approval is asked for, what came of them belongs to the
files they were played on, and what they cover stands on the diagram and in words."""

# ruff: noqa: F811  (fixtures of another module)

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from contextlib import nullcontext
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import yaml
from click.testing import CliRunner
from sqlalchemy import select

from app.cli import main
from engine import changes, deployed
from engine.audit_models import Event
from engine.changes import ScenarioRun
from engine.models import Outbox
from reviews.shipped import bundle_files
from reviews.studio import run_scenarios, scenario_runs
from tests.app.conftest import Browser, House
from tests.app.test_studio import (  # noqa: F401  (fixtures)
    APPROVER,
    application,
    approve,
    become,
    begun,
    edited,
    studio,
)

Become = Callable[[str], Browser]
ANSWERED = "scenarios/a_suggestion_is_answered.yaml"
NOBODY = (
    "title: The day after, it is answered already\nwhen:\n  - pass: 1 working day\nthen:\n  - open: nothing\n"
)


def put(owner: Browser, change: str, name: str, text: str, revision: int = 0) -> None:
    answer = owner.post(f"{change}/files/{name}", {"text": text, "revision": str(revision)})
    assert answer.status_code == 303, answer.text


def row(studio: House, change: str) -> changes.ChangeRow:
    with studio.database.read() as session:
        return changes.change(session, UUID(change.rpartition("/")[2]))


def letters(studio: House) -> list[tuple[str, str]]:
    with studio.database.read() as session:
        return [(each.recipient, each.payload["text"]) for each in session.scalars(select(Outbox))]


def refuse_to_play(*_: Any) -> Any:
    raise AssertionError("played again")


def test_a_scenario_that_does_not_hold_refuses_the_asking_and_says_what_was_seen(
    studio: House, become: Become
) -> None:
    owner = become("u_owner")
    change = begun(owner)
    put(owner, change, "scenarios/answered.yaml", NOBODY)
    answer = owner.post(f"{change}/ask", {"why": "Faster answers."})
    assert answer.status_code == 422
    page = html.unescape(answer.text)
    assert "“The day after, it is answered already” does not hold. Line 5: open nothing." in page
    assert "Seen instead: " in page
    assert "Faster answers." in page, "what was typed is kept"
    assert row(studio, change).status == "editing"
    assert letters(studio) == []
    assert "1 of 3 does not hold." in owner.get(change).text
    put(owner, change, "scenarios/answered.yaml", NOBODY.replace("nothing", "suggestion"), 1)
    assert owner.post(f"{change}/ask", {"why": "Faster answers."}).status_code == 303
    assert row(studio, change).status == "asked"
    assert letters(studio) == [(APPROVER, "change_asked")]


def test_what_came_of_them_belongs_to_the_very_files_and_is_shown_to_who_approves(
    studio: House, become: Become, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, approver = become("u_owner"), become(APPROVER)
    change = begun(owner)
    put(owner, change, "scenarios/answered.yaml", NOBODY.replace("nothing", "suggestion"))
    assert owner.post(f"{change}/ask", {"why": "Words."}).status_code == 303
    page = approver.get(change).text
    assert "All 3 hold." in page
    assert "on these very files" in page
    assert owner.post(f"{change}/move/take-back").status_code == 303
    with monkeypatch.context() as once:
        once.setattr(scenario_runs, "run_scenarios", refuse_to_play)
        assert owner.post(f"{change}/ask", {"why": "Words."}).status_code == 303, "the same files: not again"
        owner.post(f"{change}/move/take-back")
    put(owner, change, "scenarios/answered.yaml", NOBODY, 1)
    assert "not played on the files as they are now" in owner.get(change).text
    assert owner.post(f"{change}/ask", {"why": "Words."}).status_code == 422
    assert "Your decision" not in approver.get(change).text


@pytest.mark.parametrize("after", ["asked", "approved"])
def test_nothing_is_decided_or_put_into_use_whose_scenarios_were_not_played_or_fail(
    studio: House, become: Become, monkeypatch: pytest.MonkeyPatch, after: str, tmp_path: Path
) -> None:
    owner, approver = become("u_owner"), become(APPROVER)
    change = begun(owner)
    edited(owner, change)
    owner.post(f"{change}/ask", {"why": "Words."})
    if after == "approved":
        assert approve(approver, change) == 303
    with studio.database.write() as session:
        session.query(ScenarioRun).delete()  # as in a database of before this rule
    if after == "asked":
        page = approver.post(
            f"{change}/decision", {"decision": "approve", "checksum": row(studio, change).checksum}
        )
        assert page.status_code == 422
        assert "The scenarios were not played on these files." in page.text
        return
    refused = owner.post(f"{change}/deploy")
    assert refused.status_code == 409
    assert "The scenarios were not played on these files." in refused.text
    with studio.database.read() as session:
        folder = written(tmp_path, changes.files_of(session, row(studio, change).id))
    done = run(studio, monkeypatch, "deploy", str(folder), "--note", "n", "--by", "u_owner")
    assert done[0] == 1
    assert "The scenarios were not played on these files." in done[1]
    with studio.database.read() as session:
        newest = next(version for version in deployed(session) if version.process == "case_suggestion")
        assert newest.number == 1


def test_many_are_played_by_a_worker_and_then_approval_is_asked_for(
    studio: House, become: Become, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scenario_runs, "FEW", 0)
    owner, approver = become("u_owner"), become(APPROVER)
    change = begun(owner)
    edited(owner, change)
    assert owner.post(f"{change}/ask", {"why": "Words."}).status_code == 303
    page = owner.get(change)
    assert page.headers["Refresh"]
    assert "They are being played." in page.text
    assert (row(studio, change).status, letters(studio)) == ("trying", [])
    assert (
        owner.post(f"{change}/files/case_suggestion.bpmn", {"text": "x", "revision": "1"}).status_code == 422
    )
    assert scenario_runs.play_waiting(studio.database) == 1
    assert scenario_runs.play_waiting(studio.database) == 0
    assert (row(studio, change).status, letters(studio)) == ("asked", [(APPROVER, "change_asked")])
    assert "Refresh" not in owner.get(change).headers
    assert approve(approver, change) == 303
    assert owner.post(f"{change}/deploy").status_code == 303


def test_a_worker_that_sees_one_fail_gives_the_change_back_to_its_author(
    studio: House, become: Become, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scenario_runs, "FEW", 0)
    owner = become("u_owner")
    change = begun(owner)
    put(owner, change, "scenarios/answered.yaml", NOBODY)
    owner.post(f"{change}/ask", {"why": "Faster answers."})
    scenario_runs.play_waiting(studio.database)
    assert (row(studio, change).status, letters(studio)) == ("editing", [("u_owner", "change_not_asked")])
    page = html.unescape(owner.get(change).text)
    assert "“The day after, it is answered already” does not hold." in page
    assert "Faster answers." in page
    with studio.database.read() as session:
        kinds = list(
            session.scalars(select(Event.kind).where(Event.kind.like("change.%")).order_by(Event.seq))
        )
    assert kinds[-2:] == ["change.trying", "change.not_asked"]


def test_a_change_taken_back_while_they_are_played_is_not_asked_for(
    studio: House, become: Become, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scenario_runs, "FEW", 0)
    owner = become("u_owner")
    change = begun(owner)
    edited(owner, change)
    owner.post(f"{change}/ask", {"why": "Words."})
    assert owner.post(f"{change}/move/take-back").status_code == 303
    scenario_runs.play_waiting(studio.database)
    assert (row(studio, change).status, letters(studio)) == ("editing", [])
    put(owner, change, ANSWERED, "title: x", 0)
    owner.post(f"{change}/scenarios")
    put(owner, change, ANSWERED, "title: y", 1)
    assert scenario_runs.play_waiting(studio.database) == 0, "nobody waits for files that are gone"


def test_a_fault_of_ours_is_said_and_can_be_tried_again(
    studio: House, become: Become, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scenario_runs, "FEW", 0)
    owner = become("u_owner")
    change = begun(owner)
    put(owner, change, "scenarios/answered.yaml", NOBODY.replace("nothing", "suggestion"))
    with monkeypatch.context() as broken:
        broken.setattr(scenario_runs, "_RAN", {})
        broken.setattr(scenario_runs, "run_scenarios", lambda *_: 1 / 0)
        owner.post(f"{change}/ask", {"why": "Words."})
        assert scenario_runs.play_waiting(studio.database) == 1
    assert row(studio, change).status == "editing"
    assert "could not be played (ZeroDivisionError); the fault is ours" in owner.get(change).text
    owner.post(f"{change}/ask", {"why": "Words."})
    scenario_runs.play_waiting(studio.database)
    assert row(studio, change).status == "asked"


def test_what_they_cover_stands_on_the_diagram_and_in_words(studio: House, become: Become) -> None:
    owner, approver = become("u_owner"), become(APPROVER)
    change = begun(owner)
    reason = "Tried by hand every spring, with the agencies."
    put(owner, change, ANSWERED, NOBODY.replace("nothing", "suggestion"))
    owner.post(f"{change}/take-out/scenarios/a_suggestion_becomes_a_referral.yaml", {"revision": "0"})
    with studio.database.read() as session:
        ran = run_scenarios(session, "case_suggestion", changes.files_of(session, row(studio, change).id))
    flow = next(gap for gap in ran.coverage.gaps if gap.kind == "flow")
    put(owner, change, "scenarios/waivers.yaml", f"{flow.id}: {reason}\n")
    assert owner.get(f"{change}/scenarios").text.count("data-state") == 0, "nothing was played yet"
    assert approver.post(f"{change}/scenarios").status_code == 303
    page = owner.get(f"{change}/scenarios").text
    found = re.search(r'data-state="([^"]+)"', page)
    assert found
    marks = json.loads(html.unescape(found[1]))
    assert marks["suggestion"]["state"] in ("gap", "covered")
    assert {each["state"] for each in marks.values()} == {"covered", "gap", "left-out"}
    assert marks[flow.id] == {"state": "left-out", "words": "Left out", "first": False}
    assert sum(each["first"] for each in marks.values()) == 1
    assert f"Left out: {reason}" in page
    assert "No scenario passes" in page
    owner.post(f"{change}/ask", {"why": "Fewer."})
    assert row(studio, change).status == "asked", "what is left out is shown, and stops nothing"
    shown = approver.get(change).text
    assert "No scenario passes" in shown
    assert reason in shown


def test_a_version_shows_what_its_scenarios_cover(studio: House, become: Become) -> None:
    reader = become("u_hosl")
    place = "/studio/case_suggestion/versions/1/scenarios"
    assert "Play them all" in reader.get(place).text
    assert reader.post(place).status_code == 303
    page = reader.get(place).text
    assert "All 2 hold." in page
    assert "No scenario passes" not in page
    assert "/files/case_suggestion.bpmn" in page
    assert "Add a scenario" not in page


@pytest.mark.parametrize("people", ["usual", "nobody"])
def test_a_rehearsal_is_kept_as_a_scenario_that_holds(studio: House, become: Become, people: str) -> None:
    owner = become("u_owner")
    change = begun(owner)
    rehearsal = f"/studio/case_suggestion/rehearsal/?of=change-{change.rpartition('/')[2]}"
    chosen = {"days": "30", "people": people}
    assert "Keep this as a scenario" in owner.post(rehearsal, chosen).text
    page = owner.post(rehearsal, {**chosen, "keep": "yes"}).text
    written_ = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.S)
    assert written_
    text = html.unescape(written_[1])
    assert yaml.safe_load(text)["then"]
    answer = owner.post(f"{change}/scenarios/new", {"name": "As rehearsed, in May", "text": text})
    assert answer.location.endswith("/files/scenarios/as_rehearsed_in_may.yaml")
    assert "Nothing. Play the scenarios" in owner.get(answer.location).text
    owner.post(f"{change}/scenarios")
    assert "All 3 hold." in owner.get(f"{change}/scenarios").text
    again = owner.post(f"{change}/scenarios/new", {"name": "As rehearsed in May", "text": "title: x"})
    assert again.status_code == 422
    assert "holds a scenario of this name" in again.text
    assert "title: x" in again.text


def test_a_real_case_is_recorded_by_no_page(become: Become) -> None:
    owner = become("u_owner")
    change = begun(owner)
    page = owner.get(f"{change}/scenarios/new").text
    assert "Process owners do not see cases." in page
    assert "roundtable processes record" in page
    assert owner.post(f"{change}/scenarios/new", {"name": " - ", "text": "x"}).status_code == 422
    assert become("u_hosl").get(f"{change}/scenarios/new").status_code == 403


def test_the_pattern_of_a_new_scenario_can_be_played_as_it_is(become: Become) -> None:
    owner = become("u_owner")
    change = begun(owner)
    page = owner.get(f"{change}/scenarios/new").text
    found = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.S)
    assert found
    text = html.unescape(found[1])
    assert "How a scenario is written" in page
    owner.post(f"{change}/scenarios/new", {"name": "first", "text": text})
    owner.post(f"{change}/scenarios")
    assert "All 3 hold." in owner.get(f"{change}/scenarios").text


def test_the_command_plays_them_before_it_asks(
    studio: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    files = bundle_files("case_suggestion")
    folder = written(tmp_path, {**files, "scenarios/answered.yaml": NOBODY})
    words = ("propose", str(folder), "--note", "n", "--by")
    code, told = run(studio, monkeypatch, *words, "u_hosl")
    assert (code, "changed by process owners" in told) == (1, True)
    code, told = run(studio, monkeypatch, *words, "u_owner")
    assert code == 1
    assert "“The day after, it is answered already” does not hold." in told
    with studio.database.read() as session:
        assert changes.changes(session) == []
    (folder / "scenarios/answered.yaml").write_text(NOBODY.replace("nothing", "suggestion"))
    assert run(studio, monkeypatch, *words, "u_owner")[0] == 0
    with studio.database.read() as session:
        assert [each.status for each in changes.changes(session)] == ["asked"]


def written(place: Path, files: dict[str, str]) -> Path:
    """A bundle as a folder."""
    folder = place / "case_suggestion"
    (folder / "scenarios").mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def run(studio: House, monkeypatch: pytest.MonkeyPatch, *words: str) -> tuple[int, str]:
    """What a command of process owners says, and how it ends."""
    commands = import_module("app.cli.processes")
    monkeypatch.setattr(commands, "opened", lambda: nullcontext(studio.database))
    done = CliRunner().invoke(main, ["processes", *words])
    return done.exit_code, done.output
