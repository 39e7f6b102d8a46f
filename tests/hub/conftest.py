"""A loopback hub with replicas, and the command run against it with the real client, in folders of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from loopback import Hub, serving


@pytest.fixture(scope="session")
def hub() -> Iterator[Hub]:
    """One hub for the whole run; each test brings a repository of its own."""
    with serving() as served:
        yield served


@dataclass
class Desk:
    """A person's machine: a home of its own, the command, and the way to the hub."""

    home: Path
    hub: Hub

    @property
    def environment(self) -> dict[str, str]:
        """The environment of the command."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("HF_") and "proxy" not in name.lower()
        }
        return kept | {
            "HOME": str(self.home), "XDG_CACHE_HOME": str(self.home / "cache"), "XDG_CONFIG_HOME": str(self.home / "config"),
            "HF_ENDPOINT": self.hub.endpoint, "HF_HOME": str(self.home / "hf"), "OMP_NUM_THREADS": "1",
        }  # fmt: skip

    @property
    def cache(self) -> Path:
        """Our own cache."""
        return self.home / "cache" / "translate-news"

    def command(self, *words: str | Path) -> list[str]:
        """The command line."""
        return [sys.executable, "-m", "translate_news", *map(str, words)]

    def run(
        self, *words: str | Path, stdin: str = "Het regent.", **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run the command to its end."""
        return subprocess.run(
            self.command(*words), input=stdin, capture_output=True, text=True, check=False, timeout=900,
            env=self.environment | environment, cwd=self.home,
        )  # fmt: skip

    def start(self, *words: str | Path, **environment: str) -> subprocess.Popen[str]:
        """Start the command and leave it running, in a process group of its own."""
        return subprocess.Popen(
            self.command(*words), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
            env=self.environment | environment, cwd=self.home,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # tests that run under nohup or & inherit its being ignored
        )  # fmt: skip

    def ok(self, *words: str | Path, **environment: str) -> str:
        """Run the command, which must succeed; its output."""
        done = self.run(*words, **environment)
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout

    def refused(self, code: int, *words: str | Path, says: str, **environment: str) -> str:
        """Run the command, which must fail clearly: exit code, no traceback, and one last line that says what."""
        done = self.run(*words, **environment)
        failed(done, code, says)
        return done.stderr

    def leftovers(self) -> list[Path]:
        """Partial files and scratch folders, which no finished run may leave."""
        return [path for pattern in ("**/*.incomplete", "**/.making-*") for path in self.home.glob(pattern)]


@pytest.fixture
def desk(tmp_path: Path, hub: Hub) -> Desk:
    """A machine with nothing on it."""
    return Desk(tmp_path, hub)


def failed(done: subprocess.CompletedProcess[str], code: int, says: str) -> None:
    """A command failed clearly: with its exit code, no traceback, and one last line that says what."""
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("translate-news: ")
    assert says in last, last


def until(found: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something is so; it must become so."""
    end = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < end, f"did not come about in {seconds} s"
        time.sleep(0.01)


def kill(process: subprocess.Popen[str]) -> None:
    """Kill a started command and its children, as a power cut would."""
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
