"""Rewrites the module tables of ARCHITECTURE.md from the first sentence of each module, between its two
marks.

    python tools/architecture.py          writes
    python tools/architecture.py --check  exits 1 when the page is not what the code says
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "ARCHITECTURE.md"
BEGIN, END = "<!-- modules: begin -->", "<!-- modules: end -->"
PACKAGES = ("engine", "forms", "reviews", "app")
LEFT_OUT = {"node_modules", "static", "__pycache__"}


def first_sentence(path: Path) -> str:
    """The first sentence of a module's docstring, on one line."""
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    paragraph = " ".join(text.split("\n\n")[0].split())
    end = paragraph.find(". ")
    return (paragraph if end < 0 else paragraph[: end + 1]).replace("|", "/")


def tables() -> str:
    """One table a package, its sub-packages as their own rows."""
    parts = []
    for package in PACKAGES:
        rows = []
        for path in sorted((ROOT / package).rglob("*.py")):
            if LEFT_OUT & set(path.parts):
                continue
            name = path.relative_to(ROOT).as_posix().removesuffix("__init__.py")
            rows.append(f"| `{name}` | {first_sentence(path)} |")
        parts.append(f"### {package}/\n\n| Module | What it holds |\n|---|---|\n" + "\n".join(rows))
    return "\n\n".join(parts)


def main() -> int:
    """Write the page, or with --check compare it; the exit code."""
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    fresh = f"{before}{BEGIN}\n\n{tables()}\n\n{END}{after}"
    if "--check" in sys.argv[1:]:
        return int(fresh != text)
    PAGE.write_text(fresh, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
