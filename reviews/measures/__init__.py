"""The measures that boards look at (measures.md): one function each over dated rows, and what is made of it.

A function gives the lines that count, each with its day, its agency and whether it met the target. All that a
page or a file shows is made of these lines, so that a number and the list behind it cannot differ.

When a case counts: on the day something was done, or on the day it became late, whichever comes first. So a
case counts once, never moves from one period to another, and what nobody finishes is not left out.
"""

from reviews.measures.registry import MEASURES
from reviews.measures.shape import Measure

__all__ = ["MEASURES", "Measure"]
