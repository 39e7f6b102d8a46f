"""Folders that engines make from weights, once: kept by content, whole or not at all, shared safely by processes.

A folder is made beside its place under a lock, gets a manifest with the size and SHA-256 of each file, and is renamed
into place: a killed maker leaves nothing that is ever used, and the next one clears it away.
"""

from __future__ import annotations

import errno
import json
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import filelock

from translate_news.errors import ModelUnavailable
from translate_news.models import LocalModel, cache_folder, guard, sha256_of, turn

KINDS = ("safetensors", "ctranslate2")
MANIFEST = "made.json"
SCRATCH = ".making-"
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
NOTICES = logging.getLogger("translate_news")


@dataclass(frozen=True, slots=True)
class Made:
    """A made folder: for which model, from which content (see `LocalModel.content_hash`), and its bytes."""

    folder: Path
    kind: str
    model: str
    source: str
    size: int


def made(kind: str, local: LocalModel, variant: str, make: Callable[[Path], None], doing: str) -> Path:
    """The folder of a kind and variant made from a model; made now when it is not there or not whole.

    Args:
        kind: one of `KINDS`.
        local: the model that it is made from.
        variant: what tells it from other folders of the kind from the same model; part of its name.
        make: fills the new, empty folder that it is given.
        doing: what to tell a person who waits.

    Raises:
        ModelUnavailable: the folder cannot be made.
    """
    source = local.content_hash()
    target = cache_folder() / kind / "-".join(filter(None, (source[:32], variant)))
    if _is_whole(target):
        return target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with turn(f"make-{target.name}", "another process is making the same"):
            _clear(target)
            if not _is_whole(target):
                _make(target, {"kind": kind, "model": local.model.name, "source": source}, make, doing)
    except OSError as error:
        advice = "make room, or set XDG_CACHE_HOME to a folder on another disk" if error.errno in FULL else "look there"
        raise ModelUnavailable(f"{doing} in {target.parent} fails: {error}; {advice}") from error
    return target


def _make(target: Path, manifest: dict[str, Any], make: Callable[[Path], None], doing: str) -> None:
    NOTICES.info("%s, once …", doing)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f"{SCRATCH}{target.name}-") as scratch:
        folder = Path(scratch) / "made"
        folder.mkdir()
        make(folder)
        files: dict[str, dict[str, Any]] = {
            path.name: {"size": path.stat().st_size, "sha256": sha256_of(path)} for path in sorted(folder.iterdir())
        }
        (folder / MANIFEST).write_text(json.dumps(manifest | {"files": files}, indent=1) + "\n", encoding="utf-8")
        for path in folder.iterdir():
            with path.open("rb") as file:
                os.fsync(file.fileno())
        shutil.rmtree(target, ignore_errors=True)  # a damaged one
        try:
            folder.rename(target)
        except OSError:  # where locks do not work, as on some network disks, another maker may have been first
            if not _is_whole(target):
                raise
    size = sum(file["size"] for file in files.values())
    NOTICES.info("… done in %.1f s, %.0f MB kept in %s", time.monotonic() - started, size / 1e6, target)


def all_made() -> list[Made]:
    """Every folder that was made and is whole by its sizes."""
    found = []
    for kind in KINDS:
        for folder in sorted((cache_folder() / kind).glob("[!.]*")):
            manifest = _manifest(folder)
            if manifest and _is_whole(folder):
                size = sum(file["size"] for file in manifest["files"].values())
                found.append(Made(folder, kind, manifest["model"], manifest["source"], size))
    return found


def damaged(one: Made) -> list[str]:
    """The files of a made folder whose SHA-256 is not that of its manifest."""
    files = (_manifest(one.folder) or {"files": {}})["files"]
    return [name for name, file in files.items() if sha256_of(one.folder / name) != file["sha256"]]


def discard(one: Made) -> int:
    """Delete a made folder; the bytes freed."""
    with guard(f"make-{one.folder.name}"):
        shutil.rmtree(one.folder, ignore_errors=True)
    return one.size


def prune(keep: Iterable[str]) -> list[tuple[Path, int]]:
    """Delete what was made from other content than `keep`, and what killed or outdated makers left; (path, bytes) each."""
    kept = set(keep)
    gone = []
    for kind in KINDS:
        for folder in sorted((cache_folder() / kind).glob("*")):
            manifest = _manifest(folder)
            if manifest and manifest["source"] in kept and _is_whole(folder):
                continue
            name = (
                folder.name.removeprefix(SCRATCH).rpartition("-")[0] if folder.name.startswith(SCRATCH) else folder.name
            )
            try:
                with guard(f"make-{name}").acquire(timeout=0):
                    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
                    shutil.rmtree(folder)
                    gone.append((folder, size))
            except (filelock.Timeout, OSError):
                continue  # being made, or in use
    return gone


def _clear(target: Path) -> None:
    """Delete what killed makers of this folder left; to be called with its lock held."""
    for scratch in target.parent.glob(f"{SCRATCH}{target.name}-*"):
        shutil.rmtree(scratch, ignore_errors=True)


def _manifest(folder: Path) -> dict[str, Any] | None:
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return manifest if {"model", "source", "files"} <= manifest.keys() else None


def _is_whole(folder: Path) -> bool:
    """Whether every file of the manifest is there with its size."""
    manifest = _manifest(folder)
    if manifest is None:
        return False
    try:
        return all((folder / name).stat().st_size == file["size"] for name, file in manifest["files"].items())
    except OSError:
        return False
