"""The steps of every shipped process: what each is called, who does it, which clause asks for it.

Read from the diagrams, which alone decide; a running case shows the names of the version it runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from engine.diagram import read_diagram
from reviews.roles import role_name
from reviews.shipped import bundle_files, shipped_processes


@dataclass(frozen=True)
class Step:
    """One step for people."""

    id: str
    process: str
    title: str
    why: str
    role: str
    clause: str
    guard: bool
    process_title: str

    @property
    def who(self) -> str:
        """What people call the role."""
        return role_name(self.role)


@cache
def steps() -> dict[str, Step]:
    """Every step of the shipped processes by its id; ids are unique across processes."""
    found: dict[str, Step] = {}
    for process in shipped_processes():
        name = f"{process}.bpmn"
        diagram = read_diagram(bundle_files(process)[name].encode(), name)
        for drawn in diagram.user_tasks():
            found[drawn.id] = Step(
                id=drawn.id,
                process=process,
                title=drawn.name,
                why=drawn.documentation,
                role=drawn.role,
                clause=drawn.clause,
                guard=drawn.attributes.get("guard") == "true",
                process_title=diagram.title,
            )
    return found


def step_title(step: str) -> str:
    """What a step is called; its id for one that no shipped diagram has."""
    known = steps().get(step)
    return known.title if known else step.replace("_", " ").capitalize()
