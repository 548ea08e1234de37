"""Checking a bundle before it is deployed: one rule a function, each finding says where, what, and what to
do.

What the library underneath accepts in silence and then does wrongly is refused here. The rules stand in
`docs/checks.md`, each with the clause behind it.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.bundles import Bundle, read_bundle
from engine.checks.bpmn import broken_rules
from engine.checks.chasing import chased_steps_stay, chasing_findings
from engine.checks.expressions import EXPRESSION_RULES
from engine.checks.files import FILE_RULES, decoded
from engine.checks.guards import GUARD_RULES
from engine.checks.palette import PALETTE_RULES
from engine.checks.scenarios import Around, scenario_findings
from engine.checks.structure import STRUCTURE_RULES
from engine.checks.subject import Subject
from engine.checks.tables import table_findings
from engine.checks.variables import VARIABLE_RULES
from engine.checks.work import WORK_RULES
from engine.errors import BundleRefused, Finding
from engine.neighbours import Neighbours
from engine.workflow import compile_diagram
from engine.world import World
from engine.xml import UnsafeXml, read_xml

__all__ = ["PROFILE_RULES", "UNREADABLE", "check_bundle", "check_files", "decoded"]

UNREADABLE = frozenset(rule.id for rule in FILE_RULES)
"""Rules whose breaking means that nothing in the files was looked at."""

PROFILE_RULES = (
    *PALETTE_RULES,
    *STRUCTURE_RULES,
    *WORK_RULES,
    *EXPRESSION_RULES,
    *VARIABLE_RULES,
    *GUARD_RULES,
    chased_steps_stay,
)


def check_files(
    process: str,
    files: Mapping[str, str],
    world: World,
    before: Bundle | None = None,
    neighbours: Neighbours | None = None,
) -> list[Finding]:
    """Every finding of every rule, also of files that cannot be read at all. Never raises for what is in
    them.

    `before` is the version that is in use: with it, guard steps may move but not go. `neighbours` are the
    other processes, which scenarios and the chasing table name.
    """
    findings = [found for rule in FILE_RULES for found in rule.findings(files, process)]
    if findings:
        return findings
    for name, text in sorted(files.items()):
        if name.endswith(".bpmn"):
            findings += _standard(text, name)
    try:
        bundle = read_bundle(process, files)
    except BundleRefused as refused:
        said = {(found.file, found.element) for found in findings}
        findings += [found for found in refused.findings if (found.file, found.element) not in said]
        return _in_order(findings)
    around = neighbours or Neighbours()
    findings += check_bundle(bundle, world, before, around, compile_it=not _errors(findings))
    stage = world.stage()
    if stage is not None:
        findings += scenario_findings(files, Around(process, bundle, around, stage))
    return _in_order(findings)


def check_bundle(
    bundle: Bundle,
    world: World,
    before: Bundle | None = None,
    neighbours: Neighbours | None = None,
    *,
    compile_it: bool = True,
) -> list[Finding]:
    """The findings of our profile and of the tables, for a bundle that could be read."""
    findings = [found for table in bundle.decisions for found in table_findings(table)]
    findings += chasing_findings(bundle, world, neighbours or Neighbours())
    if bundle.drawn is not None:
        around = neighbours or Neighbours()
        subject = Subject(bundle.drawn, bundle.files, bundle.decisions, world, before, around)
        findings += [found for rule in PROFILE_RULES for found in rule.findings(subject, bundle.drawn.file)]
        if compile_it and not _errors(findings):
            findings += _uncompilable(bundle)
    return findings


def _standard(text: str, file: str) -> list[Finding]:
    """What breaks the standard's own rules; nothing for a file that is no XML: `read_bundle` says so."""
    try:
        return broken_rules(read_xml(text.encode()), file)
    except UnsafeXml:
        return []


def _uncompilable(bundle: Bundle) -> list[Finding]:
    """What the library refuses although no rule of ours did."""
    try:
        compile_diagram(bundle.diagram)
    except BundleRefused as refused:
        return refused.findings
    return []


def _errors(findings: list[Finding]) -> bool:
    return any(found.severity == "error" for found in findings)


def _in_order(findings: list[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda found: (found.file, found.line, found.rule))
