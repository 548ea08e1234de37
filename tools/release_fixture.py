"""Writes what a release leaves in a database, for tests/upgrades/: every later release must carry it on.

    python tools/release_fixture.py 0.1.0                       # of this checkout, when it is released
    python tools/release_fixture.py 0.0.3 --code ../old-release # of another checkout, with its own code

A part of the demonstration, all of it invented, is played by that code at a fixed moment into a SQLite file,
which is kept packed beside tests/upgrades/manifest.json. A fixture that is there is never written again.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import lzma
import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "tests" / "upgrades"
MANIFEST = FIXTURES / "manifest.json"
# Enough for every kind of stage, and small: a draft, a referral to be decided on, one that agencies prepare,
# a summary that is written, one whose impact is checked, one that has ended.
CASES = "MALR-2026-021 MALR-2026-020 MALR-2026-016 MALR-2026-011 MALR-2025-012 MALR-2025-007".split()

# Runs with the code of the release, whose ways in have changed least here: an older one knows no key.
PLAY = """
import datetime as dt, sys
import reviews.demonstration.loading as loading
from app.migrate import upgrade

url, key, moment, *cases = sys.argv[1:]
whole = loading.read_tree

def some(today):
    tree = whole(today)
    tree["cases"] = [case for case in tree["cases"] if case["ref"] in cases]
    return tree

loading.read_tree = some
try:
    upgrade(url, secret_key=key.encode())
except TypeError:
    upgrade(url)
loading.load_demonstration(url, secret_key=key.encode(), now=dt.datetime.fromisoformat(moment))
"""


def main() -> int:
    """Write one fixture; 1 when there is one of that name."""
    words = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=words)
    parser.add_argument("name", help="the release, such as 0.1.0")
    parser.add_argument("--code", type=Path, default=ROOT, help="its checkout (this one)")
    asked = parser.parse_args()
    manifest: dict[str, Any] = json.loads(MANIFEST.read_text(encoding="utf-8"))
    if any(each["name"] == asked.name for each in manifest["fixtures"]):
        print(f"There is a fixture of {asked.name}: it stays as it is.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "played.sqlite"
        command = [sys.executable, "-c", PLAY, f"sqlite:///{path}", manifest["key"], manifest["moment"]]
        environment = {**os.environ, "PYTHONPATH": str(asked.code.resolve())}
        subprocess.run([*command, *CASES], cwd=folder, env=environment, check=True)
        fixture = _packed(path, asked.name)
    fixture["commit"] = subprocess.run(
        ["git", "-C", str(asked.code), "rev-parse", "--short=10", "HEAD"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    manifest["fixtures"].append(fixture)
    MANIFEST.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{fixture['file']}: {fixture['bytes']:,} bytes, tables {fixture['tables']}.")
    return 0


def _packed(path: Path, name: str) -> dict[str, Any]:
    """Pack the file into the folder of fixtures; what the manifest says of it."""
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.execute("PRAGMA journal_mode=DELETE")
    database.close()
    with sqlite3.connect(path) as database:
        database.execute("VACUUM")
        tables = database.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        reviews = database.execute("SELECT count(*) FROM review").fetchone()[0]
    database.close()
    packed = lzma.compress(path.read_bytes(), preset=9 | lzma.PRESET_EXTREME)
    file = FIXTURES / f"{name}.sqlite.xz"
    file.write_bytes(packed)
    return {
        "name": name,
        "file": file.name,
        "tables": tables,
        "reviews": reviews,
        "bytes": len(packed),
        "sha256": hashlib.sha256(packed).hexdigest(),
    }


if __name__ == "__main__":
    sys.exit(main())
