"""What an operator's commands meet in a test: programs of the machine, under the names that the guide uses.

Each does what its test needs of it, in the folder that is the machine's root, and nothing to the real one:
packages are not installed, accounts not added; services are started as their units say.
"""

from __future__ import annotations

import json
import os
import shlex
import signal
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(os.environ.get("MACHINE", "/nowhere"))


def settings_in(path: str) -> dict[str, str]:
    """The settings of an EnvironmentFile."""
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    pairs = [line.partition("=") for line in lines if "=" in line and not line.startswith("#")]
    return {name: value for name, _, value in pairs}


def own() -> dict[str, str]:
    """What a program of this machine finds around it."""
    return {name: os.environ[name] for name in ("PATH", "MACHINE", "WARM", "PGHOST", "PGPORT", "PGUSER")}


def systemd_run(*words: str) -> int:
    """Run a command with the settings of a file, and nothing else of this shell."""
    given = list(words)
    environment = own()
    while given[0].startswith("--"):
        name, _, value = given.pop(0).partition("=")
        if name == "--property":
            environment |= settings_in(value.removeprefix("EnvironmentFile="))
    return subprocess.run(given, env=environment, cwd="/", check=False).returncode


def systemctl(what: str, *words: str) -> int:
    """Start the services that are named, as their units say; or end and start them again."""
    units = [word for word in words if word.startswith("roundtable")]
    running = sorted((ROOT / "run").glob("roundtable-*.pid"))
    if what == "restart":
        chosen = [path for path in running if any(path.match(f"{unit}.pid") for unit in units)]
        for path in chosen:
            os.kill(int(path.read_text()), signal.SIGTERM)
        units = [path.stem for path in chosen]
    for unit in units if what in ("enable", "restart") else ():
        name, _, instance = unit.partition("@")
        place = ROOT / "etc/systemd/system" / (f"{name}@.service" if instance else name)
        told = dict(
            line.split("=", 1) for line in place.read_text().splitlines() if "=" in line and line[0] != "#"
        )
        if instance:
            command = shlex.split(told["ExecStart"].replace("%i", instance))
            log = (ROOT / "run" / f"{unit}.log").open("ab")
            started = subprocess.Popen(
                command,
                env=own() | settings_in(told["EnvironmentFile"]),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
            (ROOT / "run" / f"{unit}.pid").write_text(str(started.pid))
    return 0


def install(*words: str) -> int:
    """As it is, but for the owner: here everything has one."""
    kept = list(words)
    for option in ("-o", "-g"):
        if option in kept:
            place = kept.index(option)
            assert kept[place + 1] == "roundtable"
            del kept[place : place + 2]
    return subprocess.run(["/usr/bin/install", *kept], check=False).returncode


def runuser(*words: str) -> int:
    """Run a command as the owner of the database's server, who is whom PGUSER says."""
    assert words[:3] == ("-u", "postgres", "--")
    return subprocess.run(words[3:], check=False).returncode


def python3(*words: str) -> int:
    """Make a place for programs, in which pip and roundtable are stand-ins too."""
    assert words[:2] == ("-m", "venv")
    programs = Path(words[2]) / "bin"
    programs.mkdir(parents=True)
    for name in ("pip", "roundtable"):
        (programs / name).symlink_to(ROOT / "stand-ins" / name)
    return 0


def pip(*words: str) -> int:
    """Nothing is installed, but what is named must be there."""
    named = [word for word in words if word.endswith((".txt", ".whl"))]
    return 0 if named and all(Path(word).is_file() for word in named) else 1


def roundtable(*words: str) -> int:
    """The command, in a fork of a process that has imported it."""
    asked = {"arguments": words, "settings": dict(os.environ), "folder": str(Path.cwd())}
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(os.environ["WARM"])
        socket.send_fds(line, [json.dumps(asked).encode()], [0, 1, 2])
        with line.makefile() as told:
            process = int(told.readline())
            signal.signal(signal.SIGTERM, lambda number, _: os.kill(process, number))
            return int(told.readline() or 1)


def nothing(*_: str) -> int:
    """A program whose work is left out."""
    return 0


PROGRAMS = {
    "systemd-run": systemd_run,
    "systemctl": systemctl,
    "install": install,
    "runuser": runuser,
    "python3": python3,
    "pip": pip,
    "roundtable": roundtable,
    "apt": nothing,
    "adduser": nothing,
    "nginx": nothing,
}

if __name__ == "__main__":
    sys.exit(PROGRAMS[Path(sys.argv[0]).name](*sys.argv[1:]))
