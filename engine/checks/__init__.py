"""Checking a bundle before it is deployed: one rule a function, each finding says where, what, and what to
do.

What the library underneath accepts in silence and then does wrongly is refused here.
"""

from __future__ import annotations

from collections.abc import Collection

from engine.bundles import Bundle
from engine.checks.expressions import EXPRESSION_RULES
from engine.checks.structure import STRUCTURE_RULES, Subject
from engine.checks.work import WORK_RULES
from engine.decisions import Finding as TableFinding
from engine.errors import BundleRefused, Finding
from engine.workflow import compile_diagram

__all__ = ["check_bundle"]


def check_bundle(bundle: Bundle, services: Collection[str]) -> list[Finding]:
    """Every finding of every rule, in the order of the file. `services` are the names a diagram may ask
    for."""
    findings = [_as_finding(found) for table in bundle.decisions for found in table.findings()]
    if bundle.drawn is not None:
        subject = Subject(bundle.drawn, bundle.files, bundle.decisions, services)
        for rule in (*STRUCTURE_RULES, *WORK_RULES, *EXPRESSION_RULES):
            findings.extend(rule(subject))
        if not findings:
            findings.extend(_uncompilable(bundle))
    return sorted(findings, key=lambda finding: (finding.file, finding.line, finding.rule))


def _uncompilable(bundle: Bundle) -> list[Finding]:
    """What the library refuses although no rule of ours did."""
    try:
        compile_diagram(bundle.diagram)
    except BundleRefused as refused:
        return refused.findings
    return []


def _as_finding(found: TableFinding) -> Finding:
    rule = f"rule {found.rule}" if found.rule else "table"
    return Finding(found.file, found.element, found.line, rule, found.sentence, found.what_to_do)
