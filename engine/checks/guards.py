"""Rules of guard steps: what protects children and rights may move, but no new version may lose it or lead
around it."""

from __future__ import annotations

from engine.checks.rule import Faults, rule
from engine.checks.subject import ProfileRule, Subject, said
from engine.checks.ways import reached
from engine.diagram import Diagram


@rule("guard_gone", "policy; profile: guard", "Put the step back; it may stand elsewhere, under the same id.")
def guard_steps_stay(subject: Subject) -> Faults:
    """A guard step of the version in use is in the new one, and still a guard step."""
    for guard in _guards(subject):
        now = subject.diagram.elements.get(guard)
        if now is None or now.kind != "userTask":
            yield None, f"The guard step {_said_before(subject, guard)} is gone."
        elif not now.is_guard:
            yield now, f"{said(now)} is no longer a guard step.", "Mark it as a guard step again."


@rule("guard_avoided", "policy; profile: guard", "Lead every way through the step, as it was before.")
def guard_steps_are_passed(subject: Subject) -> Faults:
    """Where every way to a step or an end led through a guard step, every way still does."""
    before = subject.before.drawn if subject.before is not None else None
    if before is None:
        return
    for guard in _guards(subject):
        now = subject.diagram.elements.get(guard)
        if now is None:
            continue
        for name in sorted(_behind(before, guard)):
            there = subject.diagram.elements.get(name)
            if (
                there is not None
                and name not in _behind(subject.diagram, guard)
                and name in _ways(subject.diagram)
            ):
                sentence = f"{said(there)} can now be reached without {said(now)}, which was passed before."
                yield now, sentence


@rule(
    "guard_weaker",
    "policy; profile: guard",
    "Give it back to that role, or have the approver see it.",
    severity="warning",
)
def guard_steps_keep_their_role(subject: Subject) -> Faults:
    """A guard step that goes to another role is looked at twice."""
    before = subject.before.drawn if subject.before is not None else None
    for guard in _guards(subject):
        now, then = subject.diagram.elements.get(guard), before.elements.get(guard) if before else None
        if now is not None and then is not None and now.role != then.role:
            yield now, f"The guard step {said(now)} goes to “{now.role}” and no longer to “{then.role}”."


def _guards(subject: Subject) -> list[str]:
    before = subject.before.drawn if subject.before is not None else None
    return [task.id for task in before.user_tasks() if task.is_guard] if before is not None else []


def _said_before(subject: Subject, guard: str) -> str:
    assert subject.before is not None
    return said(subject.before.diagram.elements[guard])


def _starts(diagram: Diagram) -> list[str]:
    return [e.id for e in diagram.elements.values() if e.kind == "startEvent" and not e.scope]


def _ways(diagram: Diagram) -> set[str]:
    return reached(diagram, _starts(diagram))


def _behind(diagram: Diagram, guard: str) -> set[str]:
    """What a case comes to only after the guard step is done. Another way round, by an event on its border,
    counts as not done."""
    around = reached(diagram, [*_starts(diagram), *_borders(diagram, guard)], without={guard})
    return _ways(diagram) - around - {guard}


def _borders(diagram: Diagram, guard: str) -> list[str]:
    """The events on a step's border, when the step itself can be come to."""
    return [event.id for event in diagram.boundary_events(guard)] if guard in _ways(diagram) else []


GUARD_RULES: tuple[ProfileRule, ...] = (
    guard_steps_stay,
    guard_steps_are_passed,
    guard_steps_keep_their_role,
)
