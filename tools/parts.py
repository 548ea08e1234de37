"""What the product is made of, as a CycloneDX list in build/parts.json, and what is known to be wrong in it.

    .venv/bin/python tools/parts.py            write the list; fail when a locked part is missing from it
    .venv/bin/python tools/parts.py --audit    then ask the public advisories about every part

Where the advisories cannot be reached this is said, and is no failure: silence is not safety, and the words
say so. Python parts come from requirements/runtime.txt, those of the browser from package-lock.json.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements" / "runtime.txt"
BROWSER_LOCK = ROOT / "app" / "frontend" / "package-lock.json"
LIST = ROOT / "build" / "parts.json"
BIN = Path(sys.executable).parent
LINE = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)


def python_parts() -> dict[str, str]:
    """Name and version of each part that runs on the server."""
    return {name.lower(): version for name, version in LINE.findall(LOCK.read_text(encoding="utf-8"))}


def browser_parts() -> dict[str, dict[str, Any]]:
    """Each package whose code or styles may reach the browser, as the lock file knows it."""
    packages = json.loads(BROWSER_LOCK.read_text(encoding="utf-8"))["packages"]
    return {path.rsplit("node_modules/", 1)[-1]: facts for path, facts in packages.items() if path}


def write_list() -> dict[str, Any]:
    """Write the list and give it back."""
    LIST.parent.mkdir(exist_ok=True)
    command = [str(BIN / "cyclonedx-py"), "requirements", str(LOCK), "--output-reproducible", "--short-PURLs"]
    done = subprocess.run([*command, "--of", "JSON"], capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    for part in found["components"]:
        for unsteady in ("externalReferences", "description"):  # the index of whoever wrote it, line numbers
            part.pop(unsteady, None)
    for name, facts in sorted(browser_parts().items()):
        package = f"pkg:npm/{name.replace('@', '%40')}@{facts['version']}"
        part = {"type": "library", "name": name, "version": facts["version"], "purl": package}
        found["components"].append({**part, "bom-ref": package})
    LIST.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return found


def missing_from(found: dict[str, Any]) -> list[str]:
    """The locked parts that the list does not name."""
    named = {(part["name"].lower().replace("_", "-"), part["version"]) for part in found["components"]}
    wanted = {(name.replace("_", "-"), version) for name, version in python_parts().items()}
    wanted |= {(name.lower(), facts["version"]) for name, facts in browser_parts().items()}
    return sorted(f"{name} {version}" for name, version in wanted - named)


def audit() -> int:
    """Ask the advisories; 1 when one of them is about a part of ours."""
    command = [
        str(BIN / "pip-audit"),
        "--requirement",
        str(LOCK),
        "--disable-pip",
        "--no-deps",
        "--format",
        "json",
    ]
    done = subprocess.run(
        [*command, "--progress-spinner", "off", "--timeout", "10"],
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        answer = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        print("Advisories: could not be reached from here. Nothing is known, neither good nor bad.")
        return 0
    unknown = [part["name"] for part in answer if "skip_reason" in part]
    bad = [(part, each) for part in answer for each in part.get("vulns", [])]
    for part, each in bad:
        better = ", ".join(each["fix_versions"]) or "no version yet"
        print(f"{part['name']} {part['version']}: {each['id']}, mended in {better}")
    print(
        f"Advisories: {len(answer) - len(unknown)} of {len(answer)} parts known to them, {len(bad)} warnings."
    )
    if unknown:
        print("Of the others nothing is known, neither good nor bad. Ask again where the advisories answer.")
    return 1 if bad else 0


def main() -> int:
    """Write, compare, and with --audit ask."""
    found = write_list()
    missing = missing_from(found)
    print(f"{LIST.relative_to(ROOT)}: {len(found['components'])} parts")
    if missing:
        print(f"Missing from it: {', '.join(missing)}")
        return 1
    return audit() if "--audit" in sys.argv[1:] else 0


if __name__ == "__main__":
    sys.exit(main())
