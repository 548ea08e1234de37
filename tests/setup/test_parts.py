"""The list of parts names every part that runs, and says so when one is missing (S10)."""

from __future__ import annotations

import json

from tools import parts


def test_the_list_names_every_locked_part_and_no_place_it_came_from() -> None:
    found = parts.write_list()
    assert parts.missing_from(found) == []
    names = {part["name"].lower() for part in found["components"]}
    assert {"flask", "spiffworkflow", "bpmn-js", "govuk-frontend"} <= names
    text = json.dumps(found["components"])
    assert "http" not in text
    assert len(parts.python_parts()) > 40


def test_a_part_that_is_missing_is_named() -> None:
    found = parts.write_list()
    found["components"] = [part for part in found["components"] if part["name"].lower() != "flask"]
    (missing,) = parts.missing_from(found)
    assert missing.startswith("flask 3.")
