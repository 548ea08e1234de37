"""Which steps and flows of a diagram a set of scenarios passes, and which gaps have a reason."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from engine.diagram import Diagram
from engine.errors import Finding
from engine.scenarios.results import ScenarioResult
from engine.scenarios.yaml_text import Wrong, hint, read_tree


@dataclass(frozen=True)
class Waiver:
    """An element or a flow that no scenario needs to pass, and why."""

    id: str
    reason: str


@dataclass(frozen=True)
class Passage:
    """One element or flow of a diagram: who passes it (files), or why nobody needs to."""

    id: str
    kind: str  # "step" or "flow"
    words: str
    passed_by: tuple[str, ...] = ()
    waived: str = ""

    @property
    def is_gap(self) -> bool:
        """True when nothing passes it and nothing says why."""
        return not self.passed_by and not self.waived


@dataclass(frozen=True)
class Coverage:
    """All elements and flows of one diagram."""

    process: str
    passages: tuple[Passage, ...]

    @property
    def gaps(self) -> tuple[Passage, ...]:
        """What is neither passed nor waived."""
        return tuple(passage for passage in self.passages if passage.is_gap)

    def counts(self, kind: str) -> tuple[int, int, int]:
        """How many steps or flows are passed, waived, and there at all."""
        those = [passage for passage in self.passages if passage.kind == kind]
        passed = sum(bool(passage.passed_by) for passage in those)
        waived = sum(bool(passage.waived) and not passage.passed_by for passage in those)
        return passed, waived, len(those)

    def percent(self, kind: str) -> int:
        """Of a hundred steps or flows that need it, how many are passed or waived; rounded down."""
        passed, waived, all_of_them = self.counts(kind)
        return 100 * (passed + waived) // all_of_them if all_of_them else 100


def coverage_of(
    process: str, diagram: Diagram, results: Iterable[ScenarioResult], waivers: Collection[Waiver] = ()
) -> Coverage:
    """What these results pass of a diagram. A scenario that does not hold passes nothing."""
    by_id: dict[str, list[str]] = {}
    for result in results:
        for each in result.passed if result.held else ():
            by_id.setdefault(each, []).append(result.file)
    reasons = {waiver.id: waiver.reason for waiver in waivers}
    named = {element.id: element.name or element.id for element in diagram.elements.values()}
    steps = [(each, "step", words) for each, words in named.items()]
    flows = [
        (flow.id, "flow", f"{named.get(flow.source, flow.source)} to {named.get(flow.target, flow.target)}")
        for flow in diagram.flows.values()
    ]
    return Coverage(
        process,
        tuple(
            Passage(each, kind, words, tuple(sorted(by_id.get(each, ()))), reasons.get(each, ""))
            for each, kind, words in (*steps, *flows)
        ),
    )


def read_waivers(text: str, file: str, diagram: Diagram) -> tuple[list[Waiver], list[Finding]]:
    """The waivers of a file, and what is wrong with it. Each names an element or flow, and a reason."""
    known = {*diagram.elements, *diagram.flows}
    try:
        tree = read_tree(text)
        if not isinstance(tree.value, dict):
            raise Wrong(tree.line, "This is not a list of waivers.", "Write an id, a colon and the reason.")
        found = []
        for name, reason in tree.value.items():
            if name not in known:
                raise Wrong(reason.line, f'The diagram has no "{name}".', hint(name, known))
            if not isinstance(reason.value, str) or len(reason.value.split()) < MIN_WORDS:
                raise Wrong(reason.line, f'The waiver of "{name}" has no reason.', "Say why in a sentence.")
            found.append(Waiver(name, reason.value))
    except Wrong as wrong:
        return [], [wrong.finding(file)]
    return found, []


MIN_WORDS = 4
Files = Mapping[str, str]
