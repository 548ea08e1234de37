"""Commands about records: the data map."""

from __future__ import annotations

from pathlib import Path

import click

from reviews.what_is_held import map_of_tables


@click.group()
def records() -> None:
    """Records: what is kept, and for how long."""


@records.command("data-map")
@click.argument("path", required=False, type=click.Path(path_type=Path, dir_okay=False))
def write_map(path: Path | None) -> None:
    """Say what every table holds; with PATH, write it there."""
    if path is None:
        click.echo(map_of_tables(), nl=False)
        return
    path.write_text(map_of_tables(), encoding="utf-8")
    click.echo(f"Written: {path}")
