"""The processes that this release brings: where their files lie, how they are checked whole, and how they
are put into use.

A bundle is a process's diagram and tables with the forms of its steps. The chasing table is a bundle of
its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from sqlalchemy.orm import Session

from engine import Actor, Bundle, Finding, deploy_first, read_folder
from engine.checks import UNREADABLE
from engine.checks import check_files as check_bundle_files
from engine.neighbours import Neighbours, brought_neighbours
from forms import Finding as FormFinding
from forms import check_form
from reviews.notice_checks import notice_findings
from reviews.rule_table import form_rule

ROOT = Path(__file__).resolve().parent.parent
PROCESSES = ROOT / "processes"
FORMS = ROOT / "forms"
CHASING = "chasing"


def shipped_processes() -> list[str]:
    """The names of the processes that this release brings."""
    return sorted(path.name for path in PROCESSES.iterdir() if (path / f"{path.name}.bpmn").is_file())


def shipped_places() -> list[Path]:
    """Where the files of each bundle lie that this release brings."""
    return [*(PROCESSES / process for process in shipped_processes()), PROCESSES / "chasing.dmn"]


def bundle_files(process: str) -> dict[str, str]:
    """The files of a shipped bundle by name."""
    if process == CHASING:
        return {"chasing.dmn": (PROCESSES / "chasing.dmn").read_text(encoding="utf-8")}
    return read_folder(PROCESSES / process, FORMS / process)


@lru_cache(maxsize=1)
def brought() -> Mapping[str, Mapping[str, str]]:
    """Every bundle of this release; its files do not change while it runs."""
    return {process: bundle_files(process) for process in [CHASING, *shipped_processes()]}


@lru_cache(maxsize=1)
def release_neighbours() -> Neighbours:
    """The processes of this release, as those around a bundle that is checked without a database."""
    return brought_neighbours(brought())


def check_files(
    process: str,
    files: Mapping[str, str],
    before: Bundle | None = None,
    neighbours: Neighbours | None = None,
) -> list[Finding]:
    """Every finding of the engine's rules and of the forms', for one bundle. `before` is the version in use,
    whose guard steps a new one keeps; `neighbours` are the other processes, else those of this release.
    Never raises for what is in the files."""
    from reviews.domain import LEARNING_REVIEWS

    around = neighbours or release_neighbours()
    findings = check_bundle_files(process, files, LEARNING_REVIEWS.world, before, around)
    if any(found.rule in UNREADABLE for found in findings):
        return findings
    return [*findings, *domain_findings(process, files)]


def check_sent(process: str, files: Mapping[str, str], before: Bundle | None = None) -> list[Finding]:
    """Every finding of a bundle, or of one file that is looked at alone: then nothing is said of the others
    that it names."""
    found = check_files(process, files, before)
    return [each for each in found if len(files) > 1 or each.rule not in ("form", "decision")]


def domain_findings(process: str, files: Mapping[str, str]) -> list[Finding]:
    """What this domain finds in a bundle that the engine cannot read: its forms and the words of notices."""
    return [*form_findings(process, files), *notice_findings(process, files)]


def form_findings(process: str, files: Mapping[str, str]) -> list[Finding]:
    """What is wrong with the forms of a bundle."""
    return [
        _as_engine_finding(found)
        for name, text in sorted(files.items())
        if name.endswith(".form")
        for found in check_form(text, name)
    ]


def deploy_shipped(session: Session, *, by: Actor, note: str, approved_by: str | None = None) -> list[str]:
    """Put every shipped bundle into use in an empty demonstration; the names and numbers. Raises
    BundleRefused with all findings of a bundle, Refused where another version is in use."""
    put = []
    for process in [CHASING, *shipped_processes()]:
        version = deploy_first(
            session, process, bundle_files(process), note=note, by=by, approved_by=approved_by
        )
        put.append(f"{process} {version.number}")
    return put


def _as_engine_finding(found: FormFinding) -> Finding:
    severity = "error" if found.stops else "warning"
    return Finding(
        found.file, found.question, found.line, form_rule(found.rule), found.sentence,
        found.remedy, severity,
    )  # fmt: skip
