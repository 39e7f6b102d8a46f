"""`translate-news doctor`: what this installation and machine can do, a trial of each model, and what to do for each fault."""

from __future__ import annotations

import json
import os
import platform
import shutil
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click

from translate_news import models
from translate_news.cli.models import json_option, models_file_option
from translate_news.errors import ModelUnavailable, TranslateNewsError

SMALL_DISK = 2_000_000_000
SETTINGS = ("HF_HOME", "HF_HUB_CACHE", "HF_ENDPOINT", "XDG_CACHE_HOME", "OMP_NUM_THREADS", "CUDA_VISIBLE_DEVICES")


@click.command("doctor")
@models_file_option
@json_option
@click.option("--no-trial", is_flag=True, help="Do not translate a sentence with each model.")
def doctor_command(models_file: Path | None, as_json: bool, no_trial: bool) -> None:
    """Say what works here and what does not, and what to do about it. Uses no network."""
    report, faults = examine(models_file, not no_trial)
    if as_json:
        click.echo(json.dumps(report | {"faults": faults}, ensure_ascii=False, indent=2))
    else:
        click.echo(told(report))
        for fault in faults:
            click.echo(f"fault: {fault['what']}\n   do: {fault['do']}")
        click.echo("no faults" if not faults else f"{len(faults)} faults")
    if faults:
        sys.exit(ModelUnavailable.exit_code)


def examine(models_file: Path | None, with_trial: bool) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """The report as data, and the faults, each with what to do."""
    from translate_news.engine import machine

    faults: list[dict[str, str]] = []
    libraries = machine.libraries()
    for name, found in libraries.items():
        if not found[:1].isdigit():
            faults.append(
                {"what": f"the library {name} is {found}", "do": "pip install --force-reinstall translate-news"}
            )
    works = not faults
    report = {
        "version": version("translate-news"),
        "python": platform.python_version(),
        "system": platform.platform(),
        "libraries": libraries,
        "processor": machine.processor(),
        "devices": machine.devices() if works else {},
        "settings": {name: os.environ[name] for name in SETTINGS if name in os.environ},
        "caches": _caches(faults),
        "models": _models(models_file, with_trial and works, faults),
    }
    return report, faults


def _caches(faults: list[dict[str, str]]) -> list[dict[str, Any]]:
    from huggingface_hub.constants import HF_HUB_CACHE

    rows = []
    for what, folder, setting in (
        ("made by engines", models.cache_folder(), "XDG_CACHE_HOME"),
        ("fetched from the hub", Path(HF_HUB_CACHE), "HF_HOME"),
    ):
        there = next(path for path in (folder, *folder.parents) if path.exists())
        free = shutil.disk_usage(there).free
        size = sum(p.lstat().st_size for p in folder.rglob("*") if p.is_file() and not p.is_symlink())
        rows.append({"what": what, "folder": str(folder), "bytes": size, "free": free})
        if not there.is_dir() or not os.access(there, os.W_OK):
            faults.append({"what": f"{folder} cannot be written", "do": f"set {setting} to a folder of your own"})
        elif free < SMALL_DISK:
            faults.append({
                "what": f"only {free / 1e6:.0f} MB are free on the disk of {folder}",
                "do": f"make room (translate-news models prune), or set {setting} to a folder on another disk",
            })  # fmt: skip
    return rows


def _models(models_file: Path | None, with_trial: bool, faults: list[dict[str, str]]) -> list[dict[str, Any]]:
    from translate_news.engine import machine

    try:
        known = models.read_models(models_file)
    except TranslateNewsError as error:
        faults.append({"what": str(error), "do": "correct that line, or take the file away"})
        known = []
    rows: list[dict[str, Any]] = []
    for model in known:
        row: dict[str, Any] = {"name": model.name, "role": model.role, "here": False, "trial": None}
        rows.append(row)
        try:
            if models.locate(model) is None:
                continue
            local = models.require(model)
        except TranslateNewsError as error:
            faults.append({"what": str(error), "do": f"translate-news models pull {model.name}"})
            continue
        row["here"] = True
        if with_trial and model.role == "translate":
            tried = machine.trial(local)
            row["trial"] = {"english": tried.english, "fault": tried.fault, "seconds": round(tried.seconds, 2)}
            if tried.fault:
                faults.append(
                    {"what": f"{model.name}: {tried.fault}", "do": f"translate-news models verify {model.name}"}
                )
    if not any(row["here"] and row["role"] == "translate" for row in rows):
        faults.append({"what": "no model can translate here", "do": "translate-news models pull opus"})
    return rows


def told(report: dict[str, Any]) -> str:
    """The report as lines for a person."""
    cpu = report["processor"]
    lines = [f"translate-news {report['version']}, Python {report['python']}, {report['system']}"]
    lines += [f"  {name:<16} {found}" for name, found in report["libraries"].items()]
    lines.append(
        f"processor: {cpu['name']}, {cpu['cores']} cores, {' '.join(cpu['instruction_sets']) or 'no fast sets known'}"
    )
    lines += [
        f"device {name}: {device['name']}; ctranslate2 computes in {', '.join(device['ctranslate2']) or 'nothing'}"
        for name, device in report["devices"].items()
    ]
    lines += [f"setting {name}={value}" for name, value in report["settings"].items()]
    lines += [
        f"cache, {cache['what']}: {cache['folder']}, {cache['bytes'] / 1e6:.0f} MB, {cache['free'] / 1e9:.0f} GB free"
        for cache in report["caches"]
    ]
    for row in report["models"]:
        trial = row["trial"]
        state = "here" if row["here"] else "not here"
        if trial:
            state += f", {trial['seconds']:.1f} s for a sentence: {trial['fault'] or trial['english']}"
        lines.append(f"model {row['name']} ({row['role']}): {state}")
    return "\n".join(lines)
