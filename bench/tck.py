"""The measure of the decisions that is not ours: the test cases of the DMN Technology Compatibility Kit.

    python -m bench.tck FOLDER [--level 2] [--list]

FOLDER is `TestCases` of a copy of github.com/dmn-tck/tck. A case counts as passed when every one of its tests
gives what is expected: numbers to eight places, lists in order, and null where the kit expects an error.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree

from engine.clock import SystemClock
from engine.decisions import DecisionError, DecisionModel, load
from engine.feel import DaysDuration, YearsDuration, evaluate

TCK = "{http://www.omg.org/spec/DMN/20160719/testcase}"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
CLOSE = Decimal("1e-8")
AS_FEEL = {"date": "date", "time": "time", "dateTime": "date and time", "duration": "duration"}


def main() -> int:
    """Run the cases of a level and print what they came to."""
    asked = argparse.ArgumentParser(prog="python -m bench.tck", description=__doc__.splitlines()[0])
    asked.add_argument("folder", type=Path)
    asked.add_argument("--level", default="2", choices=("2", "3"))
    asked.add_argument("--list", action="store_true", help="name every test that fails")
    said = asked.parse_args()
    cases = passed = tests = held = 0
    for file in sorted((said.folder / f"compliance-level-{said.level}").glob("*/*-test-*.xml")):
        wrong = 0
        for name, fault in faults_of(file):
            tests, held, wrong = tests + 1, held + (not fault), wrong + bool(fault)
            if fault and said.list:
                print(f"{file.stem} {name}: {fault}")
        cases, passed = cases + 1, passed + (not wrong)
    print(f"level {said.level}: {passed} of {cases} files of cases, {held} of {tests} results")
    return 0 if passed == cases else 1


def faults_of(file: Path) -> Iterator[tuple[str, str]]:
    """Each expected result of one file of cases by its name, with what was wrong; "" where nothing was."""
    root = etree.parse(str(file)).getroot()
    named = file.parent / (root.findtext(f"{TCK}modelName") or "").strip()
    try:
        model = model_of(named)
    except (DecisionError, OSError) as no:
        for result in root.iter(f"{TCK}resultNode"):
            yield str(result.get("name")), f"not read: {no}"
        return
    for case in root.iter(f"{TCK}testCase"):
        given = {str(node.get("name")): value_of(node) for node in case.findall(f"{TCK}inputNode")}
        asked = case.get("invocableName") if case.get("type") == "decisionService" else None
        for result in case.findall(f"{TCK}resultNode"):
            name = asked or str(result.get("name"))
            yield f"{case.get('id')} {result.get('name')}", fault_of(model, name, given, result)


def fault_of(model: DecisionModel, name: str, given: dict[str, Any], result: etree._Element) -> str:
    """What is wrong with one result, or ""."""
    wanted = result.find(f"{TCK}expected")
    expected = value_of(wanted) if wanted is not None else None
    try:
        found = model.evaluate(name, given, SystemClock().now(), strict=False)
    except DecisionError as no:
        return "" if expected is None and result.get("errorResult") == "true" else f"refused: {no}"
    if name != result.get("name") and isinstance(found, dict) and result.get("name") in found:
        found = found[str(result.get("name"))]  # one output of a service that has several
    return "" if same(expected, found) else f"expected {expected!r}, not {found!r}"


def model_of(file: Path) -> DecisionModel:
    """A model with those it imports, which lie beside it."""
    spaces = {str(each.get("namespace")) for each in etree.parse(str(file)).getroot().iterfind("{*}import")}
    beside = [
        model_of(other)
        for other in file.parent.glob("*.dmn")
        if other != file and spaces and etree.parse(str(other)).getroot().get("namespace") in spaces
    ]
    return load(file.read_bytes(), file.name, beside)


def value_of(node: etree._Element) -> Any:
    """A value as the kit writes it: one value, a list, or a context of components."""
    listed = node.find(f"{TCK}list")
    if listed is not None:
        if listed.get(f"{XSI}nil") == "true":
            return None
        return [value_of(item) for item in listed.findall(f"{TCK}item")]
    parts = node.findall(f"{TCK}component")
    if parts:
        return {str(part.get("name")): value_of(part) for part in parts}
    value = node.find(f"{TCK}value")
    if value is None or value.get(f"{XSI}nil") == "true":
        return None
    kind = str(value.get(f"{XSI}type", "xsd:string")).split(":")[-1]
    text = value.text or ""
    if kind == "string":
        return text
    if kind == "boolean":
        return text.strip() in ("true", "1")
    if kind in AS_FEEL:
        return evaluate(f'{AS_FEEL[kind]}("{text.strip()}")')
    return Decimal(text.strip())


def same(expected: Any, found: Any) -> bool:
    """Whether a value is what was expected."""
    if isinstance(expected, bool) or isinstance(found, bool):
        return expected is found
    if isinstance(expected, Decimal) and isinstance(found, Decimal):
        return abs(expected - found) <= CLOSE * max(Decimal(1), abs(expected))
    if isinstance(expected, dict) and isinstance(found, dict):
        return expected.keys() == found.keys() and all(same(expected[key], found[key]) for key in expected)
    if isinstance(expected, list) and isinstance(found, list):
        return len(expected) == len(found) and all(map(same, expected, found))
    if isinstance(expected, DaysDuration | YearsDuration) and type(expected) is not type(found):
        return False
    return bool(expected == found)


if __name__ == "__main__":
    sys.exit(main())
