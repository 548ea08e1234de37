"""Decision tables: what has changed, rule by rule and cell by cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from engine.decisions import model
from engine.differences.difference import Difference, is_now, listed, quoted
from engine.differences.rules import matched, moved

POLICIES = {
    "UNIQUE": "exactly one rule may be met",
    "FIRST": "the first rule that is met counts",
    "ANY": "several rules may be met if they say the same",
    "PRIORITY": "the rule with the highest result counts",
    "COLLECT": "all rules that are met count",
    "RULE ORDER": "all rules that are met count, in their order",
    "OUTPUT ORDER": "all rules that are met count, highest first",
}


def changed_decisions(file: str, old: model.Definitions, new: model.Definitions) -> list[Difference]:
    """Everything about the decisions of a file, in the order of the new one."""
    found: list[Difference] = []
    for identifier, decision in new.decisions.items():
        was = old.decisions.get(identifier)
        if was is None:
            sentence = f"The decision {quoted(decision.name)} was added{_size(decision)}."
            found.append(Difference(file, identifier, "decision_added", sentence, "", decision.name))
        else:
            found += _decision(file, was, decision)
    for identifier, decision in old.decisions.items():
        if identifier not in new.decisions:
            sentence = f"The decision {quoted(decision.name)} was removed."
            found.append(Difference(file, identifier, "decision_removed", sentence, decision.name, ""))
    return found


def _size(decision: model.Decision) -> str:
    rules = len(decision.logic.rules) if isinstance(decision.logic, model.Table) else 0
    return f", with {rules} rule{'' if rules == 1 else 's'}" if rules else ""


def _decision(file: str, was: model.Decision, now: model.Decision) -> Iterator[Difference]:
    if was.name != now.name:
        sentence = f"The decision {quoted(was.name)} is now called {quoted(now.name)}."
        yield Difference(file, now.id, "renamed", sentence, was.name, now.name)
    if isinstance(was.logic, model.Table) and isinstance(now.logic, model.Table):
        yield from _Table(file, now, was.logic, now.logic).all()
    elif isinstance(was.logic, model.Literal) and isinstance(now.logic, model.Literal):
        before, after = was.logic.cell.text, now.logic.cell.text
        if before != after:
            sentence = is_now(f"what the decision {quoted(now.name)} works out", before, after)
            yield Difference(file, now.id, "expression", sentence, before, after)
    elif type(was.logic) is not type(now.logic):
        sentence = f"The decision {quoted(now.name)} is now made in another way."
        yield Difference(file, now.id, "expression", sentence)


class _Table:
    """Two versions of one table, with their columns matched: by id, else by name."""

    def __init__(self, file: str, decision: model.Decision, old: model.Table, new: model.Table) -> None:
        self.file, self.decision, self.old, self.new = file, decision, old, new
        self.inputs = _columns(old.inputs, new.inputs, {c.id: _label(c) for c in (*old.inputs, *new.inputs)})
        names = {c.id: c.name for c in (*old.outputs, *new.outputs)}
        self.outputs = _columns(old.outputs, new.outputs, names)
        self.name = quoted(decision.name)

    def all(self) -> Iterator[Difference]:
        """Everything that has changed."""
        yield from self.policy()
        yield from self.input_columns()
        yield from self.output_columns()
        yield from self.rules()

    def told(self, kind: str, sentence: str, before: str = "", after: str = "") -> Difference:
        """One difference of this table."""
        return Difference(self.file, self.decision.id, kind, sentence, before, after)

    def policy(self) -> Iterator[Difference]:
        """The hit policy."""
        before, after = (f"{t.hit_policy} {t.aggregation}".strip() for t in (self.old, self.new))
        if before != after:
            words = (
                POLICIES.get(t.hit_policy, t.hit_policy)
                + (f" ({t.aggregation.lower()})" if t.aggregation else "")
                for t in (self.old, self.new)
            )
            was, now = words
            yield self.told("hit_policy", f"In {self.name}, {now} now; before, {was}.", before, after)

    def input_columns(self) -> Iterator[Difference]:
        """Conditions that came, went or read something else."""
        gone = [c for n, c in enumerate(self.old.inputs) if n not in self.inputs.values()]
        for column in gone:
            yield self.told(
                "input_removed", f"{self.name} no longer looks at {quoted(_label(column))}.", _label(column)
            )
        for place, column in enumerate(self.new.inputs):
            if place not in self.inputs:
                sentence = (
                    f"{self.name} now also looks at {quoted(_label(column))} ({column.expression.text})."
                )
                yield self.told("input_added", sentence, "", _label(column))
                continue
            was = self.old.inputs[self.inputs[place]]
            where = f"the column {quoted(_label(column))} of {self.name}"
            if _label(was) != _label(column):
                sentence = (
                    f"The column {quoted(_label(was))} of {self.name} is now called {quoted(_label(column))}."
                )
                yield self.told("input_renamed", sentence, _label(was), _label(column))
            yield from self.texts(
                (f"what {where} reads", was.expression.text, column.expression.text),
                (f"the type of {where}", was.type, column.type),
                (f"the values allowed in {where}", _text(was.allowed), _text(column.allowed)),
                kind="input_changed",
            )

    def output_columns(self) -> Iterator[Difference]:
        """Results that came, went or mean something else."""
        for place, column in enumerate(self.old.outputs):
            if place not in self.outputs.values():
                yield self.told(
                    "output_removed", f"{self.name} no longer says {quoted(column.name)}.", column.name
                )
        for place, column in enumerate(self.new.outputs):
            if place not in self.outputs:
                sentence = f"{self.name} now also says {quoted(column.name)}."
                yield self.told("output_added", sentence, "", column.name)
                continue
            was = self.old.outputs[self.outputs[place]]
            where = f"the result {quoted(column.name)} of {self.name}"
            yield from self.texts(
                (f"the name of {where}", was.name, column.name),
                (f"the type of {where}", was.type, column.type),
                (f"the values allowed in {where}", _text(was.allowed), _text(column.allowed)),
                (f"{where} when no rule is met", _text(was.default), _text(column.default)),
                kind="output_changed",
            )

    def texts(self, *facts: tuple[str, str, str], kind: str) -> Iterator[Difference]:
        """Those of some facts that have changed."""
        for subject, before, after in facts:
            if before != after:
                yield self.told(kind, is_now(subject, before, after), before, after)

    def rules(self) -> Iterator[Difference]:
        """Rules that came, went, moved or say something else; numbers as people see them."""
        pairs = matched(
            [self.shared(rule, old=True) for rule in self.old.rules],
            [self.shared(rule, old=False) for rule in self.new.rules],
        )
        for place, rule in enumerate(self.old.rules):
            if place not in pairs.values():
                sentence = f"Rule {place + 1} of {self.name} was removed: {_rule(self.old, rule)}."
                yield self.told("rule_removed", sentence, _rule(self.old, rule), "")
        shifted = moved(pairs)
        for place, rule in enumerate(self.new.rules):
            if place not in pairs:
                sentence = f"Rule {place + 1} of {self.name} was added: {_rule(self.new, rule)}."
                yield self.told("rule_added", sentence, "", _rule(self.new, rule))
                continue
            was = pairs[place]
            if place in shifted:
                sentence = f"Rule {was + 1} of {self.name} was moved: it is now rule {place + 1}."
                yield self.told("rule_moved", sentence, str(was + 1), str(place + 1))
            yield from self.cells(place + 1, self.old.rules[was], rule)

    def shared(self, rule: model.Rule, *, old: bool) -> tuple[str, ...]:
        """The cells of a rule that both tables have, in one order."""
        tests = [(was if old else now) for now, was in sorted(self.inputs.items())]
        results = [(was if old else now) for now, was in sorted(self.outputs.items())]
        return (*(rule.tests[n].text for n in tests), *(rule.results[n].text for n in results))

    def cells(self, number: int, was: model.Rule, now: model.Rule) -> Iterator[Difference]:
        """What one rule says otherwise."""
        for place, column in enumerate(self.new.inputs):
            before = was.tests[self.inputs[place]].text if place in self.inputs else "-"
            yield from self.cell(
                number, f"applies when {quoted(_label(column))} is", before, now.tests[place].text
            )
        for place, output in enumerate(self.new.outputs):
            before = was.results[self.outputs[place]].text if place in self.outputs else ""
            if place in self.outputs or now.results[place].text:
                yield from self.cell(
                    number, f"gives {quoted(output.name)} as", before, now.results[place].text
                )

    def cell(self, number: int, what: str, before: str, after: str) -> Iterator[Difference]:
        """One cell, where it has changed."""
        if _plain(before) != _plain(after):
            sentence = f"Rule {number} of {self.name} now {what} {_said(after)}; before, {_said(before)}."
            yield self.told("rule_changed", sentence, before, after)


def _columns(
    old: Sequence[model.Input | model.Output],
    new: Sequence[model.Input | model.Output],
    names: Mapping[str, str],
) -> dict[int, int]:
    """Place of a column in the new table -> its place in the old one."""
    found: dict[int, int] = {}
    for by_id in (True, False):
        for place, column in enumerate(new):
            for was, candidate in enumerate(old):
                same = column.id == candidate.id if by_id else names[column.id] == names[candidate.id]
                if same and place not in found and was not in found.values():
                    found[place] = was
    return found


def _label(column: model.Input) -> str:
    return column.label or column.expression.text


def _text(cell: model.Cell | None) -> str:
    return cell.text if cell is not None else ""


def _plain(text: str) -> str:
    return "-" if text in ("", "-") else text


def _said(text: str) -> str:
    return "anything" if _plain(text) == "-" else text


def _rule(table: model.Table, rule: model.Rule) -> str:
    """A whole rule in words."""
    tests = [
        f"{quoted(_label(column))} is {cell.text}"
        for column, cell in zip(table.inputs, rule.tests, strict=True)
        if _plain(cell.text) != "-"
    ]
    results = [
        f"{quoted(column.name)} is {cell.text or 'nothing'}"
        for column, cell in zip(table.outputs, rule.results, strict=True)
    ]
    return f"{'when ' + listed(tests) if tests else 'always'}, then {listed(results)}"
