"""What is written beside the code is true: the map, the reasons for dependencies, one name per step."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

import pytest
from lxml import etree

from tests.architecture.source import ROOT, imports, modules

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
PROCESSES = sorted((ROOT / "processes").glob("*/*.bpmn"))
OWN = {"engine", "forms", "reviews", "app", "processes", "migrations", "tests", "bench", "tools"}


def _map() -> str:
    path = ROOT / "ARCHITECTURE.md"
    if not path.exists():
        pytest.skip("no ARCHITECTURE.md yet")
    return path.read_text(encoding="utf-8")


def test_the_map_names_every_module() -> None:
    text = _map()
    missing = [
        module.path
        for module in modules()
        if (module.path if not module.path.endswith("/__init__.py") else module.path[: -len("__init__.py")])
        not in text
    ]
    assert not missing, "ARCHITECTURE.md must name, by path (a package as `engine/feel/`):\n" + "\n".join(
        missing
    )


def test_the_map_names_no_module_that_is_gone() -> None:
    named = set(re.findall(r"\b(?:engine|forms|reviews|app|migrations|tools|tests)/[\w/.-]*\w\.py\b", _map()))
    gone = sorted(path for path in named if not (ROOT / path).exists())
    assert not gone, "ARCHITECTURE.md names what is gone:\n" + "\n".join(gone)


def _project() -> tuple[str, list[str]]:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    dependencies: list[str] = tomllib.loads(text)["project"]["dependencies"]
    return text, dependencies


def test_every_runtime_dependency_says_why_it_is_here() -> None:
    text, dependencies = _project()
    silent = [each for each in dependencies if not re.search(rf'"{re.escape(each)}",\s*# .{{10,}}', text)]
    assert not silent, f"Write the reason behind it, on its line of pyproject.toml: {silent}"


def test_what_is_imported_is_a_declared_dependency() -> None:
    """A package that only came along with another one may go with it."""
    _, dependencies = _project()
    declared = {re.split(r"[\[<>=;!~ ]", each)[0].lower().replace("-", "_") for each in dependencies}
    # How a distribution is called, and what it is imported as, where these differ or where Flask promises it.
    declared |= {"yaml", "werkzeug", "jinja2", "markupsafe", "argon2", "pythonjsonlogger", "pil"}
    declared |= {"docx", "weasyprint"}  # docxtpl brings python-docx; PDF is an extra, and done without
    found = {
        f"{module.path}: {name}"
        for module in modules()
        for _, name, _ in imports(module)
        if (top := name.split(".")[0])
        and top not in OWN
        and top not in sys.stdlib_module_names
        and top.lower() not in declared
    }
    assert not found, "Add to pyproject.toml with a reason, or do without:\n" + "\n".join(sorted(found))


def _user_tasks(diagram: Path) -> list[str]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return [str(task.get("id")) for task in etree.parse(diagram, parser).iter(f"{BPMN}userTask")]


@pytest.mark.parametrize("diagram", PROCESSES, ids=lambda path: path.stem)
def test_every_user_task_has_a_form_of_its_name(diagram: Path) -> None:
    folder = ROOT / "forms" / diagram.parent.name
    missing = [task for task in _user_tasks(diagram) if not (folder / f"{task}.form").exists()]
    assert not missing, (
        f"Missing in forms/{diagram.parent.name}/: {', '.join(f'{each}.form' for each in missing)}"
    )


@pytest.mark.parametrize("diagram", PROCESSES, ids=lambda path: path.stem)
def test_every_form_is_asked_by_a_user_task(diagram: Path) -> None:
    forms = {path.stem for path in (ROOT / "forms" / diagram.parent.name).glob("*.form")}
    unused = sorted(forms - set(_user_tasks(diagram)))
    assert not unused, f"No user task of {diagram.name} has the name of: {', '.join(unused)}"


@pytest.mark.parametrize("diagram", PROCESSES, ids=lambda path: path.stem)
def test_every_user_task_has_a_policy_test_of_its_name(diagram: Path) -> None:
    folder = ROOT / "tests" / "policy"
    if not folder.is_dir():
        pytest.skip("no policy tests yet")
    named = {path.stem for path in folder.rglob("test_*.py")}
    missing = [task for task in _user_tasks(diagram) if f"test_{task}" not in named]
    assert not missing, "Missing in tests/policy/: " + ", ".join(f"test_{each}.py" for each in missing)


def test_the_security_checklist_names_every_requirement_once_and_tests_that_exist() -> None:
    text = (ROOT / "docs" / "guides" / "asvs.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1:4] for line in text.splitlines() if re.match(r"\| \d", line)]
    named = [number for row in rows for number in re.findall(r"\d+\.\d+\.\d+", row[0])]
    assert len(named) == len(set(named)) == 345, "ASVS 5.0.0 has 345 requirements"
    lacking = []
    for numbers, _, shown in rows:
        tests = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", shown)
        if not tests and not re.match(r"\s*Reason: .{4,}", shown):
            lacking.append(f"{numbers.strip()}: neither a test nor a reason")
        for path, name in tests:
            source = (ROOT / path).read_text(encoding="utf-8") if (ROOT / path).exists() else ""
            if not source or (name and f"def {name}(" not in source):
                lacking.append(f"{numbers.strip()}: there is no {path}::{name}")
    assert not lacking, "\n".join(lacking)


PROMISES = [f"{kind}{n}" for kind, last in (("R", 10), ("S", 10), ("P", 5)) for n in range(1, last + 1)]


def test_the_readme_has_every_promise_with_its_test_and_its_figure() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8").split("## What we measured")[1].split("\n## ")[0]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines() if "|" in line]
    promises = [row for row in rows if re.fullmatch(r"[RSP]\d+", row[0])]
    assert [row[0] for row in promises] == PROMISES
    for number, _, figure, where in promises:
        files = re.findall(r"`([\w/.]+\.py)`", where)
        assert files, number
        assert [file for file in files if not (ROOT / file).exists()] == [], number
        assert re.search(r"\d", figure), f"{number} has no figure"
