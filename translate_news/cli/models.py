"""`translate-news models`: what models.txt names, what is on this machine, and whether it is whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from translate_news import models
from translate_news.engine import made
from translate_news.errors import ModelUnavailable, UsageError
from translate_news.models import LocalModel, Model

models_file_option = click.option(
    "--models-file", type=click.Path(path_type=Path), help="Your own models.txt; its lines come before ours."
)
tries_option = click.option(
    "--tries", type=click.IntRange(1), default=4, show_default=True, help="How often to try what fails in passing."
)
json_option = click.option("--json", "as_json", is_flag=True, help="As one JSON document.")


@click.group("models")
def models_group() -> None:
    """What models.txt names, what is on this machine, and whether it is whole.

    Models are fetched once, by `models pull`, and never change under you. Only `pull` and `add` use the network.
    """


def named(name: str, models_file: Path | None) -> Model:
    """The model of a name, whatever its role; else a folder or a hub id, see `models.choose`."""
    known = models.read_models(models_file)
    for model in known:
        if model.name == name:
            return model
    return models.choose(known, name)


@models_group.command("list")
@models_file_option
@json_option
def models_list(models_file: Path | None, as_json: bool) -> None:
    """Name every model, and say whether it is here; * marks the default."""
    known = models.read_models(models_file)
    ready = made.all_made()
    rows = [_row(model, ready) for model in known]
    default = next((row for row in reversed(rows) if row["role"] == "translate" and row["here"]), None)
    if as_json:
        click.echo(json.dumps([row | {"default": row is default} for row in rows], indent=2))
        return
    width = max(len(row["name"]) for row in rows)
    for row in rows:
        mark = "*" if row is default else " "
        state = "here" if row["here"] else "not here"
        size = f"{row['bytes'] / 1e6:.0f} MB" if row["here"] else "-"
        revision = (row["commit"] or row["revision"])[:12]
        engines = ", ".join(row["ready"]) or "-"
        click.echo(
            f"{mark} {row['name']:<{width}} {row['role']:<10} {state:<9} {size:>8}  {row['licence']:<11} {revision:<12} "
            f"{engines:<22} {row['source']}"
        )


def _row(model: Model, ready: list[made.Made]) -> dict[str, Any]:
    local = models.locate(model)
    return {
        "name": model.name,
        "role": model.role,
        "source": model.source,
        "revision": model.revision,
        "licence": model.licence,
        "here": local is not None,
        "commit": local.revision if local and model.scheme == "hub" else None,
        "bytes": local.size if local else None,
        "folder": str(local.folder) if local else None,
        "ready": _engines(local, ready) if local else [],
    }


def _engines(local: LocalModel, ready: list[made.Made]) -> list[str]:
    """The engines that open the model at once: torch reads safetensors, CTranslate2 what was converted."""
    mine = [one for one in ready if one.source == local.content_hash()]
    torch = (
        ["torch"] if local.weights.suffix == ".safetensors" or any(one.kind == "safetensors" for one in mine) else []
    )
    variants = sorted(one.folder.name.partition("-")[2] for one in mine if one.kind == "ctranslate2")
    return [*torch, *(f"ctranslate2:{variant}" for variant in variants)]


@models_group.command("path")
@click.argument("name")
@models_file_option
def models_path(name: str, models_file: Path | None) -> None:
    """Print the folder that holds the model NAME."""
    click.echo(models.require(named(name, models_file)).folder)


@models_group.command("pull")
@click.argument("name")
@models_file_option
@click.option("--update", is_flag=True, help="Resolve the revision again: a newer main is fetched and recorded.")
@tries_option
def models_pull(name: str, models_file: Path | None, update: bool, tries: int) -> None:
    """Fetch the model NAME (or a hub id) once, check every file, and record its commit; needs a connection."""
    from translate_news.engine.weights import readable

    local = models.pull(named(name, models_file), update, tries)
    readable(local)
    click.echo(local.folder)


@models_group.command("verify")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@models_file_option
@json_option
def models_verify(names: tuple[str, ...], models_file: Path | None, as_json: bool) -> None:
    """Compare every file of the models that are here (or of NAMEs) with its recorded or pinned SHA-256."""
    known = [named(name, models_file) for name in names] or models.read_models(models_file)
    rows = [row for model in known for row in _verified(model, bool(names))]
    bad = [row for row in rows if row["state"] in ("changed", "missing")]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
    else:
        for row in rows:
            click.echo(f"{row['state']:<8} {row['model']:<12} {row['file']}")
    if bad:
        commands = {
            "models prune, and use it again" if "/" in row["file"] else f"models pull {row['model']}" for row in bad
        }
        raise ModelUnavailable(
            f"{len(bad)} of {len(rows)} files are not what was recorded, pinned or made; make it good with: "
            + "; ".join(f"translate-news {command}" for command in sorted(commands))
        )
    unknown = sum(row["state"] == "unknown" for row in rows)
    note = f"; {unknown} have no sum to compare with" if unknown else ""
    click.echo(f"translate-news: {len(rows)} files, none changed{note}", err=True)


def _verified(model: Model, must: bool) -> list[dict[str, str]]:
    local = models.locate(model)
    if local is None:
        if must:
            models.require(model)  # says what is missing
        return []
    rows = [{"model": model.name, "file": found.name, "state": found.state} for found in models.verify(local)]
    source = local.content_hash()
    for one in made.all_made():
        if one.source == source:
            state = "changed" if made.damaged(one.folder) else "ok"
            rows.append({"model": model.name, "file": f"{one.kind}/{one.folder.name}", "state": state})
    return rows


@models_group.command("remove")
@click.argument("name")
@models_file_option
def models_remove(name: str, models_file: Path | None) -> None:
    """Delete the model NAME from this machine: what was fetched, and what was made from it."""
    model = named(name, models_file)
    if model.scheme != "hub":
        what = (
            "part of the package"
            if model.scheme == "bundled"
            else f"your own folder ({model.where}); delete it yourself"
        )
        raise UsageError(f"{model.name} is {what}: only fetched models are removed")
    local = models.locate(model)
    source = local.content_hash() if local else None
    freed = models.remove(model) + sum(made.discard(one) for one in made.all_made() if one.source == source)
    click.echo(f"translate-news: {model.name} removed, {freed / 1e6:.0f} MB freed", err=True)


@models_group.command("add")
@click.argument("hub_id", metavar="HUB_ID")
@click.option("--name", help="How to call it. [default: what follows the / of the id]")
@click.option("--role", type=click.Choice(models.ROLES), default="translate", show_default=True, help="What it is for.")
@click.option("--prefix", default="-", help="What the model wants before each sentence, such as >>eng<<.")
@click.option("--revision", default="main", show_default=True, help="A commit, a branch or a tag; kept as its commit.")
@models_file_option
@tries_option
def models_add(hub_id: str, name: str | None, models_file: Path | None, tries: int, **columns: Any) -> None:
    """Write HUB_ID into your own models file, pinned to its commit and to the SHA-256 of its weights."""
    if not models.HUB_ID.fullmatch(hub_id):
        raise UsageError(f"{hub_id!r} is not a hub id; wanted is OWNER/NAME")
    found = models.resolve(hub_id, columns["revision"], columns["role"], tries)
    name = name or hub_id.partition("/")[2]
    checks = f"sha256:{found.weights.sha256}" if found.weights.sha256 else "-"
    model = Model(name, columns["role"], f"hub:{hub_id}", found.commit, checks, _spdx(found.licence), columns["prefix"])
    path = models.add_line(model, models_file)
    click.echo(model.line)
    click.echo(f"translate-news: written to {path}; fetch it with: translate-news models pull {name}", err=True)


def _spdx(licence: str) -> str:
    """A hub writes licences in lower case; SPDX writes the known ones so."""
    known = ("Apache-2.0", "MIT", "CC-BY-4.0", "CC-BY-SA-4.0", "CC-BY-NC-4.0", "CC0-1.0", "GPL-3.0", "BSD-3-Clause")
    return next((spdx for spdx in known if spdx.lower() == licence.lower()), licence)


@models_group.command("prune")
@models_file_option
def models_prune(models_file: Path | None) -> None:
    """Delete what was made from models that are gone or have changed, what is damaged, and what killed runs left behind.

    What was made from a folder that no models.txt names goes too; it is made again when it is used.
    """
    known = [local for model in models.read_models(models_file) if (local := models.locate(model))]
    gone = made.prune(local.content_hash() for local in [*known, *models.fetched()])
    for path, size in gone:
        click.echo(f"{size / 1e6:8.1f} MB  {path}")
    click.echo(f"translate-news: {len(gone)} folders, {sum(s for _, s in gone) / 1e6:.0f} MB freed", err=True)
