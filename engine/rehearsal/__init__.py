"""Rehearsal: a process lived through on a virtual clock, in a database that exists in memory only.

Nothing of it is stored and nothing leaves it: the database has no file, its post only writes down what
would be sent, and neither the engine nor the domain knows any way to a network (a contract of the imports).
"""

from engine.rehearsal.comparing import Change, Comparison, compare
from engine.rehearsal.living import MOST_MOMENTS, Nobody, People, TooMuchHappens, live
from engine.rehearsal.looking import bundles_of, decided
from engine.rehearsal.memory import MemoryDatabase
from engine.rehearsal.moving import RESEALED, copy_newest, copy_versions, resealed_state
from engine.rehearsal.timeline import KINDS, Entry, Letter, Rehearsal, open_now, told

__all__ = [
    "KINDS",
    "MOST_MOMENTS",
    "RESEALED",
    "Change",
    "Comparison",
    "Entry",
    "Letter",
    "MemoryDatabase",
    "Nobody",
    "People",
    "Rehearsal",
    "TooMuchHappens",
    "bundles_of",
    "compare",
    "copy_newest",
    "copy_versions",
    "decided",
    "live",
    "open_now",
    "resealed_state",
    "told",
]
