"""Who may know whom, and who may do what. Imports between packages: the contracts in pyproject.toml."""

from __future__ import annotations

import ast
import re
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
            sandbox = module.path == "reviews/documents/placeholders.py"  # it looks at all of it first
            if name in DANGEROUS_CALLS or method == "from_string":
                if method == "from_string" and sandbox:
                    continue
                found.append(f"{module.at(call)} {name}()")
        for node, name, _ in imports(module):
            if name.split(".")[0] in DANGEROUS_MODULES:
                found.append(f"{module.at(node)} import {name}")
    assert not found, "Logic of process owners is FEEL; stored state is our own format:\n" + "\n".join(found)


def test_nobody_joins_sql_or_runs_another_program() -> None:
    found = []
    for module in modules():
        for call, name in _calls(module):
            last = name.rsplit(".", 1)[-1]
            built = call.args and isinstance(call.args[0], ast.JoinedStr | ast.BinOp)
            if last in {"text", "exec_driver_sql", "literal_column"} and "budget" not in name and built:
                found.append(f"{module.at(call)} {name}()")
            programs = module.path == "app/backup/copying.py"  # PostgreSQL's own, with options of ours
            if (name.startswith("subprocess.") and not programs) or name in {"os.system", "os.popen"}:
                found.append(f"{module.at(call)} {name}()")
    allowed = {"engine/db.py"}  # its pragmas, which are words of its own
    wrong = [each for each in found if each.split(":", maxsplit=1)[0] not in allowed]
    assert not wrong, "Bind what varies as a parameter:\n" + "\n".join(wrong)


def test_no_alias_of_a_class_is_shared_by_all_threads() -> None:
    """It works out its columns when it is first asked; two threads at once can leave it with a wrong one."""
    found = [
        module.at(node)
        for module in modules()
        for node in module.tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign) and "aliased(" in ast.unparse(node)
    ]
    assert not found, "Make it where it is used, or take the columns of a table's alias:\n" + "\n".join(found)


def test_what_is_written_as_markup_stands_in_few_places() -> None:
    """A template escapes by itself; these modules build markup from parts that `escape` has seen."""
    known = {"app/form_view.py", "app/form_answers.py", "app/letters.py"}
    found = {module.path for module in modules() for _, name in _calls(module) if name == "Markup"}
    assert found <= known, found - known


def test_templates_hold_no_script_no_style_and_nothing_from_elsewhere() -> None:
    # Data for a script is not run, and `tojson` escapes what could end its block.
    data = r"type=\"application/json\">\{\{ [\w.]+ \| tojson \}\}</script>"
    patterns = {
        r"\|\s*safe\b": "escaping is switched off",
        r"autoescape\s+false": "escaping is switched off",
        rf"<script(?![^>]*\b(?:src=|{data}))": "a script in the page",
        r"\sstyle=": "a style in the page",
        r"\son[a-z]+=": "a script in an attribute",
        r"(?:src|href)=\"(?:https?:)?//": "something from elsewhere",
    }
    found = [
        f"{path.relative_to(ROOT)}: {why}"
        for path in sorted((ROOT / "app" / "templates").rglob("*.html"))
        for pattern, why in patterns.items()
        if re.search(pattern, path.read_text(encoding="utf-8"))
    ]
    assert not found, "\n".join(found)


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
        if module.path not in ("engine/audit_chain.py", "reviews/calendar_files.py", "app/worker.py")
        for call, name in _calls(module)
        if name in ("Event", "models.Event", "insert(Event)")
    ]
    assert not found, (
        "An entry of the audit log is made by engine.record, which has it sealed:\n" + "\n".join(found)
    )
