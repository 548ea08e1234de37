"""Who may know whom, and who may do what. Imports between packages: the contracts in pyproject.toml."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, Module, dotted, imports, modules

# The engine's face, and what its docstring excepts: small pure languages, and what tables are made of.
FACE = (
    "engine",
    "engine.calendars",
    "engine.clock",
    "engine.deadlines",
    "engine.decisions",
    "engine.feel",
)
TABLE_PARTS = {"Base", "Moment"}
DANGEROUS_MODULES = {"pickle", "cPickle", "dill", "marshal", "shelve", "jsonpickle", "cloudpickle"}
DANGEROUS_CALLS = {"eval", "exec", "compile", "__import__", "render_template_string", "from_string"}
CLOCK_CALLS = {
    f"{owner}.{call}"
    for owner in ("datetime", "date", "dt.datetime", "dt.date", "datetime.datetime", "datetime.date")
    for call in ("now", "utcnow", "today")
} | {"time.time", "func.now", "func.current_timestamp", "sa.func.now"}


def _calls(module: Module) -> list[tuple[ast.Call, str]]:
    return [(call, dotted(call.func)) for call in module.walk(ast.Call) if isinstance(call, ast.Call)]


def test_imports_keep_the_contracts_of_pyproject() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    linter = str(program) if program.exists() else shutil.which("lint-imports")
    if linter is None or not all(
        (ROOT / package).is_dir() for package in ("engine", "forms", "reviews", "app")
    ):
        pytest.skip("nothing to lint with, or not all packages are there yet")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_only_engine_db_commits() -> None:
    found = [
        module.at(call)
        for module in modules()
        if module.path != "engine/db.py"
        for call, name in _calls(module)
        if name.endswith(".commit")
    ]
    assert not found, "A transaction belongs to whoever opened it (Database.write):\n" + "\n".join(found)


def test_the_app_reaches_the_engine_through_its_face() -> None:
    found = []
    for module in modules("app"):
        for node, name, names in imports(module):
            tables = name == "engine.models" and set(names) <= TABLE_PARTS
            if name.startswith("engine.") and name not in FACE and not tables:
                found.append(f"{module.at(node)} {name}: {', '.join(names)}")
    assert not found, "Import these from `engine`, which shows what it offers:\n" + "\n".join(found)


def test_the_domain_does_not_reach_into_the_workings_of_the_engine() -> None:
    closed = ("engine.workflow", "engine.execution", "engine.projections", "engine.bundles")
    found = [
        f"{module.at(node)} {name}"
        for module in modules("reviews")
        for node, name, _ in imports(module)
        if any(name == each or name.startswith(f"{each}.") for each in closed)
    ]
    assert not found, "The engine's verbs do this:\n" + "\n".join(found)


def test_nobody_asks_the_machine_for_the_time_but_the_clock() -> None:
    found = [
        f"{module.at(call)} {name}()"
        for module in modules()
        if module.path != "engine/clock.py"
        for call, name in _calls(module)
        if name in CLOCK_CALLS
    ]
    assert not found, "Take the Clock that was passed in; a rehearsal travels through time:\n" + "\n".join(
        found
    )


def test_nothing_runs_text_as_code() -> None:
    found = []
    for module in modules():
        for call, name in _calls(module):
            method = name.rsplit(".", 1)[-1]
            if name in DANGEROUS_CALLS or (method in {"from_string"} and "." in name):
                found.append(f"{module.at(call)} {name}()")
        for node, name, _ in imports(module):
            if name.split(".")[0] in DANGEROUS_MODULES:
                found.append(f"{module.at(node)} import {name}")
    assert not found, "Logic of process owners is FEEL; stored state is our own format:\n" + "\n".join(found)


def test_who_checks_the_audit_log_shares_no_code_with_who_writes_it() -> None:
    """`engine.audit_check` knows nothing of the product; one fault cannot be in both."""
    known = {"engine/audit_check.py": set(), "engine/audit_export_check.py": {"engine.audit_check"}}
    for module in modules("engine"):
        if module.path in known:
            ours = {
                name for _, name, _ in imports(module) if name.split(".")[0] in ("engine", "reviews", "app")
            }
            assert ours == known[module.path], module.path


def test_only_record_makes_events() -> None:
    found = [
        module.at(call)
        for module in modules()
        if module.path
        not in ("engine/audit.py", "engine/models.py", "reviews/calendar_files.py", "app/worker.py")
        for call, name in _calls(module)
        if name in ("Event", "models.Event", "insert(Event)")
    ]
    assert not found, (
        "An entry of the audit log is made by engine.record, which has it sealed:\n" + "\n".join(found)
    )
