"""A Marian model for CTranslate2, converted in a process of its own.

So torch and transformers, and the memory that they take, are gone when translation begins.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PROGRAM = (
    "import sys; sys.path.append(sys.argv.pop(1)); from translate_news.engine.convert import main; main(*sys.argv[1:])"
)


def convert(source: Path, target: Path, quantization: str) -> str | None:
    """Convert the model in the folder `source` into the empty folder `target`; what went wrong, or None."""
    # -P: a folder called translate_news where the person happens to stand is not ours
    command = [sys.executable, "-P", "-c", PROGRAM, str(ROOT), str(source), str(target), quantization]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (
        None if done.returncode == 0 else done.stderr.strip().rpartition("\n")[2] or f"it ended with {done.returncode}"
    )


def main(source: str, target: str, quantization: str) -> None:
    """The child: what fails is its last line on stderr."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    from translate_news.engine.torch import quiet_transformers

    quiet_transformers()
    from ctranslate2.converters import TransformersConverter

    try:
        TransformersConverter(source).convert(target, quantization=quantization, force=True)
    except (OSError, RuntimeError, ValueError, LookupError, NotImplementedError) as error:
        sys.exit(str(error).strip().partition("\n")[0] or type(error).__name__)
