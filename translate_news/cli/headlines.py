"""The options of `translate` that ask for headlines, and what opens the method they name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from translate_news import models
from translate_news.digest import DIGESTS
from translate_news.engine import Hardware, open_summariser
from translate_news.errors import UsageError
from translate_news.headline import METHODS, Headliner
from translate_news.writers import WRITERS, Writer


def headline_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the headline options to a command."""
    for option in reversed(
        [
            click.option("--headlines", is_flag=True, help="One English line over each brief."),
            click.option("--headlines-only", is_flag=True, help="A digest: one line a brief, with its place and age."),
            click.option(
                "--headline-method",
                type=click.Choice(list(METHODS)),
                help="A model's line, or the lede compressed. [default: model where one is here, else lede]",
            ),
            click.option(
                "--headline-model", help="A name of models.txt, a folder or a hub id; means the method model."
            ),
        ]
    ):
        command = option(command)
    return command


def open_headliner(rest: dict[str, Any], hardware: Hardware) -> Headliner | None:
    """What writes the headlines that the options ask for; None when they ask for none.

    Raises:
        UsageError: options that contradict each other.
        ModelUnavailable: the headline model named is not to be had, or none is here for the method `model`.
    """
    method, wanted = rest["headline_method"], rest["headline_model"]
    if not (rest["headlines"] or rest["headlines_only"]):
        if method or wanted:
            raise UsageError("--headline-method and --headline-model need --headlines or --headlines-only")
        return None
    if method == "lede" and wanted:
        raise UsageError("--headline-method lede uses no model; leave out --headline-model")
    known = models.read_models(rest["models_file"])
    if method is None and wanted is None:
        plain = rest["engine"] == "echo" or not any(m.role == "headline" and models.locate(m) for m in known)
        method = "lede" if plain else "model"
    if method == "lede":
        return Headliner("lede")
    local = models.require(models.choose(known, wanted, role="headline"))
    engine = "torch" if rest["engine"] == "torch" else "ctranslate2"
    return Headliner("model", open_summariser(engine, local, hardware), local.weights_hash())


def renderer(form: str, rest: dict[str, Any]) -> Writer:
    """The writer of a format: of whole pages, or of their headlines alone.

    Raises:
        UsageError: a format that has no digest.
    """
    if not rest["headlines_only"]:
        return WRITERS[form]
    if form not in DIGESTS:
        raise UsageError(f"--headlines-only has the formats {', '.join(DIGESTS)}, not {form}")
    return DIGESTS[form]
