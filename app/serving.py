"""The web server: waitress, which when told to stop answers what it has begun and takes nothing new."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from typing import Any

import waitress
from flask import Flask
from waitress import wasyncore
from waitress.server import BaseWSGIServer

LOOK = 0.5  # seconds between two looks whether the process was told to stop
LONGEST = 20.0  # seconds for answers that have begun; what keeps running longer is cut off


def serve_until_told(app: Flask | Callable[..., Any], *, host: str, port: int, **options: Any) -> None:
    """Answer requests until SIGTERM or SIGINT; then close the door and finish what is inside.

    A proxy that finds the door closed asks the next process. Raises OSError where the port is taken.
    """
    told = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: told.set())
    sockets: dict[int, Any] = {}
    waitress.create_server(app, map=sockets, host=host, port=port, ident=None, **options)
    servers = [each for each in sockets.values() if isinstance(each, BaseWSGIServer)]
    while not told.is_set():
        _turn(sockets, LOOK)
    for server in servers:
        server.del_channel()
        server.socket.close()
    until = time.monotonic() + LONGEST
    while _busy(servers) and time.monotonic() < until:
        _turn(sockets, 0.05)
    servers[0].task_dispatcher.shutdown(timeout=1)


def _busy(servers: list[BaseWSGIServer]) -> bool:
    """Whether a request is being answered, or its answer is on the way."""
    return any(
        channel.requests or channel.total_outbufs_len
        for server in servers
        for channel in list(server.active_channels.values())
    )


def _turn(sockets: dict[int, Any], longest: float) -> None:
    wasyncore.loop(timeout=longest, use_poll=True, map=sockets, count=1)
