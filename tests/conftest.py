"""Shared by all tests: caches and settings lie in a temporary folder, and nothing reaches a network."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ["HF_HUB_OFFLINE"] = "1"


@pytest.fixture(scope="session")
def cache_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache for the whole run: the bundled model is converted once."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def _homes(cache_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache_home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.delenv("COLUMNS", raising=False)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Flags for what takes long: `--cluster`, `--long-faults` for tests/faults, `--full-replica` for tests/hub."""
    parser.addoption("--cluster", action="store_true", help="tests that start a Ray cluster on this machine")
    parser.addoption("--long-faults", action="store_true", help="all kills and faults, not a sample of them")
    parser.addoption("--full-replica", action="store_true", help="models of the true shape, from hub to English")


@pytest.fixture
def long_faults(request: pytest.FixtureRequest) -> bool:
    """Whether the long form was asked for."""
    return bool(request.config.getoption("--long-faults"))
