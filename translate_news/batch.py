"""Files that appear whole: written beside their place, synced, renamed."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """Write a text file in UTF-8 so that a reader sees the old file or the new one, never a part.

    Raises:
        OSError: no space, no permission; the old file is untouched and nothing is left beside it.
    """
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", newline="", dir=path.parent, delete=False) as file:
        beside = Path(file.name)
        try:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
            umask = os.umask(0)
            os.umask(umask)
            beside.chmod(0o666 & ~umask)
            beside.replace(path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
