"""One evaluation of a model: decisions by need, each once, within one budget."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from engine.decisions import boxes, model
from engine.decisions.errors import DecisionError
from engine.decisions.item_types import Types
from engine.feel.budget import Budget, Limits
from engine.feel.conversion import from_json
from engine.feel.errors import FeelError
from engine.feel.interpreter import Interpreter
from engine.feel.parsing import parse_cached
from engine.feel.scope import Scope
from engine.feel.values import Function, Value

LIMITS = Limits(steps=200_000, seconds=2.0, cells=1_000_000)


class Run:
    """Computes values of one model for given inputs. `overrides` are values of decisions given from
    outside."""

    def __init__(
        self,
        definitions: model.Definitions,
        types: Types,
        imported: Mapping[str, Any],
        inputs: Mapping[str, Value],
        interpreter: Interpreter,
        problems: list[DecisionError],
        overrides: Mapping[str, Value] | None = None,
        names: frozenset[str] = frozenset(),
    ) -> None:
        self.definitions = definitions
        self.types = types
        self.imported = imported
        self.inputs = inputs
        self.interpreter = interpreter
        self.problems = problems
        self.values: dict[str, Value] = dict(overrides or {})
        self.names = names
        self.busy: list[str] = []
        self.met: dict[str, list[int]] = {}  # decision -> the rules of its table that were met
        self.element = ""
        if overrides is None and not interpreter.types:
            interpreter.types = types.tests(self)

    # values

    def decision(self, identifier: str) -> Value:
        """The value of a decision; computed once."""
        if identifier in self.values:
            return self.values[identifier]
        decision = self.definitions.decisions[identifier]
        if identifier in self.busy:
            raise self.error("The decision requires itself", "Remove one of the requirements.", decision.line)
        self.busy.append(identifier)
        before, self.element = self.element, decision.name
        try:
            value = boxes.value(self, decision.logic, self.scope_of(decision))
            self.values[identifier] = self.fitted(value, decision.type, decision.line)
        finally:
            self.busy.pop()
            self.element = before
        return self.values[identifier]

    def scope_of(self, decision: model.Decision) -> Scope:
        """The names a decision knows: what it requires, and given variables that the model does not declare.

        A decision that draws no requirement sees all inputs: dmn-js tables are often drawn that way.
        """
        declared = {item.name for item in self.definitions.inputs.values()}
        drawn = bool(decision.inputs or decision.decisions or decision.knowledge)
        entries = {name: v for name, v in self.inputs.items() if not drawn or name not in declared}
        for identifier in decision.inputs:
            self.add(entries, identifier, lambda run, i: (run.definitions.inputs[i].name, run.input(i)))
        for identifier in decision.decisions:
            self.add(
                entries, identifier, lambda run, i: (run.definitions.decisions[i].variable, run.decision(i))
            )
        self.add_knowledge(entries, decision.knowledge)
        return Scope(entries)

    def add_knowledge(self, entries: dict[str, Value], identifiers: tuple[str, ...]) -> None:
        """Put required functions among the entries of a scope."""
        for identifier in identifiers:
            self.add(entries, identifier, lambda run, i: run.function(i))

    def add(
        self, entries: dict[str, Value], identifier: str, find: Callable[[Run, str], tuple[str, Value]]
    ) -> None:
        """Put a required element among the entries, below its import's name when it is another model's."""
        namespace, _, inner = identifier.rpartition("#")
        try:
            if not namespace:
                name, value = find(self, identifier)
                entries[name] = value
                return
            prefix = next(name for name, space in self.definitions.imports.items() if space == namespace)
            name, value = find(self.other(namespace, prefix), inner)
        except (KeyError, StopIteration):
            raise self.error(
                f"“{identifier}” is required but not there", "Draw the requirement again."
            ) from None
        group = entries.setdefault(prefix, {})
        if isinstance(group, dict):
            entries[prefix] = {**group, name: value}

    def other(self, namespace: str, prefix: str) -> Run:
        """A run of an imported model, with the inputs given below the import's name."""
        found = self.imported[namespace]
        given = self.inputs.get(prefix)
        inputs = {**self.inputs, **given} if isinstance(given, dict) else self.inputs
        return Run(
            found.definitions, found.types, found.imported, inputs, self.interpreter, self.problems, None,
            self.names | found.names,
        )  # fmt: skip

    def input(self, identifier: str) -> Value:
        """The value of a piece of input data, fitted to its type."""
        item = self.definitions.inputs[identifier]
        return self.fitted(self.inputs.get(item.name), item.type, 0, f"The input “{item.name}”")

    def function(self, identifier: str) -> tuple[str, Value]:
        """The name and value of a business knowledge model or decision service."""
        if identifier in self.definitions.services:
            service = self.definitions.services[identifier]
            return service.variable, self.service(service)
        knowledge = self.definitions.knowledge[identifier]
        entries: dict[str, Value] = {}
        scope = Scope(entries)
        if knowledge.logic is None:
            return knowledge.variable, None
        function = boxes.function(self, knowledge.logic, scope, knowledge.name, knowledge.type)
        entries[knowledge.variable] = function
        self.add_knowledge(entries, knowledge.knowledge)
        return knowledge.variable, function

    def service(self, service: model.Service) -> Function:
        """A decision service as a function of its input data and input decisions."""
        inputs = [self.definitions.inputs[i] for i in service.inputs if i in self.definitions.inputs]
        decisions = [self.definitions.decisions[i] for i in service.input_decisions]
        named = [(item.name, item.type) for item in inputs] + [
            (item.variable, item.type) for item in decisions
        ]

        def body(_: Interpreter, arguments: list[Value]) -> Value:
            fitted = [
                self.fitted(a, kind, service.line) for a, (_, kind) in zip(arguments, named, strict=True)
            ]
            if any(f is None and a is not None for f, a in zip(fitted, arguments, strict=True)):
                return None
            given = {item.name: value for item, value in zip(inputs, fitted, strict=False)}
            overrides = {item.id: value for item, value in zip(decisions, fitted[len(inputs) :], strict=True)}
            run = Run(
                self.definitions, self.types, self.imported, {**self.inputs, **given}, self.interpreter,
                self.problems, overrides, self.names,
            )  # fmt: skip
            return self.fitted(run.outputs(service), service.type, service.line)

        return Function(service.name, tuple((name, None) for name, _ in named), body)

    def outputs(self, service: model.Service) -> Value:
        """The value of a service: its output decision's, or a context of several."""
        found = {self.definitions.decisions[i].variable: self.decision(i) for i in service.outputs}
        return next(iter(found.values())) if len(found) == 1 else found

    # FEEL

    def feel(self, cell: model.Cell, scope: Scope, kind: str = "expression", rule: int = 0) -> Value:
        """The value of a cell's text; raises DecisionError, naming the decision and rule, for what is not
        FEEL."""
        try:
            return self.interpreter.value(parse_cached(cell.text, kind, self.names), scope)
        except FeelError as error:
            raise DecisionError(
                f"{error.message}: {cell.text[:80]}",
                file=self.definitions.file,
                element=self.element,
                rule=rule,
                line=cell.line + max(error.line - 1, 0),
                what_to_do=error.suggestion,
            ) from None

    def fitted(self, value: Value, type_ref: str, line: int, subject: str = "The result") -> Value:
        """A value made to fit a type; null, and noted as a problem, when it does not."""
        if not type_ref or value is None:
            return value
        fits, result = self.types.fit(value, type_ref, self)
        if not fits:
            self.note(f"{subject} is not of the type {type_ref}", "Change the value or the type.", line)
        return result

    def note(self, sentence: str, what_to_do: str, line: int = 0, rule: int = 0) -> None:
        """Keep a problem: the value is null by the specification, but nobody should have to guess why."""
        self.problems.append(
            DecisionError(
                sentence,
                file=self.definitions.file,
                element=self.element,
                line=line,
                rule=rule,
                what_to_do=what_to_do,
            )
        )

    def error(self, sentence: str, what_to_do: str, line: int = 0) -> DecisionError:
        """A refusal that names this file and decision."""
        return DecisionError(
            sentence, file=self.definitions.file, element=self.element, line=line, what_to_do=what_to_do
        )


def given(inputs: Mapping[str, Any]) -> dict[str, Value]:
    """Inputs as FEEL values."""
    return {" ".join(name.split()): from_json(value) for name, value in inputs.items()}


def interpreter(now: datetime | None) -> Interpreter:
    """An interpreter with the budget of a whole model."""
    return Interpreter(Budget(LIMITS), now)
