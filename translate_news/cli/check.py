"""`translate-news check`: audit any English against its Dutch, whoever made it."""

from __future__ import annotations

import html
import json
import sys
from pathlib import Path

import click

from translate_news.alignment import pair_lines
from translate_news.checks import check
from translate_news.cli.quality import glossary_of
from translate_news.cli.report import by_kind, counted, said
from translate_news.document import Finding, Rendering
from translate_news.errors import FINDINGS_EXIT
from translate_news.glossary import terms_of, unmet
from translate_news.protect import bare
from translate_news.readers import read_path


@click.command("check")
@click.argument("dutch", type=click.Path(path_type=Path), metavar="DUTCH")
@click.argument("english", type=click.Path(path_type=Path), metavar="ENGLISH")
@click.option("--glossary", multiple=True, metavar="FILE", help="Terms to look for too: a file, or newsroom for ours.")
@click.option("--json", "as_json", is_flag=True, help="Every pair with its findings, a JSON object a line.")
@click.option("--strict", is_flag=True, help="Exit with 3 when there is a finding.")
@click.option("-q", "--quiet", is_flag=True, help="No summary.")
def check_command(
    dutch: Path, english: Path, glossary: tuple[str, ...], as_json: bool, strict: bool, quiet: bool
) -> None:
    """Check the file ENGLISH against the file DUTCH, line by line, whatever tool or person made it. Needs no model.

    Where the files have as many lines, line answers to line; otherwise the lines are paired by length, numbers and names, and
    lines without a partner are findings.
    """
    terms = glossary_of(glossary or ("none",))
    texts = (
        read_path(dutch, lines=True).text,
        html.unescape(read_path(english, lines=True).text),
    )  # some tools leave &#39; behind
    renderings = []
    for nl, en in pair_lines(*([line.strip() for line in text.splitlines() if line.strip()] for text in texts)):
        if not nl or not en:
            findings = [Finding("pairing", "no English for this" if nl else "no Dutch for this")]
        else:
            findings = [*check(bare(nl), bare(en)), *unmet(terms_of(terms, bare(nl), bare(en)))]
        renderings.append(Rendering(nl, en, findings=tuple(findings)))
    for number, rendering in enumerate(renderings, 1):
        if as_json:
            found = [{"check": f.check, "message": f.message} for f in rendering.findings]
            click.echo(
                json.dumps({"nl": rendering.dutch, "en": rendering.english, "findings": found}, ensure_ascii=False)
            )
        elif rendering.findings:
            click.echo(f"{number}: {said(rendering.findings)}\n  nl: {rendering.dutch}\n  en: {rendering.english}")
    if not quiet:
        click.echo(f"translate-news: {counted(len(renderings), 'pair')}: {by_kind(renderings)}", err=True)
    if strict and any(rendering.findings for rendering in renderings):
        sys.exit(FINDINGS_EXIT)
