"""`python -m bench.storm`: runs the storms, prints a table, and ends with 1 when anything was lost or doubled."""

from __future__ import annotations

import argparse
import random
import sys

from bench.storm import reminders
from bench.storm.counting import Tally
from bench.storm.servers import place
