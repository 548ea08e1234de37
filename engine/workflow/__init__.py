"""Running a drawn process: the only package that knows SpiffWorkflow.

It takes a diagram, a state and something to do, and gives back plain records: open tasks, timers, messages,
what was done. It stores nothing and knows no clock.
"""

from engine.workflow.alignment import LEAVE, SKIP, Alignment
from engine.workflow.parsing import Model, compile_diagram
from engine.workflow.running import Host, OpenTask, Run, WaitingMessage, WaitingTimer
from engine.workflow.state import dump, load
from engine.workflow.translating import translate

__all__ = [
    "LEAVE",
    "SKIP",
    "Alignment",
    "Host",
    "Model",
    "OpenTask",
    "Run",
    "WaitingMessage",
    "WaitingTimer",
    "compile_diagram",
    "dump",
    "load",
    "translate",
]
