"""Small pieces: what can be read at one go can be understood."""

from __future__ import annotations

import ast
from statistics import median, quantiles

from tests.architecture.source import Function, length, modules

LONGEST_MODULE = 350
LONGEST_FUNCTION = 60
NINE_IN_TEN_FUNCTIONS = 30
MEDIAN_VIEW = 12
MOST_IGNORES = 40
VERBS = {"get", "post", "put", "patch", "delete", "route"}


def test_no_module_is_longer_than_350_lines() -> None:
    long = [f"{m.path}: {n} lines" for m in modules() if (n := m.text.count("\n")) > LONGEST_MODULE]
    assert not long, "Split by subject:\n" + "\n".join(long)


def test_no_function_is_longer_than_60_lines() -> None:
    long = [
        f"{module.at(function)} {function.name}: {length(function)} lines"
        for module in modules()
        for function in module.functions()
        if length(function) > LONGEST_FUNCTION
    ]
    assert not long, "Give a paragraph a name and move it out:\n" + "\n".join(long)


def test_nine_functions_in_ten_have_30_lines_or_fewer() -> None:
    lengths = [length(function) for module in modules() for function in module.functions()]
    assert len(lengths) < 10 or quantiles(lengths, n=10)[8] <= NINE_IN_TEN_FUNCTIONS


def _is_view(function: Function) -> bool:
    calls = [each.func for each in function.decorator_list if isinstance(each, ast.Call)]
    return any(isinstance(call, ast.Attribute) and call.attr in VERBS for call in calls)


def test_half_of_the_views_have_12_lines_or_fewer() -> None:
    views = [
        length(function)
        for module in modules("app")
        if module.path.startswith("app/pages/")
        for function in module.functions()
        if _is_view(function)
    ]
    assert not views or median(views) <= MEDIAN_VIEW


def test_the_type_checker_is_rarely_told_to_look_away() -> None:
    lines = [line for module in modules() for line in module.text.splitlines()]
    ignores = sum("# type: " + "ignore" in line for line in lines)
    assert ignores <= MOST_IGNORES
