"""`translate-news segment`: a page's anatomy, without a model."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from translate_news.document import Page
from translate_news.readers import read_bytes, read_path
from translate_news.segment import segment
from translate_news.writers import anatomy_record, write_outline


@click.command("segment")
@click.argument("file", metavar="FILE")
@click.option("--json", "as_json", is_flag=True, help="The anatomy as one JSON document.")
def segment_command(file: str, as_json: bool) -> None:
    """Show the anatomy of FILE: articles, labels, briefs, datelines, ages. Needs no model."""
    page = read_page(file)
    if as_json:
        click.echo(json.dumps(anatomy_record(page), ensure_ascii=False, indent=2))
    else:
        click.echo(write_outline(page), nl=False)


def read_page(file: str) -> Page:
    """Read and segment a file, or standard input for `-`."""
    source = read_bytes(sys.stdin.buffer.read(), "standard input") if file == "-" else read_path(Path(file))
    return segment(source.text, file, source.encoding)
