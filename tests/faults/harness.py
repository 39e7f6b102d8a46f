"""A folder run that can be killed where it hurts: `python harness.py LOG [AT] -- ARGUMENTS of translate-news`.

The engine echoes, and writes the name of each page that it was asked for to LOG. With AT, the process is killed by SIGKILL
at the AT-th call that changes the disk, half of that call's bytes written where it writes.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Any

import translate_news.batch.windows as batch_windows
from translate_news import pipeline
from translate_news.document import Page, Translation

batch_windows.WINDOW_PAGES = int(os.environ.get("WINDOW", "7"))
CHANGES = ("write", "pwrite", "fsync", "rename", "replace", "mkdir", "ftruncate", "unlink", "rmdir")


def log_pages(log: str) -> None:
    """Have each page that is translated written down, before its translation is."""
    plain = pipeline.translate
    descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    write = os.write  # the one that does not kill

    def translate(pages: Sequence[Page], *arguments: Any, **named: Any) -> list[Translation]:
        write(descriptor, "".join(f"{page.name}\n" for page in pages).encode())
        return plain(pages, *arguments, **named)

    import translate_news.cli.translate as command

    command.translate = translate  # type: ignore[attr-defined]


def kill_at(number: int) -> None:
    """Die at the given call that changes the disk."""
    lock = threading.Lock()
    left = number

    def dying(name: str, plain: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            nonlocal left
            with lock:
                left -= 1
                last = left == 0
            if last:
                if name == "pwrite":
                    descriptor, data, offset = arguments
                    plain(descriptor, bytes(data)[: len(data) // 2], offset)
                os.kill(os.getpid(), signal.SIGKILL)
            return plain(*arguments, **named)

        return call

    for name in CHANGES:
        setattr(os, name, dying(name, getattr(os, name)))


if __name__ == "__main__":
    log, *rest = sys.argv[1 : sys.argv.index("--")]
    log_pages(log)
    if rest:
        kill_at(int(rest[0]))
    sys.argv = ["translate-news", *sys.argv[sys.argv.index("--") + 1 :]]
    from translate_news import cli

    cli.main()
