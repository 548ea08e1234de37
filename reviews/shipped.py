"""The processes that this release brings: where their files lie, how they are checked whole, and how they
are put into use.

A bundle is a process's diagram and tables with the forms of its steps. The chasing table is a bundle of
its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sqlalchemy.orm import Session

from engine import Actor, Bundle, BundleRefused, Finding, deploy, read_folder
from engine.checks import UNREADABLE
from engine.checks import check_files as check_bundle_files
from forms import Finding as FormFinding
from forms import check_form
from reviews.rule_table import form_rule

ROOT = Path(__file__).resolve().parent.parent
PROCESSES = ROOT / "processes"
FORMS = ROOT / "forms"
CHASING = "chasing"


def shipped_processes() -> list[str]:
    """The names of the processes that this release brings."""
    return sorted(path.name for path in PROCESSES.iterdir() if (path / f"{path.name}.bpmn").is_file())


def bundle_files(process: str) -> dict[str, str]:
    """The files of a shipped bundle by name."""
    if process == CHASING:
        return {"chasing.dmn": (PROCESSES / "chasing.dmn").read_text(encoding="utf-8")}
    return read_folder(PROCESSES / process, FORMS / process)


def check_files(process: str, files: Mapping[str, str], before: Bundle | None = None) -> list[Finding]:
    """Every finding of the engine's rules and of the forms', for one bundle. `before` is the version in use,
    whose guard steps a new one keeps. Never raises for what is in the files."""
    from reviews.domain import LEARNING_REVIEWS

    findings = check_bundle_files(process, files, LEARNING_REVIEWS.world, before)
    if any(found.rule in UNREADABLE for found in findings):
        return findings
    for name, text in sorted(files.items()):
        if name.endswith(".form"):
            findings.extend(_as_engine_finding(found) for found in check_form(text, name))
    return findings


def deploy_shipped(session: Session, *, by: Actor, note: str, approved_by: str | None = None) -> list[str]:
    """Put every shipped bundle into use; the names of those that changed. Raises BundleRefused with all
    findings of a bundle."""
    changed = []
    for process in [CHASING, *shipped_processes()]:
        files = bundle_files(process)
        errors = [found for found in check_files(process, files) if found.severity == "error"]
        if errors:
            raise BundleRefused(errors)
        version = deploy(session, process, files, note=note, by=by, approved_by=approved_by)
        changed.append(f"{process} {version.number}")
    return changed


def _as_engine_finding(found: FormFinding) -> Finding:
    severity = "error" if found.stops else "warning"
    return Finding(
        found.file, found.question, found.line, form_rule(found.rule), found.sentence,
        found.remedy, severity,
    )  # fmt: skip
