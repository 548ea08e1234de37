"""`python -m bench.storm --mutants`: breaks one rule after the other, each in a process of its own, and looks
whether the storm that is meant to finds it."""

from __future__ import annotations

import subprocess
import sys

from bench.storm.mutants import MUTANTS, Mutant

KILLS = "200"  # a letter that is lost by a kill at the wrong moment needs some


def prove(seed: int) -> int:
    """A line for each broken rule; how many were not found that should have been."""
    missed = 0
    for name, mutant in MUTANTS.items():
        found = _found(name, mutant, seed)
        missed += not found and not mutant.covered
        words = "; ".join(found[:2]) or f"NOT FOUND{f': {mutant.covered}' if mutant.covered else ''}"
        print(f"{name} ({mutant.words}): {mutant.storm}, {mutant.database}: {words}", flush=True)
    return missed


def _found(name: str, mutant: Mutant, seed: int) -> list[str]:
    """What the storm says of a build with that rule off."""
    asked = ["--short", "--storm", mutant.storm, "--database", mutant.database, "--seed", str(seed)]
    asked += ["--kills", KILLS]
    ended = subprocess.run(
        [sys.executable, "-m", "bench.storm", *asked, "--mutant", name],
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode == 0:
        return []
    lines = ended.stdout.splitlines()
    said = [line for line in lines if line.startswith(f"{mutant.database}, {mutant.storm}: ")]
    cut = [line.split(": ", 1)[1][:160] for line in said[1:]]  # the first one tells what was done
    return cut or [f"the storm itself fell: {ended.stderr.strip().splitlines()[-1][:160]}"]
