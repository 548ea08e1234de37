"""Write requirements/*.txt anew from pyproject.toml: exact versions with their hashes, for every platform.

For maintainers, after a change of a dependency: `.venv/bin/python tools/lock.py` (`--upgrade`: the newest).
The locks name no index and no path of a machine, so that they install from whichever index is set up.
`dev` is resolved first and binds the others: what runs is what was tested.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ROOT / "requirements"
COMPILE = [
    "pip", "compile", "--quiet", "--universal", "--python-version", "3.11",
    "--generate-hashes", "--no-header", "--no-emit-index-url", "--no-emit-find-links", "--no-config",
]  # fmt: skip


def compile_lock(name: str, *arguments: str) -> None:
    """Write requirements/<name>.txt, keeping versions that still fit."""
    output = str((LOCKS / f"{name}.txt").relative_to(ROOT))
    uv = str(Path(sys.executable).parent / "uv")
    subprocess.run([uv, *COMPILE, *arguments, *sys.argv[1:], "--output-file", output], cwd=ROOT, check=True)
    print(f"{output}: {(ROOT / output).read_text().count('==')} packages")


def main() -> None:
    """Write all locks."""
    LOCKS.mkdir(exist_ok=True)
    compile_lock("dev", "pyproject.toml", "--extra", "dev")
    compile_lock("runtime", "pyproject.toml", "--constraint", "requirements/dev.txt")
    for group in ("setup", "uv", "node"):
        compile_lock(group, "--group", group)


if __name__ == "__main__":
    main()
