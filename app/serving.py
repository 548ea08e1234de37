"""The web server: waitress, which when told to stop answers what it has begun and takes nothing new."""

from __future__ import annotations

import ctypes
import gc
import select
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import waitress
from flask import Flask
from waitress import wasyncore
from waitress.server import BaseWSGIServer

LOOK = 0.5  # seconds between two looks whether the process was told to stop
M_ARENA_MAX = -8  # of malloc.h
LONGEST = 20.0  # seconds for answers that have begun; what keeps running longer is cut off
SILENT = 1.0  # seconds in which who has just come in says what they want


def serve_until_told(app: Flask | Callable[..., Any], *, host: str, port: int, **options: Any) -> None:
    """Answer requests until SIGTERM or SIGINT; then close the door and finish what is inside.

    A proxy that finds the door closed asks the next process. Raises OSError where the port is taken.
    """
    _one_heap()
    told = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: told.set())
    sockets: dict[int, Any] = {}
    waitress.create_server(app, map=sockets, host=host, port=port, ident=None, **options)
    _settle()
    servers = [each for each in sockets.values() if isinstance(each, BaseWSGIServer)]
    while not told.is_set():
        _turn(sockets, LOOK)
    for server in servers:
        _close_the_door(server)
    closed = time.monotonic()
    while _busy(servers, time.monotonic() - closed) and time.monotonic() < closed + LONGEST:
        _turn(sockets, 0.05)
    servers[0].task_dispatcher.shutdown(timeout=1)


def _close_the_door(server: BaseWSGIServer) -> None:
    """Take nothing new; but who already stands at the door, connected and not yet let in, comes in."""
    while select.select([server.socket], [], [], 0)[0]:
        server.handle_accept()
    server.del_channel()
    server.socket.close()


def _one_heap() -> None:
    """Have the threads take memory from one place: glibc gives each its own, and keeps what each once held
    (20 MB of 8 threads). Python's lock lets one at a time ask anyhow. Other systems have nothing to set."""
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 1)


def _settle() -> None:
    """Give back what only the start needed, and have the collector look no more at what stays to the end:
    the modules and the tables, four fifths of all objects, through which every full collection went."""
    gc.collect()
    gc.freeze()
    with suppress(AttributeError, OSError):  # of glibc alone
        ctypes.CDLL(None).malloc_trim(0)


def _busy(servers: list[BaseWSGIServer], since: float) -> bool:
    """Whether a request is arriving or being answered, its answer is on the way, or somebody has just come
    in and said nothing yet; `since` is for how long the door has been closed."""
    return any(
        channel.requests
        or channel.request is not None
        or channel.total_outbufs_len
        or (since < SILENT and channel.last_activity == channel.creation_time)
        for server in servers
        for channel in list(server.active_channels.values())
    )


def _turn(sockets: dict[int, Any], longest: float) -> None:
    wasyncore.loop(timeout=longest, use_poll=True, map=sockets, count=1)
