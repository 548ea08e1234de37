"""The built front end: `asset("main.js")` in a template gives the address of the file made of it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from flask import Flask, Response, request, url_for

BUILD = Path(__file__).resolve().parent / "static" / "build"
A_YEAR = 365 * 24 * 3600


class FrontEndNotBuilt(RuntimeError):
    """The scripts and styles have not been built: run `make setup`."""


@cache
def _names(manifest: Path, _changed: int) -> dict[str, str]:
    names: dict[str, str] = json.loads(manifest.read_text(encoding="utf-8"))
    return names


def asset(name: str) -> str:
    """Give the address of a built file, whose name carries the hash of what is in it.

    Raises FrontEndNotBuilt where nothing was built, KeyError for a name that the build does not make.
    """
    manifest = BUILD / "manifest.json"
    try:
        changed = manifest.stat().st_mtime_ns
    except FileNotFoundError:
        raise FrontEndNotBuilt(
            f"{manifest} is missing: run `make setup`, which builds the front end"
        ) from None
    return url_for("static", filename=f"build/{_names(manifest, changed)[name]}")


def add_assets(app: Flask) -> None:
    """Give templates `asset`, and let browsers keep what is built: another content has another name."""
    app.jinja_env.globals["asset"] = asset

    @app.after_request
    def keep_built_files(response: Response) -> Response:
        if response.status_code == 200 and _is_built(request.endpoint, request.view_args):
            response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
        return response


def _is_built(endpoint: str | None, arguments: dict[str, str] | None) -> bool:
    return endpoint == "static" and (arguments or {}).get("filename", "").startswith("build/")
