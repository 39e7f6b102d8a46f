"""`models.txt` → which weights, where they lie on this machine, and whether they are whole.

The only module that asks the hub client anything. Nothing here downloads unless `pull` is called.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Literal

import platformdirs

from translate_news.errors import ModelUnavailable, SettingsError

Role = Literal["translate", "headline"]
ROLES: tuple[Role, ...] = ("translate", "headline")
FIELDS = ("name", "role", "source", "revision", "checks", "licence", "prefix")
SCHEMES = ("bundled", "hub", "path")
WEIGHTS = ("model.safetensors", "pytorch_model.bin")
NEEDED = ("config.json", "vocab.json", "source.spm", "target.spm")
TOKENIZERS = ("source.spm", "tokenizer.json", "vocab.json", "spiece.model")  # a headline model has one of these
HUB_FILES = ["*.json", "*.spm", "*.model", "merges.txt", "model.safetensors", "pytorch_model.bin", "README.md"]


@dataclass(frozen=True, slots=True)
class Model:
    """One line of models.txt."""

    name: str
    role: Role
    source: str
    revision: str = "-"
    checks: str = "-"
    licence: str = "-"
    prefix: str = "-"

    @property
    def scheme(self) -> str:
        """`bundled`, `hub` or `path`."""
        return self.source.partition(":")[0]

    @property
    def where(self) -> str:
        """What follows the scheme: a bundled name, a hub id or a folder."""
        return self.source.partition(":")[2]


@dataclass(frozen=True, slots=True)
class LocalModel:
    """A model whose files are on this machine, in one folder."""

    model: Model
    folder: Path
    revision: str

    @property
    def weights(self) -> Path:
        """The weights file; safetensors before pickled."""
        return next(path for name in WEIGHTS if (path := self.folder / name).is_file())

    def weights_hash(self) -> str:
        """SHA-256 of the weights file, in hex; reads all of it."""
        with self.weights.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def read_models(user_file: Path | None = None) -> list[Model]:
    """All known models: those of the package's list, with a user's own lines before them (same name: the user's wins).

    `user_file` is `--models-file`; without it the config folder's `models.txt` is read when it is there.

    Raises:
        SettingsError: a line that is wrong, named with its file and number, or a file that is not there.
    """
    own: list[Model] = []
    configured = platformdirs.user_config_path("translate-news") / "models.txt"
    if user_file is not None or configured.is_file():
        path = user_file or configured
        try:
            own = parse_models(path.read_text(encoding="utf-8"), str(path))
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"{path}: cannot be read as a list of models: {error}") from error
    names = {model.name for model in own}
    shipped = parse_models(_shipped_list(), "models.txt")
    return [model for model in shipped if model.name not in names] + own


def parse_models(text: str, name: str) -> list[Model]:
    """Parse the lines of a models file; see the head of models.txt for the columns.

    Raises:
        SettingsError: the first wrong line, with its number and what would be right.
    """
    found: dict[str, Model] = {}
    for number, line in enumerate(text.splitlines(), 1):
        words = re.sub(r"(^|\s)#.*", "", line).split()
        if not words:
            continue
        try:
            model = _parse_line(words)
        except ValueError as error:
            raise SettingsError(f"{name}, line {number}: {error}") from None
        if model.name in found:
            raise SettingsError(f"{name}, line {number}: the name {model.name!r} stands twice; give each model its own")
        found[model.name] = model
    return list(found.values())


def _parse_line(words: list[str]) -> Model:
    if not 3 <= len(words) <= len(FIELDS):
        raise ValueError(
            f"has {len(words)} columns; wanted are {len(FIELDS)}: {', '.join(FIELDS)} (- where there is none)"
        )
    row = dict(zip(FIELDS, words + ["-"] * (len(FIELDS) - len(words)), strict=True))
    role = next((known for known in ROLES if known == row["role"]), None)
    if role is None:
        raise ValueError(f"role {row['role']!r} is not one of {', '.join(ROLES)}")
    scheme, colon, where = row["source"].partition(":")
    if scheme not in SCHEMES or not colon or not where:
        raise ValueError(f"source {row['source']!r} does not begin with one of {', '.join(s + ':' for s in SCHEMES)}")
    if scheme == "hub" and not re.fullmatch(r"[\w.-]+/[\w.-]+", where):
        raise ValueError(f"source {row['source']!r} is not a hub id; wanted is hub:OWNER/NAME")
    if row["checks"] != "-" and not re.fullmatch(r"sha256:[0-9a-f]{64}", row["checks"]):
        raise ValueError(f"checks {row['checks']!r} is neither - nor sha256: with 64 hex digits")
    return Model(row["name"], role, row["source"], row["revision"], row["checks"], row["licence"], row["prefix"])


def _shipped_list() -> str:
    packaged = files("translate_news") / "models.txt"
    if packaged.is_file():
        return packaged.read_text(encoding="utf-8")
    return (Path(__file__).parent.parent / "models.txt").read_text(encoding="utf-8")  # a source checkout


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
    if re.fullmatch(r"[\w.-]+/[\w.-]+", wanted):
        return Model(wanted, role, f"hub:{wanted}", "main")
    names = ", ".join(model.name for model in known)
    raise ModelUnavailable(
        f"no model is called {wanted!r}; known are {names}, a folder, or a hub id such as OWNER/NAME"
    )


def locate(model: Model) -> LocalModel | None:
    """Where a model's files lie on this machine, or None when any of them is missing. Opens no connection."""
    if model.scheme == "hub":
        folder, revision = _hub_folder(model)
    elif model.scheme == "bundled":
        folder, revision = Path(str(files("translate_news") / "data" / "models" / model.where)), "bundled"
    else:
        folder, revision = Path(model.where).expanduser(), "local"
    if folder is None or missing_files(folder, model.role):
        return None
    return LocalModel(model, folder, revision)


def missing_files(folder: Path, role: Role = "translate") -> list[str]:
    """The files that a model folder lacks: a translation model is Marian, a headline model of any kind."""
    needed = NEEDED if role == "translate" else ("config.json",)
    missing = [name for name in needed if not (folder / name).is_file()]
    if role == "headline" and not any((folder / name).is_file() for name in TOKENIZERS):
        missing.append(" or ".join(TOKENIZERS))
    if not any((folder / name).is_file() for name in WEIGHTS):
        missing.append(" or ".join(WEIGHTS))
    return missing


def _hub_folder(model: Model) -> tuple[Path | None, str]:
    from huggingface_hub import try_to_load_from_cache

    revision = None if model.revision == "-" else model.revision
    found = try_to_load_from_cache(model.where, "config.json", revision=revision)
    if not isinstance(found, str):
        return None, ""
    folder = Path(found).parent
    return folder, folder.name


def require(model: Model) -> LocalModel:
    """The model on this machine, checked against its pin.

    Raises:
        ModelUnavailable: not here (the message has the command that fetches it), or not what was pinned.
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
    if model.checks != "-" and local.weights_hash() != model.checks.removeprefix("sha256:"):
        raise ModelUnavailable(
            f"the weights of {model.name} are not those that models.txt pins ({model.checks[:19]}…): {local.weights}; "
            f"fetch them again or change the pin"
        )
    return local


def pull(model: Model) -> LocalModel:
    """Fetch a hub model's files into the hub client's own cache, and check them; a no-op when they are here.

    Raises:
        ModelUnavailable: not a hub model, no connection, no such model, or not what was pinned.
    """
    if model.scheme != "hub":
        return require(model)
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    revision = None if model.revision == "-" else model.revision
    try:
        snapshot_download(model.where, revision=revision, allow_patterns=HUB_FILES)
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
        reason = str(error).strip().splitlines()[0]
        raise ModelUnavailable(f"{model.where} cannot be fetched: {reason}") from error
    return require(model)
