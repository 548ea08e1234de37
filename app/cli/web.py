"""`roundtable serve`: the web process. A module of its own: what only the worker needs is not read for it."""

from __future__ import annotations

from urllib.parse import urlsplit

import click

from app import create_app
from app.cli.opening import open_for_people, settings
from app.config import Config
from app.logs import say_in_logs
from app.serving import serve_until_told


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--threads", default=8, show_default=True)
def serve(host: str, port: int, threads: int) -> None:
    """Answer web requests, until told to stop (SIGTERM): what has begun is answered."""
    config = settings()
    say_in_logs(config.log_level)
    application = create_app(config, open_for_people(config))
    serve_until_told(application, host=host, port=port, threads=threads, **from_outside(config))


def from_outside(config: Config) -> dict[str, object]:
    """How people reach us: https where the proxy ends TLS, so that redirects stay there; and whose word we
    take for the address of a visitor: one proxy's, else nobody's (ASVS 5.0, 4.1.3)."""
    scheme: dict[str, object] = {"url_scheme": urlsplit(config.base_url).scheme}
    if not config.trusted_proxy:
        return scheme
    return scheme | {
        "trusted_proxy": config.trusted_proxy,
        "trusted_proxy_count": 1,
        "trusted_proxy_headers": {"x-forwarded-for"},
        "clear_untrusted_proxy_headers": True,
    }
