"""The standard's own schema of BPMN files, as SpiffWorkflow brings it."""

from __future__ import annotations

import threading
from functools import cache
from pathlib import Path
from typing import Any

import SpiffWorkflow.bpmn.parser as bpmn_parser
from lxml import etree

_ONE_AT_A_TIME = threading.Lock()


def schema_faults(root: etree._Element) -> list[tuple[int, str]]:
    """Where a file breaks the schema: the line, and what libxml2 says of it."""
    with _ONE_AT_A_TIME:  # the error log belongs to the schema, which all threads share
        schema = _schema()
        if schema.validate(root):
            return []
        log: Any = schema.error_log
        return [(entry.line, entry.message) for entry in log]


@cache
def _schema() -> etree.XMLSchema:
    place = Path(bpmn_parser.__file__).parent / "schema" / "BPMN20.xsd"
    return etree.XMLSchema(etree.parse(str(place)))
