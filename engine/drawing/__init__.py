"""Editing a diagram without a canvas: each edit takes the text of a BPMN file and gives the new one, with the
drawing kept right; what an edit does not touch stays as it was, to the byte.

Where the drawing has no room, room is made: what lies right of (or below) the new shape moves. Arrows are led
around shapes.
"""

from engine.diagram import Diagram, Element
from engine.drawing.adding import NewStep, NewWay, add_choice, add_end, add_reminder, add_step, add_way
from engine.drawing.changing import Way, move, remove, remove_way, set_way, set_ways
from engine.drawing.facts import (
    set_facts,
    set_inputs,
    set_items,
    set_name,
    set_process,
    set_timer,
    set_words,
)
from engine.drawing.lanes import Lane, add_lane, lanes_of, set_lane, set_role
from engine.drawing.naming import Use, names_in_table, rename_in_table, rename_step, uses_of
from engine.drawing.sheet import Edit
from engine.drawing.table import Next, Part, Row, called, only_joins, table_of, through

__all__ = [
    "Diagram",
    "Edit",
    "Element",
    "Lane",
    "NewStep",
    "NewWay",
    "Next",
    "Part",
    "Row",
    "Use",
    "Way",
    "add_choice",
    "add_end",
    "add_lane",
    "add_reminder",
    "add_step",
    "add_way",
    "called",
    "lanes_of",
    "move",
    "names_in_table",
    "only_joins",
    "remove",
    "remove_way",
    "rename_in_table",
    "rename_step",
    "set_facts",
    "set_inputs",
    "set_items",
    "set_lane",
    "set_name",
    "set_process",
    "set_role",
    "set_timer",
    "set_way",
    "set_ways",
    "set_words",
    "table_of",
    "through",
    "uses_of",
]
