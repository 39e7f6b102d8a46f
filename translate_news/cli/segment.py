"""`translate-news segment`: a page's anatomy, without a model."""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import click

from translate_news.document import Page
from translate_news.readers import read_bytes, read_path
from translate_news.segment import segment
from translate_news.writers import anatomy_record, write_outline

COLOURS = {"brief": "cyan", "dateline": "green", "age": "yellow", "paragraph": "blue", "verbatim": "bright_black"}
ZONE = ZoneInfo("Europe/Amsterdam")


def _moment(ctx: click.Context, param: click.Parameter, value: str | None) -> datetime | None:
    """A time in ISO 8601; without an offset it is a time in the Netherlands."""
    if value is None:
        return None
    if value == "now":
        return datetime.now(ZONE).replace(microsecond=0)
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(
            f"{value!r} is not a time such as 2024-11-22T14:05, 2024-11-22T14:05+01:00 or now", ctx, param
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=ZONE)


as_of_option = click.option(
    "--as-of",
    metavar="TIME",
    callback=_moment,
    help="When the page was taken (ISO 8601, or now): ages become absolute times.",
)


@click.command("segment")
@click.argument("file", metavar="FILE")
@click.option("--json", "as_json", is_flag=True, help="The anatomy as one JSON document (schema: page-1.schema.json).")
@as_of_option
def segment_command(file: str, as_json: bool, as_of: datetime | None) -> None:
    """Show the anatomy of FILE: articles, labels, briefs, datelines, ages. Needs no model."""
    page = read_page(file, as_of)
    if as_json:
        click.echo(json.dumps(anatomy_record(page), ensure_ascii=False, indent=2))
    else:
        click.echo(write_outline(page, _paint if _coloured() else lambda role, text: text), nl=False)


def read_page(file: str, as_of: datetime | None = None, furniture: Literal["keep", "translate"] = "keep") -> Page:
    """Read and segment a file, or standard input for `-`."""
    source = read_bytes(sys.stdin.buffer.read(), "standard input") if file == "-" else read_path(Path(file))
    return segment(source.text, file, source.encoding, as_of, furniture)


def _coloured() -> bool:
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ  # https://no-color.org


def _paint(role: str, text: str) -> str:
    return click.style(text, fg=COLOURS[role], bold=role == "brief")
