"""Scenarios are checked like every file of a bundle: what they name is there, and hostile YAML is refused in
words and in time ("Bad input"; promise S1)."""

from __future__ import annotations

import os
import time

import pytest

from engine import Finding
from engine.checks import decoded
from reviews.shipped import bundle_files, check_files
from reviews.studio import run_scenarios
from tests.hostile_texts import CANARY, CODE, ENDLESS, ODD

PROCESS = "case_suggestion"
NAME = "scenarios/a_try.yaml"


def scenario(when: str = "", then: str = "- open: nothing", given: str = "{facts: {agency: sch}}") -> str:
    moves = f"when:\n  {when}\n" if when else ""
    return f"title: A try\ngiven: {given}\n{moves}then:\n  {then}\n"


def findings(text: str, name: str = NAME, process: str = PROCESS) -> list[Finding]:
    """What is found about one more file of a shipped bundle, in time and in words."""
    began = time.process_time()
    found = check_files(process, {**bundle_files(process), name: text})
    assert time.process_time() - began < 2
    assert CANARY not in os.environ
    for each in found:
        assert each.file == name or each.rule == "scenario_size", each
        assert each.sentence.strip().endswith((".", "?")) and each.what_to_do.strip(), each
        assert len(each.sentence) < 700 and len(each.what_to_do) < 1500, each
    return found


def test_a_sound_scenario_has_no_findings() -> None:
    assert findings(scenario("- pass: 5 working days")) == []


WRONG = {
    "a step": ("scenario", scenario("- does: suggestion_replies"), "suggestion_reply"),
    "a step it reached": ("scenario", scenario(given="{reached: sugestion}"), "suggestion"),
    "what happens": ("scenario", scenario("- happens: witdraw"), "withdraw"),
    "a fact": ("scenario", scenario(given="{facts: {agancy: sch}}"), "agency"),
    "a word": ("scenario", scenario("- pases: 3 days"), "pass"),
    "a word beside": ("scenario", scenario("- does: suggestion_reply\n    answer: {a: b}"), "answers"),
    "nothing expected": ("scenario", "title: Nothing\n", "under then"),
    "no title": ("scenario", "then: [{open: nothing}]", "sentence"),
    "a question": (
        "scenario_answer",
        scenario("- does: suggestion_reply\n    answers: {outcom: x}"),
        "outcome",
    ),
    "a choice": (
        "scenario_answer",
        scenario("- does: suggestion_reply\n    answers: {outcome: nope}"),
        "referral",
    ),
    "a question on the way": (
        "scenario_answer",
        scenario(given="{reached: suggestion_reply, answers: {suggestion_reply: {outcom: x}}}"),
        "outcome",
    ),
    "a role": ("scenario_person", scenario(then="- access: safegarding lead"), "safeguarding lead"),
    "an agency": ("scenario_person", scenario(then="- notice to: safeguarding lead of skh"), "sch"),
    "a role of a step": (
        "scenario_person",
        scenario(then="- open: suggestion_reply\n    role: judge"),
        "Write",
    ),
    "an agency of a step": (
        "scenario_person",
        scenario(then="- open: suggestion_reply\n    agency: xx"),
        "Write",
    ),
    "a number of days": ("scenario_day", scenario("- pass: five working days"), "5 working days"),
    "a unit of days": ("scenario_day", scenario("- pass: 5 fortnights"), "5 working days"),
    "when it is due": (
        "scenario_day",
        scenario(then="- open: suggestion_reply\n    due: in ten days"),
        "in 10",
    ),
    "a process": ("scenario_process", scenario(then="- running: late_stepp"), "late_step"),
    "another process": ("scenario_process", scenario(then="- ended: Done\n    process: acton"), "action"),
    "an end": ("scenario_end", scenario(then="- ended: Answered with thank"), "Answered with thanks"),
    "a table": ("scenario_decision", scenario(then="- decided: criterion"), "criteria"),
    "what a table gives": (
        "scenario_decision",
        scenario(then="- decided: criteria\n    is: {plan: true}"),
        "plan_in_scope",
    ),
    "what is told": ("scenario_facts", scenario("- happens: withdraw\n    facts: {raeson: x}"), "reason"),
    "words of a notice": (
        "scenario_notice",
        scenario(then="- notice to: the referrer\n    says: xyzzy"),
        "texts",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_a_scenario_names_is_there(what: str) -> None:
    rule, text, remedy = WRONG[what]
    found = [each for each in findings(text) if each.rule == rule]
    assert len(found) == 1, findings(text)
    assert remedy in found[0].what_to_do
    assert found[0].line > 0


@pytest.mark.parametrize(
    ("rule", "text", "remedy"),
    [
        ("waiver", "suggestion_replies: Nobody can come here in a test.", "suggestion_reply"),
        ("waiver", "suggestion_reply:\n", "sentence"),
        ("waiver", "suggestion_reply: because\n", "sentence"),
        ("waiver", "- suggestion_reply\n", "reason"),
    ],
)
def test_a_waiver_names_what_is_drawn_and_says_why(rule: str, text: str, remedy: str) -> None:
    (found,) = findings(text, "scenarios/waivers.yaml")
    assert found.rule == rule and remedy in found.what_to_do


def test_usual_answers_are_checked_like_those_of_a_scenario() -> None:
    name = "scenarios/usual_answers.yaml"
    (found,) = findings("suggestion_reply:\n  outcome: never\n", name)
    assert (found.rule, found.line) == ("scenario_answer", 2)
    (found,) = findings("suggestion_replies: {outcome: x}\n", name)
    assert found.rule == "scenario" and "suggestion_reply" in found.what_to_do


HOSTILE = {
    "laughs": "a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n",
    "a ring": "title: &a [*a]\n",
    "merged": "a: &a {b: c}\nd: {<<: *a}\n",
    "a tag": "title: !!python/object/apply:os.system [id]\n",
    "a name of a module": "title: !!python/name:os.system\n",
    "a local tag": "title: !x y\n",
    "deep": "[" * 60_000,
    "deep names": "".join(" " * n + "a:\n" for n in range(300)),
    "wide": "[" + "1," * 30_000,
    "too long": "title: " + "x" * 70_000,
    "a long word": f"title: x\nthen: [{{{'o' * 60_000}: nothing}}]",
    "a long value": f"title: x\nthen: [{{open: {'o' * 3_900}}}]",
    "a name twice": "title: a\ntitle: b\nthen: [{open: nothing}]",
    "two documents": f"{scenario()}---\n{scenario()}",
    "many documents": "---\n" * 16_000,
    "a large number": scenario("- pass: 1" + "0" * 4_000),
    "a larger number": scenario("- pass: 0x" + "f" * 60_000),
    "no number": scenario("- pass: .nan"),
    "endless": scenario("- pass: .inf"),
    "base sixty": scenario("- pass: " + "59:" * 900 + "59"),
    "no such day": scenario(given="{begins: 2026-99-99}"),
    "a list as a name": "? [a, b]\n: c\n",
    "tabs": "title:\tx\n\t- y",
    "many names": "".join(f"k{n}: 1\n" for n in range(3_900)),
    "a directive": "%YAML 9.9\n---\ntitle: x\n",
    "not a mapping": "5",
    "nothing": "",
    "a comment": "# nothing here",
}


@pytest.mark.parametrize("attack", HOSTILE)
@pytest.mark.parametrize("name", [NAME, "scenarios/waivers.yaml", "scenarios/usual_answers.yaml"])
def test_hostile_yaml_is_refused_in_words_and_in_time(attack: str, name: str) -> None:
    assert [each for each in findings(HOSTILE[attack], name) if each.severity == "error"], attack


PLACES = {
    "what is done": "- does: {0}",
    "what happens": "- happens: {0}",
    "how long": "- pass: {0}",
    "an answer": "- does: suggestion_reply\n    answers: {{outcome: {0}}}",
    "a question": "- does: suggestion_reply\n    answers: {{{0}: x}}",
    "who": "- happens: withdraw\n    as: {0}",
    "a fact": "- happens: withdraw\n    facts: {{{0}: x}}",
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("attack", [*CODE, *ENDLESS, *ODD])
def test_code_in_a_scenario_is_only_a_word_that_nobody_knows(place: str, attack: str) -> None:
    text = {**CODE, **ENDLESS, **ODD}[attack]
    quoted = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    found = findings(scenario(PLACES[place].format(quoted)))
    assert [each for each in found if each.severity == "error"]


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1", "utf-8-sig"])
def test_another_encoding_is_refused_in_words(encoding: str) -> None:
    text = "title: Caf\u00e9\nthen: [{open: nothing}]\n".encode(encoding)
    found = check_files(PROCESS, {**bundle_files(PROCESS), **decoded({NAME: text})})
    assert bool(found) == (encoding != "utf-8-sig")


@pytest.mark.parametrize("attack", ["laughs", "a tag", "deep", "a larger number", "endless"])
def test_a_smuggled_scenario_is_inert_and_keeps_nobody_from_running_the_others(attack: str) -> None:
    """What is in the files of a version past every check is refused again when it is run."""
    files = {**bundle_files(PROCESS), NAME: HOSTILE[attack], "scenarios/waivers.yaml": HOSTILE[attack]}
    ran = run_scenarios(None, PROCESS, files)
    assert CANARY not in os.environ
    assert not ran.held and ran.findings
    assert [each.held for each in ran.results].count(False) == 1
    (broken,) = [each for each in ran.results if not each.held]
    assert broken.file == NAME


def test_many_scenarios_are_refused_in_time() -> None:
    files = {f"scenarios/s{n}.yaml": "- 1\n" * 7_000 for n in range(200)}
    began = time.process_time()
    assert [each.rule for each in check_files(PROCESS, {**bundle_files(PROCESS), **files})] == [
        "scenario_size"
    ]
    most = {f"scenarios/s{n}.yaml": "[" + "1," * 7_900 + "]" for n in range(8)}
    assert check_files(PROCESS, {**bundle_files(PROCESS), **most})
    assert time.process_time() - began < 2
