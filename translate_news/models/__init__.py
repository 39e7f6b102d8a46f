"""`models.txt` → which weights, where they lie on this machine, and whether they are whole.

`lines` reads the list, `lock` remembers what was fetched, `local` finds and verifies it, and `hub` fetches: the only
module that asks a hub anything, and only when `pull` or `resolve` is called; `trouble` says what went wrong on the way.
"""

from translate_news.models.hub import pull, remove, resolve
from translate_news.models.lines import HUB_ID, ROLES, Model, Role, add_line, own_file, parse_models, read_models
from translate_news.models.local import (
    MODEL_FILES,
    WEIGHTS,
    FileState,
    LocalModel,
    choose,
    locate,
    missing_files,
    require,
    verify,
)
from translate_news.models.lock import cache_folder, guard, lock_path, sha256_of, turn

__all__ = [
    "HUB_ID",
    "MODEL_FILES",
    "ROLES",
    "WEIGHTS",
    "FileState",
    "LocalModel",
    "Model",
    "Role",
    "add_line",
    "cache_folder",
    "choose",
    "guard",
    "locate",
    "lock_path",
    "missing_files",
    "own_file",
    "parse_models",
    "pull",
    "read_models",
    "remove",
    "require",
    "resolve",
    "sha256_of",
    "turn",
    "verify",
]
