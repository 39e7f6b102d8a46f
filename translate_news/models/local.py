"""Models on this machine: where their files lie, whether they are whole, and which is meant. Opens no connection."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from translate_news.errors import ModelUnavailable
from translate_news.models.lines import HUB_ID, Model, Role
from translate_news.models.lock import key_of, read_records, sha256_of

WEIGHTS = ("model.safetensors", "pytorch_model.bin")
NEEDED: dict[Role, tuple[tuple[str, ...], ...]] = {  # role → sets of files, one of which a model must have
    "translate": (("config.json", "vocab.json", "source.spm", "target.spm"),),
    "headline": (  # of any kind that transformers knows
        ("config.json", "vocab.json", "source.spm", "target.spm"),
        ("config.json", "tokenizer.json"),
        ("config.json", "vocab.json", "merges.txt"),
        ("config.json", "spiece.model"),
    ),
}
MODEL_FILES = (  # all that we ever fetch, load or record: no code, and no pickle but the weights
    "config.json", "generation_config.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
    "tokenizer.json", "vocab.json", "merges.txt", "source.spm", "target.spm", "spiece.model", *WEIGHTS,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LocalModel:
    """A model whose files are on this machine, in one folder; `recorded` is name → SHA-256 from the lock file."""

    model: Model
    folder: Path
    revision: str
    recorded: Mapping[str, str] = field(default_factory=dict)

    @property
    def weights(self) -> Path:
        """The weights file; safetensors before pickled."""
        return next(path for name in WEIGHTS if (path := self.folder / name).is_file())

    @property
    def files(self) -> list[Path]:
        """The files that decide what the model says: weights, settings and tokenizer."""
        spare = {name for name in WEIGHTS if name != self.weights.name}
        paths = [self.folder / name for name in sorted(MODEL_FILES) if name not in spare]
        return [path for path in paths if path.is_file()]

    @property
    def size(self) -> int:
        """Bytes of `files`."""
        return sum(path.stat().st_size for path in self.files)

    def weights_hash(self) -> str:
        """SHA-256 of the weights file, in hex; reads all of it once a process."""
        return sha256_of(self.weights)

    def content_hash(self) -> str:
        """One SHA-256 over all `files`, in hex: what is made from the model is kept under it."""
        sums = "".join(f"{sha256_of(path)}  {path.name}\n" for path in self.files)
        return hashlib.sha256(sums.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class FileState:
    """One file of a model as `verify` found it: `ok`, `changed`, `missing`, or `unknown` (nothing to compare with)."""

    name: str
    state: str


def locate(model: Model) -> LocalModel | None:
    """Where a model's files lie on this machine, or None when any of them is missing.

    A hub model is here when it was fetched whole and recorded: files that another program left in the hub's cache, or
    that a killed download left half, do not count.
    """
    recorded: Mapping[str, str] = {}
    if model.scheme == "hub":
        record = read_records().get(key_of(model))
        if record is None or not all((record.folder / name).is_file() for name in record.files):
            return None
        folder, revision, recorded = record.folder, record.commit, record.files
    elif model.scheme == "bundled":
        folder, revision = Path(str(files("translate_news") / "data" / "models" / model.where)), "bundled"
    else:
        folder, revision = Path(model.where).expanduser(), "local"
    return None if missing_files(folder, model.role) else LocalModel(model, folder, revision, recorded)


def missing_files(folder: Path, role: Role = "translate") -> list[str]:
    """The files that a model folder lacks."""
    here = [name for name in MODEL_FILES if (folder / name).is_file()]
    return lacking(here, role)


def lacking(names: Iterable[str], role: Role) -> list[str]:
    """The files that a model of a role needs and `names` has not: those of the set that is nearest to complete."""
    here = set(names)
    missing = min(([name for name in one if name not in here] for one in NEEDED[role]), key=len)
    if not here.intersection(WEIGHTS):
        missing.append(" or ".join(WEIGHTS))
    return missing


def choose(models: Iterable[Model], wanted: str | None, role: Role = "translate") -> Model:
    """The model that a name, a folder or a hub id stands for; without one, the best that is on this machine.

    Raises:
        ModelUnavailable: no such name, or nothing is here.
    """
    known = [model for model in models if model.role == role]
    if wanted is None:
        here = [model for model in known if locate(model)]
        if not here:
            raise ModelUnavailable(
                f"no model for the role {role!r} is on this machine; see: translate-news models list"
            )
        return here[-1]
    for model in known:
        if model.name == wanted:
            return model
    if Path(wanted).is_dir():
        return Model(Path(wanted).resolve().name, role, f"path:{wanted}")
    if HUB_ID.fullmatch(wanted):
        return Model(wanted, role, f"hub:{wanted}", "main")
    names = ", ".join(model.name for model in known)
    raise ModelUnavailable(
        f"no model is called {wanted!r}; known are {names}, a folder, or a hub id such as OWNER/NAME"
    )


def require(model: Model) -> LocalModel:
    """The model on this machine, every recorded or pinned file of it compared with its SHA-256.

    Raises:
        ModelUnavailable: not here (the message has the command that fetches it), or not what was recorded or pinned.
    """
    local = locate(model)
    if local is None:
        if model.scheme == "hub":
            raise ModelUnavailable(
                f"the model {model.name} is not on this machine; fetch it once with: translate-news models pull {model.name}"
            )
        folder = Path(model.where).expanduser() if model.scheme == "path" else Path(model.where)
        lacks = ", ".join(missing_files(folder, model.role)) or "its files"
        raise ModelUnavailable(f"the model {model.name} ({model.source}) lacks {lacks}")
    for found in verify(local):
        if found.state == "changed":
            path = local.folder / found.name
            again = (
                f"fetch it again with: translate-news models pull {model.name}"
                if model.scheme == "hub"
                else "put the old file back, or change the pin in models.txt"
            )
            raise ModelUnavailable(
                f"{model.name}: {path} is not the file that models.txt pins or that was fetched; {again}"
            )
    return local


def verify(local: LocalModel) -> list[FileState]:
    """Compare every file of a model with the SHA-256 that was recorded when it was fetched, or that models.txt pins."""
    wanted = dict(local.recorded)
    if local.model.checks != "-":
        wanted[local.weights.name] = local.model.checks.removeprefix("sha256:")
    names = sorted({path.name for path in local.files} | set(wanted))
    return [FileState(name, _state(local.folder / name, wanted.get(name))) for name in names]


def _state(path: Path, wanted: str | None) -> str:
    if not path.is_file():
        return "missing"
    if wanted is None:
        return "unknown"
    return "ok" if sha256_of(path) == wanted else "changed"
