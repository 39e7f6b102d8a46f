"""`models.txt`: which models there are and where they come from, one a line; read, and added to."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Literal

import platformdirs

from translate_news.errors import SettingsError

Role = Literal["translate", "headline"]
ROLES: tuple[Role, ...] = ("translate", "headline")
FIELDS = ("name", "role", "source", "revision", "checks", "licence", "prefix")
SCHEMES = ("bundled", "hub", "path")
HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")
COMMIT = re.compile(r"[0-9a-f]{40}")


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
    def line(self) -> str:
        """The model as a line of models.txt."""
        return "  ".join(getattr(self, field) for field in FIELDS)

    @property
    def wanted_revision(self) -> str:
        """The revision to ask the hub for: a commit, a branch or a tag."""
        return "main" if self.revision == "-" else self.revision

    @property
    def scheme(self) -> str:
        """`bundled`, `hub` or `path`."""
        return self.source.partition(":")[0]

    @property
    def where(self) -> str:
        """What follows the scheme: a bundled name, a hub id or a folder."""
        return self.source.partition(":")[2]


def read_models(user_file: Path | None = None) -> list[Model]:
    """All known models: those of the package's list, with a user's own lines before them (same name: the user's wins).

    `user_file` is `--models-file`; without it the config folder's `models.txt` is read when it is there.

    Raises:
        SettingsError: a line that is wrong, named with its file and number, or a file that is not there.
    """
    own: list[Model] = []
    configured = own_file()
    if user_file is not None or configured.is_file():
        path = user_file or configured
        try:
            own = parse_models(path.read_text(encoding="utf-8"), str(path))
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"{path}: cannot be read as a list of models: {error}") from error
    names = {model.name for model in own}
    shipped = parse_models(_shipped_list(), "models.txt")
    return [model for model in shipped if model.name not in names] + own


def own_file() -> Path:
    """The user's own models.txt, in the config folder; it need not be there."""
    return platformdirs.user_config_path("translate-news") / "models.txt"


def add_line(model: Model, user_file: Path | None = None) -> Path:
    """Add a model to the user's own models file, which is written whole; a line of the same name is replaced.

    Raises:
        SettingsError: the file cannot be read or written, or holds a wrong line.
    """
    path = user_file or own_file()
    try:
        text = (
            path.read_text(encoding="utf-8") if path.is_file() else "# My models for translate-news; see models.txt\n"
        )
        parse_models(text, str(path))
        kept = [line for line in text.splitlines() if line.split()[:1] != [model.name]]
        text = "\n".join([*kept, model.line]) + "\n"
        parse_models(text, str(path))
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.{os.getpid()}")
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: cannot be written: {error}") from error
    return path


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
    if scheme == "hub" and not HUB_ID.fullmatch(where):
        raise ValueError(f"source {row['source']!r} is not a hub id; wanted is hub:OWNER/NAME")
    if row["checks"] != "-" and not re.fullmatch(r"sha256:[0-9a-f]{64}", row["checks"]):
        raise ValueError(f"checks {row['checks']!r} is neither - nor sha256: with 64 hex digits")
    return Model(row["name"], role, row["source"], row["revision"], row["checks"], row["licence"], row["prefix"])


def _shipped_list() -> str:
    packaged = files("translate_news") / "models.txt"
    if packaged.is_file():
        return packaged.read_text(encoding="utf-8")
    return (Path(__file__).parent.parent.parent / "models.txt").read_text(encoding="utf-8")  # a source checkout
