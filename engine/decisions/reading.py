"""From a DMN file's XML to our model. Ids may be missing: a name stands in for them."""

from __future__ import annotations

from collections.abc import Callable

from engine.decisions import model
from engine.decisions.errors import DecisionError
from engine.decisions.xml import Element, child, children, line_of, local, text_of

HIT_POLICIES = {
    "UNIQUE": "UNIQUE",
    "U": "UNIQUE",
    "ANY": "ANY",
    "A": "ANY",
    "PRIORITY": "PRIORITY",
    "P": "PRIORITY",
    "FIRST": "FIRST",
    "F": "FIRST",
    "RULE ORDER": "RULE ORDER",
    "R": "RULE ORDER",
    "OUTPUT ORDER": "OUTPUT ORDER",
    "O": "OUTPUT ORDER",
    "COLLECT": "COLLECT",
    "C": "COLLECT",
}
_FEEL = ("", "feel", "http://www.omg.org/spec/feel/20140401", "http://www.omg.org/spec/dmn/20180521/feel/",
         "https://www.omg.org/spec/dmn/20191111/feel/", "https://www.omg.org/spec/dmn/20211108/feel/",
         "https://www.omg.org/spec/dmn/20230324/feel/")  # fmt: skip


def definitions(root: Element, file: str) -> model.Definitions:
    """Everything a DMN file defines; raises DecisionError for a table that cannot be one."""
    return _Reading(root, file).out


def _name(element: Element) -> str:
    return " ".join((element.get("name") or "").split())


class _Reading:
    def __init__(self, root: Element, file: str) -> None:
        self.file = file
        self.element = ""
        self.out = out = model.Definitions(file, root.get("namespace") or "", root.get("name") or "")
        self.language = root.get("expressionLanguage") or ""
        for part in children(root, "import"):
            out.imports[_name(part)] = part.get("namespace") or ""
        for part in children(root, "itemDefinition"):
            out.items[_name(part)] = self.item(part)
        for part in children(root, "inputData"):
            variable = child(part, "variable")
            name = self.named(part)
            type_ref = self.type(variable) if variable is not None else ""
            out.inputs[part.get("id") or name] = model.InputItem(part.get("id") or name, name, type_ref)
        for part in children(root, "decision"):
            decision = self.decision(part)
            out.decisions[decision.id] = decision
        for part in children(root, "businessKnowledgeModel"):
            knowledge = self.knowledge(part)
            out.knowledge[knowledge.id] = knowledge
        for part in children(root, "decisionService"):
            service = self.service(part)
            out.services[service.id] = service
        out.names.update(out.imports)
        out.names.discard("")

    def named(self, element: Element) -> str:
        """The name by which expressions know an element: its variable's, else its own."""
        variable = child(element, "variable")
        name = _name(variable) if variable is not None and _name(variable) else _name(element)
        self.out.names.update({name, _name(element)})
        return name

    def type(self, element: Element | None) -> str:
        if element is None:
            return ""
        return (element.get("typeRef") or text_of(element, "typeRef")).strip()

    def cell(self, element: Element | None, name: str = "text") -> model.Cell | None:
        return None if element is None else model.Cell(text_of(element, name), line_of(element))

    def item(self, element: Element) -> model.ItemType:
        allowed, constraint = child(element, "allowedValues"), child(element, "typeConstraint")
        components = tuple(self.item(part) for part in children(element, "itemComponent"))
        self.out.names.update(part.name for part in components)
        return model.ItemType(
            _name(element), self.type(element), components, element.get("isCollection") == "true",
            self.cell(allowed), self.cell(constraint), child(element, "functionItem") is not None,
        )  # fmt: skip

    def required(self, element: Element, group: str, name: str) -> tuple[str, ...]:
        found = []
        for requirement in children(element, group):
            found += [self.href(part) for part in children(requirement, name)]
        return tuple(found)

    def href(self, element: Element) -> str:
        """The id an href names, without this file's own namespace."""
        namespace, _, identifier = (element.get("href") or "").rpartition("#")
        return identifier if namespace in ("", self.out.namespace) else f"{namespace}#{identifier}"

    def decision(self, element: Element) -> model.Decision:
        self.element = _name(element)
        variable = self.named(element)
        boxes = [part for part in children(element) if local(part) in _BOXES]
        return model.Decision(
            element.get("id") or _name(element),
            _name(element),
            variable,
            self.type(child(element, "variable")),
            line_of(element),
            self.box(boxes[0]) if boxes else None,
            self.required(element, "informationRequirement", "requiredInput"),
            self.required(element, "informationRequirement", "requiredDecision"),
            self.required(element, "knowledgeRequirement", "requiredKnowledge"),
        )

    def knowledge(self, element: Element) -> model.Knowledge:
        self.element = _name(element)
        variable = self.named(element)
        logic = child(element, "encapsulatedLogic")
        return model.Knowledge(
            element.get("id") or _name(element),
            _name(element),
            variable,
            self.type(child(element, "variable")),
            line_of(element),
            self.function(logic) if logic is not None else None,
            self.required(element, "knowledgeRequirement", "requiredKnowledge"),
        )

    def service(self, element: Element) -> model.Service:
        variable = self.named(element)

        def hrefs(name: str) -> tuple[str, ...]:
            return tuple(self.href(part) for part in children(element, name))

        return model.Service(
            element.get("id") or _name(element),
            _name(element),
            variable,
            self.type(child(element, "variable")),
            line_of(element),
            hrefs("outputDecision"),
            hrefs("inputData"),
            hrefs("inputDecision"),
        )

    # boxed expressions

    def box(self, element: Element | None) -> model.Boxed | None:
        if element is None:
            return None
        read = _BOXES.get(local(element))
        return read(self, element) if read else None

    def inner(self, element: Element | None) -> model.Boxed | None:
        """The first boxed expression below an element."""
        return next((self.box(part) for part in children(element) if local(part) in _BOXES), None)

    def literal(self, element: Element) -> model.Literal:
        language = (element.get("expressionLanguage") or self.language).strip()
        cell = model.Cell(text_of(element), line_of(element))
        return model.Literal(
            line_of(element), self.type(element), cell, "" if language.lower() in _FEEL else language
        )

    def table(self, element: Element) -> model.Table:
        written = (element.get("hitPolicy") or "UNIQUE").strip().upper()
        policy = HIT_POLICIES.get(written)
        if policy is None:
            raise self.refused(
                f"“{written}” is no hit policy", element, "Use UNIQUE, FIRST, COLLECT or another of DMN."
            )
        inputs = tuple(self.input(part) for part in children(element, "input"))
        outputs = tuple(self.output(part) for part in children(element, "output"))
        rules = tuple(self.rule(n, part) for n, part in enumerate(children(element, "rule"), 1))
        if not outputs:
            raise self.refused("The table has no output", element, "Add an output column.")
        for rule in rules:
            if len(rule.tests) != len(inputs) or len(rule.results) != len(outputs):
                raise DecisionError(
                    f"The rule has {len(rule.tests)} conditions and {len(rule.results)} results, the table "
                    f"{len(inputs)} and {len(outputs)}",
                    file=self.file,
                    element=self.element,
                    rule=rule.number,
                    line=rule.line,
                    what_to_do="Give the rule one cell for each column.",
                )
        type_ref = element.get("typeRef") or ""
        return model.Table(
            line_of(element),
            type_ref,
            policy,
            (element.get("aggregation") or "").upper(),
            inputs,
            outputs,
            rules,
        )

    def refused(self, sentence: str, element: Element, what_to_do: str) -> DecisionError:
        return DecisionError(
            sentence, file=self.file, element=self.element, line=line_of(element), what_to_do=what_to_do
        )

    def input(self, element: Element) -> model.Input:
        expression = child(element, "inputExpression")
        cell = self.cell(expression) or model.Cell("", line_of(element))
        label = element.get("label") or cell.text
        allowed = self.cell(child(element, "inputValues"))
        return model.Input(element.get("id") or label, label, cell, self.type(expression), allowed)

    def output(self, element: Element) -> model.Output:
        name = _name(element)
        self.out.names.add(name)
        return model.Output(
            element.get("id") or name, name, self.type(element), self.cell(child(element, "outputValues")),
            self.cell(child(element, "defaultOutputEntry")),
        )  # fmt: skip

    def rule(self, number: int, element: Element) -> model.Rule:
        tests = tuple(model.Cell(text_of(p), line_of(p)) for p in children(element, "inputEntry"))
        results = tuple(model.Cell(text_of(p), line_of(p)) for p in children(element, "outputEntry"))
        return model.Rule(number, line_of(element), tests, results)

    def context(self, element: Element) -> model.Context:
        entries = []
        for part in children(element, "contextEntry"):
            variable = child(part, "variable")
            name = _name(variable) if variable is not None else ""
            self.out.names.add(name)
            entries.append(model.Entry(name, self.type(variable), self.inner(part)))
        return model.Context(line_of(element), self.type(element), tuple(entries))

    def invocation(self, element: Element) -> model.Invocation:
        bindings = []
        for part in children(element, "binding"):
            parameter = child(part, "parameter")
            name = _name(parameter) if parameter is not None else ""
            bindings.append(model.Entry(name, self.type(parameter), self.inner(part)))
        return model.Invocation(line_of(element), self.type(element), self.inner(element), tuple(bindings))

    def relation(self, element: Element) -> model.Relation:
        columns = tuple(_name(part) for part in children(element, "column"))
        self.out.names.update(columns)
        rows = tuple(tuple(filter(None, map(self.box, children(row)))) for row in children(element, "row"))
        return model.Relation(line_of(element), self.type(element), columns, rows)

    def listed(self, element: Element) -> model.Listed:
        items = tuple(filter(None, map(self.box, children(element))))
        return model.Listed(line_of(element), self.type(element), items)

    def function(self, element: Element) -> model.FunctionBox:
        parameters = []
        for part in children(element, "formalParameter"):
            self.out.names.add(_name(part))
            parameters.append((_name(part), self.type(part)))
        kind = (element.get("kind") or "FEEL").upper()
        return model.FunctionBox(
            line_of(element), self.type(element), tuple(parameters), self.inner(element), kind
        )

    def conditional(self, element: Element) -> model.Conditional:
        parts = [self.inner(child(element, name)) for name in ("if", "then", "else")]
        return model.Conditional(line_of(element), self.type(element), *parts)

    def filtered(self, element: Element) -> model.FilterBox:
        source, test = self.inner(child(element, "in")), self.inner(child(element, "match"))
        return model.FilterBox(line_of(element), self.type(element), source, test)

    def loop(self, element: Element) -> model.Loop:
        variable = " ".join((element.get("iteratorVariable") or "").split())
        self.out.names.add(variable)
        body = self.inner(child(element, "return", "satisfies"))
        domain = self.inner(child(element, "in"))
        return model.Loop(line_of(element), self.type(element), local(element), variable, domain, body)


_BOXES: dict[str, Callable[[_Reading, Element], model.Boxed]] = {
    "literalExpression": _Reading.literal, "decisionTable": _Reading.table, "context": _Reading.context,
    "invocation": _Reading.invocation, "relation": _Reading.relation, "list": _Reading.listed,
    "functionDefinition": _Reading.function, "conditional": _Reading.conditional, "filter": _Reading.filtered,
    "for": _Reading.loop, "some": _Reading.loop, "every": _Reading.loop,
}  # fmt: skip
