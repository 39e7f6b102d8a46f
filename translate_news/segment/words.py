"""Word lists of the package: one entry a line, sorted, `#` comments that name the source; read once, when needed."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


def entries(name: str) -> list[str]:
    """The lines of `data/<name>` without comments and blank lines, in file order."""
    text = (files("translate_news") / "data" / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


@cache
def word_set(name: str) -> frozenset[str]:
    """A list of words as a set."""
    return frozenset(entries(name))


@cache
def word_table(name: str) -> dict[str, str]:
    """A two-column list (tab between) as a mapping; the first column is the key."""
    return dict(line.split("\t", 1) for line in entries(name))
