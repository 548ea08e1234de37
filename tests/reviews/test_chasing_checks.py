"""The reminders are checked against the processes: what a row names is there; and a step that goes while a
row names it gets a finding that says what to do."""

from __future__ import annotations

import pytest

import engine
from engine import Actor, Bundle, BundleRefused, Database, Finding, read_bundle
from engine.changes import begin_change, save_file
from engine.deployment import errors_of, store_version
from engine.models import ProcessInstance
from engine.neighbours import neighbours_of
from reviews.domain import LEARNING_REVIEWS
from reviews.shipped import CHASING, bundle_files, check_files, deploy_shipped

FILE = "chasing.dmn"
OWNER, OTHER = Actor("u_owner"), Actor("u_other")
TABLE = bundle_files(CHASING)[FILE]
SUGGESTION = "case_suggestion"


def row(name: str, column: str, old: str, new: str) -> str:
    """The table with one cell of a row written otherwise."""
    start = TABLE.index(f'id="{name}_{column}"')
    end = TABLE.index("</text>", start)
    cell = TABLE[start:end]
    assert old in cell, cell
    return TABLE[:start] + cell.replace(old, new) + TABLE[end:]


def found_in(table: str) -> list[Finding]:
    return check_files(CHASING, {**bundle_files(CHASING), FILE: table})


def test_the_shipped_reminders_have_no_findings() -> None:
    assert found_in(TABLE) == []


@pytest.mark.parametrize(
    ("rule", "table", "remedy"),
    [
        ("chasing_step", row("draft_soon", "step", '"referral"', '"refferal"'), "referral"),
        (
            "chasing_step",
            row("policy_month_before", "step", '"policy_review"', '"referral"'),
            "policy_review",
        ),
        ("chasing_step", row("late_20_review", "step", '"referral"', '"suggestion"'), "agency_notice"),
        (
            "chasing_process",
            row("late_20_review", "process", '"learning_review"', '"learning_revue"'),
            "learning_review",
        ),
        ("chasing_who", row("late_20_review", "who", '"board_chair"', '"board_chairs"'), "board_chair"),
        ("chasing_who", row("soon_10", "who", '"assignee"', '"asignee"'), "assignee"),
        ("chasing_text", row("soon_10", "text", '"due_in_10_days"', '"due_in_10"'), "due_in_10_days"),
        ("chasing_how", row("soon_10", "how", '"digest"', '"post"'), "digest"),
        ("chasing_days", row("soon_10", "working_days_late", "-10", "-40"), "-30"),
        ("chasing_days", row("soon_10", "working_days_late", "-10", "-2.5"), "whole days"),
        ("chasing_table", TABLE.replace('name="text"', 'name="texts"'), "columns"),
    ],
)
def test_what_a_row_names_is_there(rule: str, table: str, remedy: str) -> None:
    found = [each for each in found_in(table) if each.rule == rule]
    assert len(found) == 1, found_in(table)
    assert remedy in found[0].what_to_do
    assert rule == "chasing_table" or (found[0].element and found[0].line)


def renamed(files: dict[str, str], old: str, new: str) -> dict[str, str]:
    """A bundle with a step of another name: in the diagram, in its form, in its scenarios."""
    changed = {
        name: text.replace(f'"{old}"', f'"{new}"') for name, text in files.items() if name[:4] != "scen"
    }
    changed[f"{new}.form"] = changed.pop(f"{old}.form")
    return changed


def before(process: str) -> Bundle:
    return read_bundle(process, bundle_files(process))


def test_a_step_that_is_renamed_while_the_reminders_name_it_is_pointed_out() -> None:
    files = renamed(bundle_files(SUGGESTION), "suggestion", "idea")
    (found,) = [
        each for each in check_files(SUGGESTION, files, before(SUGGESTION)) if each.rule == "chased_step"
    ]
    assert "the reminders name it" in found.sentence and "soon_10" in found.sentence
    assert 'If it is now called "idea"' in found.what_to_do
    assert "while cases run on it" in found.what_to_do
    assert found.severity == "warning"


def test_a_step_that_stays_is_not() -> None:
    found = check_files(SUGGESTION, bundle_files(SUGGESTION), before(SUGGESTION))
    assert [each for each in found if each.rule == "chased_step"] == []


@pytest.fixture
def shipped(database: Database) -> Database:
    """A database with the processes of this release in use."""
    database.domain = LEARNING_REVIEWS
    with database.write() as session:
        deploy_shipped(session, by=OTHER, note="first")
    return database


def _errors(database: Database, process: str, files: dict[str, str]) -> list[str]:
    with database.read() as session:
        return [each.rule for each in errors_of(session, process, files)]


def test_the_reminders_may_name_a_step_of_a_change_before_it_is_in_use(shipped: Database) -> None:
    table = row("draft_soon", "step", '"suggestion"', '"suggestion", "idea"')
    both = {**bundle_files(CHASING), FILE: table}
    assert _errors(shipped, CHASING, both) == ["chasing_step"]
    files = renamed(bundle_files(SUGGESTION), "suggestion", "idea")
    with shipped.write() as session:
        change = begin_change(session, SUGGESTION, title="Another word", by=OWNER)
        save_file(session, change, f"{SUGGESTION}.bpmn", files[f"{SUGGESTION}.bpmn"], revision=0, by=OWNER)
    assert _errors(shipped, CHASING, both) == []
    with shipped.read() as session:
        found = check_files(CHASING, both, None, neighbours_of(session))
    assert [(each.rule, each.severity) for each in found] == [("chasing_step_soon", "warning")]


def test_the_reminders_keep_a_step_that_is_gone_while_cases_run_on_it(shipped: Database) -> None:
    with shipped.write() as session:
        case = engine.start(session, SUGGESTION, business_key="S-1", variables={"referrer": {}}, by=OTHER)
        files = renamed(bundle_files(SUGGESTION), "suggestion", "idea")
        store_version(session, SUGGESTION, files, note="", by=OWNER, approved_by="u_other")
    assert _errors(shipped, CHASING, bundle_files(CHASING)) == []
    with shipped.write() as session:
        running = session.get(ProcessInstance, case)
        assert running is not None
        running.status, running.ended_at = "completed", engine.house(session).clock.now()
    assert set(_errors(shipped, CHASING, bundle_files(CHASING))) == {"chasing_step"}


def test_a_table_that_names_what_is_not_there_is_not_put_into_use(shipped: Database) -> None:
    files = {**bundle_files(CHASING), FILE: row("soon_10", "text", "due_in_10_days", "gone")}
    with pytest.raises(BundleRefused), shipped.write() as session:
        engine.deploy_first(session, CHASING, files, note="", by=OWNER)
