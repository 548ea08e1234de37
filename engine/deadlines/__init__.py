"""Deadlines as sentences: "15 working days, at latest 5 working days before meeting.date".

The language is defined in docs/bpmn-profile.md. `parse_deadline` and `parse_cycle` read a sentence; what they
give answers when it is due, when a timer fires, which variables it waits for, and how the date was reached.
"""

from engine.deadlines.deadline import FIRING_TIME, Cycle, Deadline, Due
from engine.deadlines.errors import DeadlineError
from engine.deadlines.pauses import NO_STOPS, Stop, Stops
from engine.deadlines.sentence import parse_cycle, parse_deadline
from engine.deadlines.wording import due_words

__all__ = [
    "FIRING_TIME",
    "NO_STOPS",
    "Cycle",
    "Deadline",
    "DeadlineError",
    "Due",
    "Stop",
    "Stops",
    "due_words",
    "parse_cycle",
    "parse_deadline",
]
