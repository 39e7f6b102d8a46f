"""Hub models, fetched once: huggingface_hub does the fetching, this module decides what, checks it, and records it.

The only module that asks a hub anything. huggingface_hub reads its settings (`HF_ENDPOINT`, `HF_HOME`, `HF_TOKEN`,
`HF_HUB_OFFLINE`, proxies) when it is imported, which happens here and late.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import filelock

from translate_news.errors import ModelUnavailable
from translate_news.models.lines import COMMIT, Model, Role
from translate_news.models.local import MODEL_FILES, WEIGHTS, LocalModel, lacking, locate, require, verify
from translate_news.models.lock import Record, git_sum_of, key_of, read_records, sha256_of, turn, write_record
from translate_news.models.trouble import WrongBytes, client_errors, reason, retried

NOTICES = logging.getLogger("translate_news")
SPARE = 64 << 20  # bytes to leave free on the disk


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file on the hub: `sha256` where it is in the large-file store, else its git blob id; both in hex."""

    size: int
    sha256: str | None
    git: str | None


@dataclass(frozen=True, slots=True)
class RemoteModel:
    """A hub model at one commit: the files that we would fetch, and its licence as the hub tells it (or -)."""

    commit: str
    files: Mapping[str, RemoteFile]
    licence: str = "-"

    @property
    def weights(self) -> RemoteFile:
        """The weights file that we would fetch."""
        return next(self.files[name] for name in WEIGHTS if name in self.files)


def pull(model: Model, update: bool = False, tries: int = 4) -> LocalModel:
    """Fetch a hub model's files into the hub client's own cache, check each, and record them; nothing when all are here.

    The files are those of the commit that the lock file has for this id and revision; `update` resolves the revision
    again. Two pulls of the same model take turns. What fails in passing is tried `tries` times, with 1, 2, 4, … s between.

    Raises:
        ModelUnavailable: no connection, no such model, no access, no room, or not what was pinned or recorded.
    """
    if model.scheme != "hub":
        return require(model)
    key = key_of(model)
    with turn(f"pull-{key}", f"another process is fetching {key}"):
        record = read_records().get(key)
        if record and not update and _whole(model):
            return require(model)
        try:
            return _fetch(model, record, update, tries)
        except client_errors() as error:
            raise ModelUnavailable(f"{model.where} cannot be fetched: {reason(error, model)}") from error


def resolve(hub_id: str, revision: str, role: Role, tries: int = 4) -> RemoteModel:
    """Ask the hub which commit a revision is, and which files of ours it has.

    Raises:
        ModelUnavailable: no connection, no such model, no access, or not a model that we can run.
    """
    model = Model(hub_id, role, f"hub:{hub_id}", revision)
    try:
        return retried(lambda: _ask(model, revision), tries)
    except client_errors() as error:
        raise ModelUnavailable(f"{hub_id} cannot be looked up: {reason(error, model)}") from error


def remove(model: Model) -> int:
    """Take a hub model off this machine: its files from the hub client's cache, and its record. Bytes freed."""
    key = key_of(model)
    with turn(f"pull-{key}", f"another process is fetching {key}"):
        record = read_records().get(key)
        if record is None:
            raise ModelUnavailable(f"the model {model.name} is not on this machine: nothing to remove")
        write_record(key, None)
        if any(other.folder == record.folder for other in read_records().values()):
            return 0  # another name's record still needs these files
        from huggingface_hub import scan_cache_dir
        from huggingface_hub.errors import CacheNotFound

        try:
            plan = scan_cache_dir(record.folder.parent.parent.parent).delete_revisions(record.commit)
        except (CacheNotFound, ValueError):
            return 0
        plan.execute()
        return plan.expected_freed_size


def _whole(model: Model) -> bool:
    local = locate(model)
    if local is None:
        return False
    bad = [found.name for found in verify(local) if found.state == "changed"]
    for name in bad:
        NOTICES.warning("%s: %s has changed since it was fetched; fetching it again", model.name, name)
        _throw_away(local.folder / name)
    return not bad


def _fetch(model: Model, record: Record | None, update: bool, tries: int) -> LocalModel:
    """Resolve, download, compare, record."""
    from huggingface_hub import constants

    wanted = record.commit if record and not update else model.wanted_revision
    if constants.HF_HUB_OFFLINE:
        return _adopt(model, wanted)
    remote = retried(lambda: _ask(model, wanted), tries)
    if COMMIT.fullmatch(wanted) and remote.commit != wanted:
        raise ModelUnavailable(f"{model.where}: the hub gives commit {remote.commit} where {wanted} is pinned")
    folder = retried(lambda: _download(model, remote), tries)
    sums = {name: sha256_of(folder / name) for name in remote.files}
    if record and record.commit == remote.commit:
        for name, recorded in record.files.items():
            if sums.get(name, recorded) != recorded:
                _throw_away(folder / name)
                raise ModelUnavailable(
                    f"{model.where}: the hub now gives another {name} for commit {remote.commit} than was recorded; "
                    f"if you trust it: translate-news models remove {model.name}, then pull it again"
                )
    return _recorded(model, Record(remote.commit, folder, sums))


def _recorded(model: Model, record: Record) -> LocalModel:
    """Check the pin of models.txt, write the record, and hand the model out."""
    local = LocalModel(model, record.folder, record.commit, record.files)
    if model.checks != "-" and local.weights_hash() != model.checks.removeprefix("sha256:"):
        raise ModelUnavailable(
            f"the weights of {model.where} at commit {record.commit} are sha256:{local.weights_hash()}, and models.txt pins "
            f"{model.checks} for {model.name}: it is another model, or the pin is wrong"
        )
    write_record(key_of(model), record)
    return require(model)


def _ask(model: Model, revision: str) -> RemoteModel:
    from huggingface_hub import HfApi, constants

    seconds = constants.HF_HUB_DOWNLOAD_TIMEOUT
    info = HfApi(library_name="translate-news").model_info(
        model.where, revision=revision, files_metadata=True, timeout=seconds
    )
    found = {
        sibling.rfilename: RemoteFile(
            sibling.size or 0, sibling.lfs.sha256 if sibling.lfs else None, None if sibling.lfs else sibling.blob_id
        )
        for sibling in info.siblings or []
        if sibling.rfilename in MODEL_FILES
    }
    missing = lacking(found, model.role)
    if missing or not info.sha:
        raise ModelUnavailable(
            f"{model.where} has not the files of a model that we can run as {model.role}: it lacks {', '.join(missing)}"
        )
    if all(name in found for name in WEIGHTS):
        del found[WEIGHTS[1]]  # safetensors are preferred to a pickle
    licence = next((tag.partition(":")[2] for tag in info.tags or [] if tag.startswith("license:")), "-")
    return RemoteModel(info.sha, found, licence)


def _download(model: Model, remote: RemoteModel) -> Path:
    """Have the client bring the files into its cache; compare them with the sums that the hub states."""
    from huggingface_hub import constants, snapshot_download

    home = Path(constants.HF_HUB_CACHE)
    storage = home / f"models--{model.where.replace('/', '--')}"
    folder = storage / "snapshots" / remote.commit
    _sweep(home, storage)
    missing = [file.size for name, file in remote.files.items() if not (folder / name).is_file()]
    _check_room(home, sum(missing))
    snapshot_download(
        model.where, revision=remote.commit, allow_patterns=list(remote.files), library_name="translate-news"
    )
    bad = [name for name, file in remote.files.items() if not _as_stated(folder / name, file)]
    for name in bad:
        _throw_away(folder / name)
    if bad:
        raise WrongBytes(f"{', '.join(bad)} arrived with other content than the hub states")
    return folder


def _adopt(model: Model, revision: str) -> LocalModel:
    """Record files that another program has fetched, when the hub may not be asked."""
    from huggingface_hub import constants, snapshot_download

    storage = Path(constants.HF_HUB_CACHE) / f"models--{model.where.replace('/', '--')}"
    try:
        folder = Path(
            snapshot_download(model.where, revision=revision, allow_patterns=list(MODEL_FILES), local_files_only=True)
        )
    except OSError as error:
        raise ModelUnavailable(
            f"{model.where} is not in {storage}, and HF_HUB_OFFLINE forbids asking the hub; "
            f"unset it, then: translate-news models pull {model.name}"
        ) from error
    missing = lacking([path.name for path in folder.iterdir()], model.role)
    if missing:
        raise ModelUnavailable(
            f"{model.where} in {folder} lacks {', '.join(missing)}; with a connection: translate-news models pull {model.name}"
        )
    files = LocalModel(model, folder, folder.name).files
    NOTICES.warning(
        "%s was found in the hub's cache and recorded as it is: the hub could not be asked for its sums", model.where
    )
    return _recorded(model, Record(folder.name, folder, {path.name: sha256_of(path) for path in files}, "found"))


def _as_stated(path: Path, file: RemoteFile) -> bool:
    if file.sha256:
        return sha256_of(path) == file.sha256
    return file.git is None or git_sum_of(path) == file.git


def _throw_away(pointer: Path) -> None:
    """Delete a file of a snapshot and the blob that it points to, so that the client fetches it anew."""
    blob = pointer.resolve()
    pointer.unlink(missing_ok=True)
    blob.unlink(missing_ok=True)


def _sweep(home: Path, storage: Path) -> None:
    """Delete what killed downloads left: partial files that no living process holds the client's lock for."""
    for partial in storage.glob("blobs/*.incomplete"):
        lock = home / ".locks" / storage.name / f"{partial.name.partition('.')[0]}.lock"
        lock.parent.mkdir(parents=True, exist_ok=True)
        try:
            with filelock.FileLock(lock, timeout=0):
                partial.unlink(missing_ok=True)
        except filelock.Timeout:
            continue


def _check_room(home: Path, size: int) -> None:
    there = next(path for path in (home, *home.parents) if path.is_dir())
    free = shutil.disk_usage(there).free
    if size + SPARE > free:
        raise ModelUnavailable(
            f"no room: {size / 1e6:.0f} MB are to be fetched and {there} has {free / 1e6:.0f} MB free; make room, or set "
            f"HF_HOME to a folder on another disk"
        )
