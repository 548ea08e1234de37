"""What came of all scenarios of a bundle, with what they cover; and how that is kept and read again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from engine.bundles import read_bundle
from engine.errors import Finding
from engine.scenarios.coverage import Coverage, Passage, coverage_of, read_waivers
from engine.scenarios.reading import WAIVERS_FILE
from engine.scenarios.results import LineResult, ScenarioResult


@dataclass(frozen=True)
class Ran:
    """What came of all scenarios of a process. `findings` are mistakes in the waivers and usual answers, or
    why nothing could be played."""

    process: str
    results: tuple[ScenarioResult, ...]
    coverage: Coverage
    findings: tuple[Finding, ...] = ()

    @property
    def sound(self) -> bool:
        """True when every scenario held and every file could be read, whatever they leave out."""
        return not self.findings and all(result.held for result in self.results)

    @property
    def held(self) -> bool:
        """True when they are sound, and leave nothing out without a reason."""
        return self.sound and not self.coverage.gaps

    @property
    def failing(self) -> list[Finding]:
        """What does not hold, scenario by scenario: which line, and what was seen instead."""
        found = list(self.findings)
        for result in self.results:
            found += result.findings
            found += [_of_line(result, line) for line in result.lines if not line.held]
        return found


def nothing_played(process: str, files: Mapping[str, str]) -> Ran:
    """What is said of a bundle without scenarios: what none of them covers. Raises BundleRefused."""
    diagram = read_bundle(process, files).drawn
    if diagram is None:
        return Ran(process, (), Coverage(process, ()))
    text = files.get(WAIVERS_FILE)
    waivers, findings = read_waivers(text, WAIVERS_FILE, diagram) if text is not None else ([], [])
    return Ran(process, (), coverage_of(process, diagram, (), waivers), tuple(findings))


def as_record(ran: Ran) -> dict[str, Any]:
    """The same in plain values, to keep or to print."""
    return {
        "process": ran.process,
        "held": ran.held,
        "findings": [asdict(finding) for finding in ran.findings],
        "scenarios": [
            {
                "file": result.file,
                "title": result.title,
                "held": result.held,
                "lines": [asdict(line) for line in result.lines],
                "findings": [asdict(finding) for finding in result.findings],
            }
            for result in ran.results
        ],
        "coverage": [{**asdict(passage), "gap": passage.is_gap} for passage in ran.coverage.passages],
    }


def of_record(told: Mapping[str, Any]) -> Ran:
    """What `as_record` was given."""
    passages = tuple(
        Passage(each["id"], each["kind"], each["words"], tuple(each["passed_by"]), each["waived"])
        for each in told["coverage"]
    )
    results = tuple(
        ScenarioResult(
            each["file"],
            each["title"],
            tuple(LineResult(**line) for line in each["lines"]),
            frozenset(passage.id for passage in passages if each["file"] in passage.passed_by),
            tuple(Finding(**finding) for finding in each["findings"]),
        )
        for each in told["scenarios"]
    )
    findings = tuple(Finding(**finding) for finding in told["findings"])
    return Ran(told["process"], results, Coverage(told["process"], passages), findings)


def _of_line(result: ScenarioResult, line: LineResult) -> Finding:
    said = f"“{result.title}” does not hold. Line {line.line}: {line.words}. Seen instead: {line.seen}"
    remedy = "Change the process, or what the scenario expects."
    return Finding(result.file, "", line.line, "scenario", said.rstrip(".") + ".", remedy)
