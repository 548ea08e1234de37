"""Hosts on one machine: network namespaces, each with a cable to its users and one to the database, where
this machine allows that; else addresses of the loopback network, each with a forwarder to the database.

A cable that is pulled is silent: nobody is told that the other side is gone. A forwarder that is ended closes
what it carried, which is the milder fault.
"""

from __future__ import annotations

import ctypes
import os
import select
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

CLONE_NEWNET = 0x40000000
NETWORK = "198.18.0.0/15"  # set apart for tries like these (RFC 2544)
PIECE = 65536
MOST = 4  # hosts of one run


@dataclass
class Host:
    """One host: where its users reach it, where they come from, and where it finds the database."""

    name: str
    address: str
    users: str
    database: str
    cable: str

    def enter(self) -> None:
        """Be on this host from now on: for a process that was just forked."""
        with open(f"/run/netns/{self.name}", "rb") as place:  # noqa: PTH123  (only its number is wanted)
            if ctypes.CDLL(None, use_errno=True).setns(place.fileno(), CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), f"cannot enter {self.name}")

    def cut(self) -> None:
        """Pull the cable to the database."""
        _ip("link", "set", self.cable, "down")

    def mend(self) -> None:
        """Put it back."""
        _ip("link", "set", self.cable, "up")


@dataclass
class LoopbackHost(Host):
    """An address of the loopback network, and a forwarder in place of the cable."""

    port: int = 0
    forwarder: int = 0

    def enter(self) -> None:
        """It is here already."""

    def cut(self) -> None:
        """End the forwarder, with all that it carries."""
        os.kill(self.forwarder, signal.SIGKILL)
        os.waitpid(self.forwarder, 0)
        self.forwarder = 0

    def mend(self) -> None:
        """Forward from this host's address to the database's."""
        self.forwarder = os.fork()
        if not self.forwarder:
            _forward((self.database, self.port), ("127.0.0.1", self.port))


def namespaces_allowed() -> bool:
    """Whether this process may make network namespaces and cables between them."""
    name = f"rt{os.getpid()}x"
    if os.geteuid() != 0:
        return False
    try:
        _ip("netns", "add", name)
        _ip("link", "add", f"{name}a", "type", "veth", "peer", "name", f"{name}b", "netns", name)
    except (OSError, subprocess.CalledProcessError):
        return False
    finally:
        subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)
    return True


@contextmanager
def hosts(number: int, port: int, *, namespaces: bool) -> Iterator[list[Host]]:
    """Some hosts, gone at the end. The database listens on `port`: on each host's `database` address in
    namespaces, else on 127.0.0.1. Without namespaces the caller mends each host once before it is used."""
    if not namespaces:
        made: list[Host] = [
            LoopbackHost(f"h{each}", f"127.0.1.{each}", "127.0.0.1", f"127.0.2.{each}", "", port)
            for each in range(1, number + 1)
        ]
        try:
            yield made
        finally:
            for host in made:
                if isinstance(host, LoopbackHost) and host.forwarder:
                    host.cut()
        return
    names = []
    try:
        made = []
        for each in range(number):
            names.append(f"rt{os.getpid()}n{each}")
            made.append(_namespace(names[-1], (os.getpid() * MOST + each) % 16384 * 4))
        yield made
    finally:
        for name in names:
            subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)


def _namespace(name: str, place: int) -> Host:
    """A host with two cables, at this place of the networks: `...f` leads to its users, `...d` to the
    database. Two runs at once are at places of their own."""
    third, fourth = divmod(place, 256)
    _ip("netns", "add", name)
    _ip("-n", name, "link", "set", "lo", "up")
    for kind, second in (("f", 18), ("d", 19)):
        here, there = f"{name}{kind}", f"{kind}0"
        _ip("link", "add", here, "type", "veth", "peer", "name", there, "netns", name)
        _ip("addr", "add", f"198.{second}.{third}.{fourth + 1}/30", "dev", here)
        _ip("-n", name, "addr", "add", f"198.{second}.{third}.{fourth + 2}/30", "dev", there)
        _ip("link", "set", here, "up")
        _ip("-n", name, "link", "set", there, "up")
    front = f"198.18.{third}."
    return Host(
        name,
        f"{front}{fourth + 2}",
        f"{front}{fourth + 1}",
        f"198.19.{third}.{fourth + 1}",
        f"{name}d",
    )


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


def _forward(here: tuple[str, int], there: tuple[str, int]) -> None:
    """Carry what comes in here to there and back, until killed."""
    door = socket.create_server(here)
    other: dict[socket.socket, socket.socket] = {}
    while True:
        for ready in select.select([door, *other], [], [])[0]:
            if ready is door:
                caller, _ = door.accept()
                called = socket.create_connection(there)
                other |= {caller: called, called: caller}
            elif ready in other:
                try:
                    piece = ready.recv(PIECE)
                    other[ready].sendall(piece)
                except OSError:
                    piece = b""
                if not piece:
                    partner = other.pop(ready)
                    other.pop(partner, None)
                    ready.close()
                    partner.close()
