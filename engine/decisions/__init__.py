"""Decisions in DMN 1.1 to 1.5: read a file, evaluate its decisions, say what is doubtful in its tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from engine.decisions import reading, running
from engine.decisions.asking import parts_of_answer, paths_read
from engine.decisions.errors import DecisionError, Finding
from engine.decisions.item_types import Types
from engine.decisions.xml import read
from engine.feel.errors import FeelError
from engine.feel.interpreter import Interpreter
from engine.feel.lexer import SIMPLE_NAME
from engine.feel.values import Value

__all__ = ["DecisionError", "DecisionModel", "Finding", "load", "parts_of_answer", "paths_read"]


def load(xml: bytes, file: str, imported: Iterable[DecisionModel] = ()) -> DecisionModel:
    """The model in a DMN file (UTF-8 or as its XML declaration says).

    `file` is the name that errors and findings give; `imported` are models already loaded that this one
    imports. Raises DecisionError for what is no DMN, too large, has a document type, or a table whose rules
    do not fit its columns.
    """
    return DecisionModel(reading.definitions(read(xml, file), file), imported)


class DecisionModel:
    """The decisions of one DMN file. Immutable once loaded; evaluations share nothing."""

    def __init__(self, definitions: Any, imported: Iterable[DecisionModel] = ()) -> None:
        self.definitions = definitions
        self.imported = {model.definitions.namespace: model for model in imported}
        by_name = {
            name: self.imported[space].types
            for name, space in definitions.imports.items()
            if space in self.imported
        }
        self.types: Types = Types(definitions, by_name)
        names = {name for name in definitions.names if name and not SIMPLE_NAME.match(name)}
        self.names: frozenset[str] = frozenset(names).union(
            *(model.names for model in self.imported.values())
        )

    def decisions(self) -> list[str]:
        """The names of the decisions, in the file's order."""
        return [decision.name for decision in self.definitions.decisions.values()]

    def evaluate(
        self, name_or_id: str, inputs: Mapping[str, Any], now: datetime | None = None, *, strict: bool = True
    ) -> Value:
        """The FEEL value of a decision (or decision service) for inputs by name.

        `inputs` are JSON values, Python dates or FEEL values; `now` is the aware moment that now() gives.
        Raises DecisionError for an unknown decision, a text that is not FEEL, a spent budget and, when
        `strict`, for whatever the specification makes null in silence: an input that is not allowed or of
        another type, a table whose hit policy is broken. It names the decision and the rule.
        """
        return self.explain(name_or_id, inputs, now, strict=strict)[0]

    def explain(
        self, name_or_id: str, inputs: Mapping[str, Any], now: datetime | None = None, *, strict: bool = True
    ) -> tuple[Value, dict[str, list[int]]]:
        """The same, with the rules that were met: the name of each decision with a table -> their
        numbers."""
        problems: list[DecisionError] = []
        try:
            given = running.given(inputs)
            run = self.run(given, running.interpreter(now), problems)
            value = self._value(run, name_or_id)
        except FeelError as error:
            raise self._refused(error.message, name_or_id, error.suggestion) from None
        except RecursionError:
            raise self._refused("The decision calls itself too often", name_or_id, "Use a loop.") from None
        if strict and problems:
            raise problems[0]
        return value, run.met

    def reads(self) -> dict[str, str]:
        """The variables that the decisions of this file read, by path, with what people call each: the label
        of its column, else the path."""
        from engine.decisions.reads import reads

        return reads(self.definitions)

    def run(
        self, inputs: Mapping[str, Value], interpreter: Interpreter, problems: list[DecisionError]
    ) -> running.Run:
        """One evaluation of this model, to be asked for values."""
        from engine.feel import special_names

        names = self.names | special_names(inputs)
        return running.Run(
            self.definitions, self.types, self.imported, inputs, interpreter, problems, None, names
        )

    def _value(self, run: running.Run, wanted: str) -> Value:
        for decision in self.definitions.decisions.values():
            if wanted in (decision.id, decision.name, decision.variable):
                return run.decision(decision.id)
        for service in self.definitions.services.values():
            if wanted in (service.id, service.name):
                function = run.service(service)
                arguments = [run.inputs.get(name) for name, _ in function.parameters]
                return run.interpreter.invoke(function, arguments)
        known = ", ".join(self.decisions()) or "none"
        raise self._refused(f"There is no decision “{wanted}”", "", f"The decisions of this file: {known}.")

    def findings(self) -> list[Finding]:
        """What is wrong or doubtful in this file: texts that are not FEEL, gaps, overlaps, rules never
        reached."""
        from engine.decisions.checks import findings

        return findings(self)

    def _refused(self, sentence: str, element: str, what_to_do: str) -> DecisionError:
        return DecisionError(sentence, file=self.definitions.file, element=element, what_to_do=what_to_do)
