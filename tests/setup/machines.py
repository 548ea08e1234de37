"""A machine on which an operator follows the guide: a folder for its root, a PostgreSQL server, and a shell
that types what stands in the guide."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.clusters import Cluster, free_port, programs
from tests.conftest import ROOT
from tests.setup.stand_ins import PROGRAMS

OURS = re.compile(
    r"(?<![\w.])/(?=opt/roundtable|etc/(roundtable|systemd|nginx)|var/(lib|backups)/roundtable)"
)
ALIAS = re.compile(r"^alias .*$", re.MULTILINE)
LONGEST = 120


@dataclass
class Machine:
    """One machine. `carried` is the folder into which the operator copied what the guide names."""

    root: Path
    cluster: Cluster
    warm: Path
    ports: dict[str, str] = field(
        default_factory=lambda: {each: str(free_port()) for each in ("8000", "8001")}
    )
    _aliases: str = ""

    def __post_init__(self) -> None:
        for name in ("run", "stand-ins", "carried", "var/lib", "etc/systemd/system"):
            (self.root / name).mkdir(parents=True)
        for name in ("sites-available", "sites-enabled"):
            (self.root / "etc/nginx" / name).mkdir(parents=True)
        source = (ROOT / "tests/setup/stand_ins.py").read_text(encoding="utf-8")
        script = self.root / "stand_ins.py"
        script.write_text(f"#!{sys.executable} -S\n{source}", encoding="utf-8")
        script.chmod(0o755)
        for name in PROGRAMS:
            (self.root / "stand-ins" / name).symlink_to(script)
        shutil.copytree(ROOT / "deploy", self.carried / "deploy")
        shutil.copy(ROOT / "requirements/runtime.txt", self.carried)
        (self.carried / "roundtable-0.1.0-py3-none-any.whl").touch()
        for unit in (self.carried / "deploy/systemd").iterdir():
            unit.write_text(self.here(unit.read_text(encoding="utf-8")), encoding="utf-8")

    @property
    def carried(self) -> Path:
        """Where the operator stands."""
        return self.root / "carried"

    @property
    def settings(self) -> Path:
        """The file of settings."""
        return self.root / "etc/roundtable.env"

    def here(self, words: str) -> str:
        """Words of the guide, with this machine's root and ports in place of those of a whole machine."""
        words = OURS.sub(f"{self.root}/", words)
        for told, real in self.ports.items():
            words = re.sub(rf"\b{told}\b", real, words)
        return words

    def types(self, block: str, *, answers: str = "") -> str:
        """Type a block of the guide into a shell; what it prints. Fails where a command of it does."""
        text = self.here(block)
        self._aliases += "".join(f"{line}\n" for line in ALIAS.findall(text))
        script = f"shopt -s expand_aliases\n{self._aliases}set -e\n{text}\n"
        ended = subprocess.run(
            ["/bin/bash", "-c", script],
            cwd=self.carried,
            env={
                "PATH": f"{self.root}/stand-ins:{programs()}:/usr/bin:/bin",
                "MACHINE": str(self.root),
                "WARM": str(self.warm),
                "PGHOST": self.cluster.addresses[0],
                "PGPORT": str(self.cluster.port),
                "PGUSER": "postgres",
            },
            input=answers,
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
            start_new_session=True,  # without a terminal: passwords are asked for on standard input
        )
        assert ended.returncode == 0, f"{block}\n{ended.stdout}\n{ended.stderr}"
        return ended.stdout

    def fills_in(self, **settings: str) -> None:
        """Edit the file of settings, as a person does."""
        text = self.settings.read_text(encoding="utf-8")
        for name, value in settings.items():
            text, found = re.subn(rf"(?m)^ROUNDTABLE_{name}=.*$", f"ROUNDTABLE_{name}={value}", text)
            assert found == 1, f"the file has no line for {name}"
        self.settings.write_text(text, encoding="utf-8")

    def ends(self) -> None:
        """End every service."""
        for path in (self.root / "run").glob("*.pid"):
            with suppress(ProcessLookupError):
                os.kill(int(path.read_text()), signal.SIGTERM)


@contextmanager
def warm(place: Path) -> Iterator[Path]:
    """The place of a process that has imported the command."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([sys.executable, ROOT / "tests/setup/warm.py", place], env=environment)
    try:
        until = time.monotonic() + LONGEST
        while not place.exists():
            assert process.poll() is None and time.monotonic() < until, "the command cannot be imported"
            time.sleep(0.05)
        yield place
    finally:
        process.kill()
        process.wait()
