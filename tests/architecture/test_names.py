"""Names say what a thing is. These words say nothing; docs/glossary.md has the words that do."""

from __future__ import annotations

import ast
from pathlib import PurePosixPath

from tests.architecture.source import modules, words

EMPTY_WORDS = {
    word
    for stem in ("manager", "helper", "handler", "processor", "util", "data", "info")
    for word in (stem, f"{stem}s")
}
# A job title of the policy, which the code may name.
TITLES = (("business", "manager"),)


def _says_nothing(name: str) -> bool:
    found = words(name)
    for title in TITLES:
        for start in range(len(found) - len(title) + 1):
            if tuple(found[start : start + len(title)]) == title:
                found[start : start + len(title)] = ["title"]
    return bool(EMPTY_WORDS.intersection(found))


def test_no_module_class_or_function_has_an_empty_name() -> None:
    found = []
    for module in modules():
        path = PurePosixPath(module.path)
        found += [module.path for part in (*path.parent.parts, path.stem) if _says_nothing(part)]
        for node in module.walk(ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef):
            assert isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            if _says_nothing(node.name):
                found.append(f"{module.at(node)} {node.name}")
    assert not found, "Name it for what it does or is:\n" + "\n".join(found)
