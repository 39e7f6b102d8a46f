"""Which GPUs an engine takes; CTranslate2 and torch stand in, since there need be no GPU where this runs."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import ctranslate2
import pytest

from translate_news import models
from translate_news.engine import Decoding, Hardware, ct2, open_engine
from translate_news.engine.devices import Devices, devices_of, one_device_of
from translate_news.errors import ModelUnavailable, UsageError


@pytest.mark.parametrize(
    ("wanted", "gpus", "meant"),
    [
        ("auto", 0, "cpu"),
        ("auto", 3, "cuda:0,1,2"),
        ("cpu", 3, "cpu"),
        ("cuda", 1, "cuda:0"),
        ("cuda", 4, "cuda:0,1,2,3"),
        ("cuda:2", 4, "cuda:2"),
        ("cuda:3,1", 4, "cuda:3,1"),
    ],
)
def test_words_mean_devices(wanted: str, gpus: int, meant: str) -> None:
    """`cuda` and `auto` are all GPUs that are visible, numbers are those, in the order given."""
    assert str(devices_of(wanted, gpus, "CTranslate2")) == meant


@pytest.mark.parametrize("wanted", ["gpu", "cuda:", "cuda:a", "cuda:0,", "cuda:0,0", "cuda:-1", "CUDA", "cuda:١", ""])
def test_other_words_are_refused(wanted: str) -> None:
    """What is no device is wrong usage, with GPUs here and without."""
    with pytest.raises(UsageError, match="--device"):
        devices_of(wanted, 2, "CTranslate2")


def test_a_gpu_that_is_not_there_is_named() -> None:
    """No GPU and too few GPUs say what there is."""
    with pytest.raises(ModelUnavailable, match="CTranslate2 sees no CUDA device here; use --device cpu"):
        devices_of("cuda:1", 0, "CTranslate2")
    with pytest.raises(ModelUnavailable, match="sees no cuda:4 here, only cuda:0 to cuda:1"):
        devices_of("cuda:0,4", 2, "CTranslate2")


def test_torch_takes_one_gpu(caplog: pytest.LogCaptureFixture) -> None:
    """Of many GPUs torch takes the first and says so, or the one named; several named ones are refused."""
    caplog.set_level(logging.INFO, "translate_news")
    assert str(one_device_of("cuda", 4, "torch")) == str(one_device_of("auto", 4, "torch")) == "cuda:0"
    assert "torch uses one GPU, cuda:0, of the 4 here" in caplog.text
    assert str(one_device_of("cuda:3", 4, "torch")) == "cuda:3"
    with pytest.raises(UsageError, match="torch runs a model on one GPU"):
        one_device_of("cuda:0,1", 4, "torch")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A machine of three GPUs, of which the last computes in float16 and not in bfloat16; what its Translator was asked for."""
    asked: dict[str, Any] = {}

    class Translator:
        compute_type = "float16"

        def __init__(self, folder: str, **options: Any) -> None:
            asked.update(options)

        def translate_batch(self, rows: list[list[str]], **options: Any) -> list[Any]:
            asked.update(rows=len(rows), size=options["max_batch_size"])
            raise RuntimeError("as far as a stand-in goes")

    monkeypatch.setattr(ctranslate2, "get_cuda_device_count", lambda: 3)
    monkeypatch.setattr(
        ctranslate2,
        "get_supported_compute_types",
        lambda kind, number: {"float32", "float16"} | ({"bfloat16"} if number < 2 else set()),
    )
    monkeypatch.setattr(ctranslate2, "Translator", Translator)
    monkeypatch.setattr(ct2, "converted", lambda local, quantization: Path("there"))
    return asked


def test_every_gpu_gets_a_copy_and_rows(asked: dict[str, Any]) -> None:
    """All visible GPUs are given to CTranslate2, a batch is small enough that each has one, and all can do the precision."""
    local = models.require(models.choose(models.read_models(), "nl-en-mini"))
    engine = open_engine("ctranslate2", local, Hardware())
    assert engine.device == "cuda:0,1,2"
    assert (asked["device"], asked["device_index"], asked["inter_threads"]) == ("cuda", [0, 1, 2], 1)
    assert asked["compute_type"] == "float16"
    with pytest.raises(RuntimeError, match="stand-in"):
        engine.translate([f"Er vielen {n} buien." for n in range(30)], Decoding())
    assert (asked["rows"], asked["size"]) == (30, 10)
    assert open_engine("ctranslate2", local, Hardware(device="cuda:1")).device == "cuda:1"
    assert (asked["device_index"], asked["compute_type"]) == ([1], "bfloat16")


@pytest.mark.usefixtures("asked")
def test_a_precision_that_one_gpu_lacks_is_refused() -> None:
    """Two precisions in one run would be two texts: what is asked for must hold on all devices."""
    local = models.require(models.choose(models.read_models(), "nl-en-mini"))
    with pytest.raises(UsageError, match=r"cannot do that on cuda:0,1,2 here; it can float16, float32"):
        open_engine("ctranslate2", local, Hardware(compute_type="bfloat16"))


def test_several_devices_of_the_real_library() -> None:
    """CTranslate2 itself makes a copy of the model for each device of a list: twice the CPU gives two, and the same text."""
    local = models.require(models.choose(models.read_models(), "nl-en-mini"))
    hardware = Hardware(threads=1)
    translator, at_once = ct2.open_translator(local, hardware, Devices("cpu", (0, 0)))
    assert translator.num_translators == at_once == 2
    alone, _ = ct2.open_translator(local, hardware, Devices("cpu"))
    rows = [["▁De", "▁trein", "</s>"]] * 4
    said = [[r.hypotheses for r in one.translate_batch(rows, max_batch_size=2)] for one in (translator, alone)]
    assert said[0] == said[1]
