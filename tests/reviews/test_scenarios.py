"""Scenarios: every shipped process keeps its own; what makes no sense in one is refused in words."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from app.cli import main
from engine.rehearsal import bundles_of
from engine.scenarios import Given, Words, read_scenario
from reviews.shipped import PROCESSES, bundle_files, shipped_processes
from reviews.studio import record_case, run_scenarios
from reviews.studio.furnishing import invented_partnership
from reviews.studio.scenes import usual_answers
from reviews.studio.walking import Roads

KNOWN = Words(
    frozenset({"referral", "triage_decision"}), frozenset({"withdraw", "pause"}), frozenset({"agency"})
)
GOOD = """\
title: A referral is withdrawn
given:
  reached: triage_decision
when:
  - happens: withdraw
then:
  - open: nothing
"""


@pytest.mark.parametrize("process", shipped_processes())
def test_a_shipped_process_keeps_its_scenarios_and_they_pass_all_of_it(process: str) -> None:
    ran = run_scenarios(None, process, bundle_files(process))
    said = [
        f"{result.file}:{line.line} {line.words}: {line.seen}"
        for result in ran.results
        for line in result.lines
        if not line.held
    ]
    assert said == []
    assert [finding for result in ran.results for finding in result.findings] == []
    assert [gap.id for gap in ran.coverage.gaps] == []
    assert ran.coverage.percent("step") == ran.coverage.percent("flow") == 100
    assert ran.held


@pytest.mark.parametrize(
    ("change", "line", "words", "what_to_do"),
    [
        (
            ("reached: triage_decision", "reached: triage_decison"),
            3,
            "is no step",
            'Did you mean "triage_decision"?',
        ),
        (("happens: withdraw", "happens: withdrew"), 5, "cannot happen", 'Did you mean "withdraw"?'),
        (("- open: nothing", "- opened: nothing"), 7, "is not known here", 'Did you mean "open"?'),
        (
            ("- open: nothing", "- open: nothing\n    rôle: hosl"),
            8,
            "is not known in open",
            'Did you mean "role"?',
        ),
        (("title: A referral is withdrawn", "titel: A"), 1, "is not known", 'Did you mean "title"?'),
        (("title: A referral is withdrawn", "title: 7"), 1, "no title", "Say in a sentence what happens."),
        (("then:\n  - open: nothing\n", ""), 1, "expects nothing", "Write what is to be seen under then."),
        (("given:", "given: &a"), 2, "Anchors", "Write it out again."),
        (("given:", "given: !!python/object:os.system"), 2, "Tags", "Leave the tag out."),
        (("- open: nothing", "- open: [nothing"), 8, "not YAML", "Check the indents"),
        (("reached: triage_decision", "begins: 2026-13-45"), 3, "cannot be read", "as 2026-04-13."),
        (("when:", "title: Twice\nwhen:"), 4, "stands here twice", "Keep one of them."),
    ],
)
def test_a_slip_is_named_with_its_line_and_what_to_write(
    change: tuple[str, str], line: int, words: str, what_to_do: str
) -> None:
    text = GOOD.replace(*change)
    assert text != GOOD
    scenario, findings = read_scenario(text, "scenarios/x.yaml", KNOWN)
    assert scenario is None
    assert [finding.file for finding in findings] == ["scenarios/x.yaml"]
    assert findings[0].line == line
    assert words in findings[0].sentence
    assert what_to_do in findings[0].what_to_do


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [1,1]\nb: &b [*a,*a]\nc: [*b,*b]\n",
        "[" * 50_000,
        "title: x\n" * 60_000,
        "? " * 20_000,
        "title: " + "x" * 70_000,
        "{a: " * 3_000,
        "\x00",
        "",
        "- 1",
        "title: \ud800",
    ],
)
def test_hostile_texts_are_refused_in_words_and_soon(text: str) -> None:
    begun = time.monotonic()
    scenario, findings = read_scenario(text, "scenarios/x.yaml", KNOWN)
    assert scenario is None
    assert findings
    assert findings[0].what_to_do
    assert time.monotonic() - begun < 2


def test_a_broken_process_is_seen_by_its_scenarios() -> None:
    files = bundle_files("case_suggestion")
    name = "case_suggestion.bpmn"
    broken = {
        **files,
        name: files[name].replace('roundtable:due="10 working days"', 'roundtable:due="9 working days"'),
    }
    assert broken != files
    ran = run_scenarios(None, "case_suggestion", broken)
    failed = [line for result in ran.results for line in result.lines if not line.held]
    assert [line.words for line in failed] == [
        "open suggestion_reply, role safeguarding lead, agency sch, due in 10 working days"
    ]
    assert "due 24 April 2026" in failed[0].seen
    assert not ran.held


def test_a_line_that_expects_what_is_not_so_does_not_hold() -> None:
    files = bundle_files("case_suggestion")
    wrong = {
        "title": "Everything here is wrong",
        "given": {"facts": {"agency": "sch"}},
        "when": [{"does": "suggestion"}],
        "then": [
            {"open": "suggestion"},
            {"open": "suggestion_reply", "agency": "pol"},
            {"not open": "suggestion_reply"},
            {"late": "suggestion_reply"},
            {"notice to": "safeguarding lead of pol"},
            {"no notice to": "safeguarding lead of sch"},
            {"ended": "Answered with thanks"},
            {"running": "learning_review"},
            {"decided": "suggestion_reply"},
            {"access": "safeguarding lead of sch"},
            {"notice to": "safeguarding led of sch"},
        ],
    }
    ran = run_scenarios(
        None, "case_suggestion", {**files, "scenarios/w.yaml": yaml.safe_dump(wrong, sort_keys=False)}
    )
    result = next(each for each in ran.results if each.file == "scenarios/w.yaml")
    assert [line.held for line in result.lines] == [True] + [False] * 11
    assert all(line.seen for line in result.lines[1:])
    assert "safeguarding lead" in result.lines[-1].seen


def test_a_gap_needs_a_waiver_with_a_reason() -> None:
    files = bundle_files("case_suggestion")
    fewer = {name: text for name, text in files.items() if not name.endswith("becomes_a_referral.yaml")}
    ran = run_scenarios(None, "case_suggestion", fewer)
    assert {gap.id for gap in ran.coverage.gaps} == {
        "end_referral_started",
        "flow_refer_it_to_end_referral_started",
    }
    reasons = "".join(f"{gap.id}: Tried by hand with the office last week\n" for gap in ran.coverage.gaps)
    waived = run_scenarios(None, "case_suggestion", {**fewer, "scenarios/waivers.yaml": reasons})
    assert waived.held
    assert waived.coverage.counts("step") == (5, 1, 6)
    for bad in (
        "end_referral_started: no\n",
        "end_referral_startd: Tried by hand with the office\n",
        "- x\n",
    ):
        refused = run_scenarios(None, "case_suggestion", {**fewer, "scenarios/waivers.yaml": bad})
        assert refused.findings
        assert not refused.held


def test_the_commands(tmp_path: Path) -> None:
    well = CliRunner().invoke(main, ["processes", "scenarios", str(PROCESSES / "board_report"), "--json"])
    assert well.exit_code == 0, well.output
    assert json.loads(well.output)["held"] is True
    folder = tmp_path / "board_report"
    (folder / "scenarios").mkdir(parents=True)
    (folder / "board_report.bpmn").write_text(
        (PROCESSES / "board_report/board_report.bpmn").read_text("utf-8"), "utf-8"
    )
    gaps = CliRunner().invoke(main, ["processes", "scenarios", str(folder)])
    assert gaps.exit_code == 1
    assert "No scenario passes chairs_report" in gaps.output
    plans = tmp_path / "plans.yaml"
    plans.write_text("chairs_report:\n  after: 2\n  period_from: 100 days ago\n  period_to: today\n", "utf-8")
    seen = CliRunner().invoke(
        main, ["processes", "rehearse", str(folder), "--days", "60", "--answers", str(plans), "--json"]
    )
    assert seen.exit_code == 0, seen.output
    kinds = [(line["kind"], line["element"]) for line in json.loads(seen.output)["entries"]]
    assert ("completed", "chairs_report") in kinds
    plans.write_text("chairs_report:\n  after: soon\n", "utf-8")
    refused = CliRunner().invoke(main, ["processes", "rehearse", str(folder), "--answers", str(plans)])
    assert refused.exit_code == 1
    assert "Write after: 3." in refused.output


def test_a_played_case_becomes_a_scenario_that_holds_and_names_nobody() -> None:
    made = invented_partnership()
    with made.read() as session:
        bundles = bundles_of(session)
    steps = frozenset(
        task.id for each in bundles.values() if each.drawn for task in each.diagram.user_tasks()
    )
    usual, _ = usual_answers({name: each.files for name, each in bundles.items()}, Words(steps, frozenset()))
    roads = Roads(made, "learning_review", usual)
    played = roads.to(Given(reached="meeting_agenda"))
    with played.read() as session:
        ref = session.connection().exec_driver_sql("select ref from review").scalar_one()
        text = record_case(session, ref)
        people = [row[0] for row in session.connection().exec_driver_sql("select name from person")]
    played.dispose()
    roads.close()
    assert ref not in text
    assert not any(person in text or f"u_{person.split()[0].lower()}" in text for person in people)
    assert "A plan that did not travel" not in text
    told: dict[str, Any] = yaml.safe_load(text)
    assert {line.get("does") for line in told["when"]} >= {"referral", "statutory_screen", "triage_decision"}
    screen = next(line for line in told["when"] if line.get("does") == "statutory_screen")
    assert screen["answers"] == {"outcome": "not_statutory"}
    assert {"open": "meeting_agenda", "role": "Board business support"} in told["then"]
    files = {**bundle_files("learning_review"), "scenarios/recorded.yaml": text}
    kept = {
        name: each
        for name, each in files.items()
        if not name.startswith("scenarios/") or "usual" in name or "recorded" in name
    }
    ran = run_scenarios(None, "learning_review", kept)
    assert [line for line in ran.results[0].lines if not line.held] == []
    assert ran.results[0].held
