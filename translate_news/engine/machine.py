"""What this machine has for a model to run on: libraries, cores, instruction sets, devices, and a trial of each model."""

from __future__ import annotations

import platform
import time
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from translate_news.engine import Decoding, Hardware, open_engine
from translate_news.engine.ct2 import cores, ctranslate2_types
from translate_news.errors import TranslateNewsError
from translate_news.models import LocalModel

LIBRARIES = ("ctranslate2", "torch", "transformers", "huggingface-hub", "safetensors", "sentencepiece", "sacremoses")
SETS = ("sse4_1", "avx", "avx2", "avx512f", "avx512_vnni", "avx_vnni", "avx512_bf16", "amx_int8", "asimd", "sve")
TRIAL = "De trein naar Zwolle is 20 minuten te laat."


@dataclass(frozen=True, slots=True)
class Trial:
    """One sentence through one engine: the English, or what went wrong; seconds with opening."""

    model: str
    engine: str
    english: str
    fault: str
    seconds: float


def libraries() -> dict[str, str]:
    """The version of each library that engines need, or what keeps it from loading."""
    found = {}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
            import_module(name.replace("-", "_"))
        except PackageNotFoundError:
            found[name] = "missing"
        except (ImportError, OSError, RuntimeError) as error:
            found[name] = f"broken: {error}".partition("\n")[0]
    return found


def processor() -> dict[str, Any]:
    """The processor: its name, the cores that we may use, and the instruction sets that make engines fast."""
    text = Path("/proc/cpuinfo").read_text(encoding="utf-8") if Path("/proc/cpuinfo").is_file() else ""
    rows: dict[str, str] = {}
    for line in text.splitlines():
        key, _, value = line.partition(":")
        rows.setdefault(key.strip(), value.strip())
    flags = rows.get("flags", rows.get("Features", "")).split()
    name = rows.get("model name") or platform.processor() or platform.machine()
    return {"name": name, "cores": cores(), "instruction_sets": [one for one in SETS if one in flags]}


def devices() -> dict[str, dict[str, Any]]:
    """The devices that each engine sees, and the types it can compute in there."""
    import ctranslate2
    import torch

    seen = {"cpu": {"name": platform.machine(), "ctranslate2": ctranslate2_types("cpu")}}
    for index in range(ctranslate2.get_cuda_device_count()):
        seen[f"cuda:{index}"] = {"name": "", "ctranslate2": ctranslate2_types("cuda", index)}
    for index in range(torch.cuda.device_count()):
        seen.setdefault(f"cuda:{index}", {"ctranslate2": []})["name"] = torch.cuda.get_device_name(index)
    return seen


def trial(local: LocalModel, engine: str = "ctranslate2") -> Trial:
    """Translate one sentence with a model; whatever goes wrong is in the result."""
    started = time.monotonic()
    english, fault = "", ""
    try:
        opened = open_engine(engine, local, Hardware("cpu", 1))
        english = opened.translate([TRIAL], Decoding(beam=1))[0].text
        fault = "" if english.strip() else "nothing came out"
    except TranslateNewsError as error:
        fault = str(error)
    except (RuntimeError, ValueError, OSError, LookupError) as error:
        fault = f"{type(error).__name__}: {error}".partition("\n")[0]
    return Trial(local.model.name, engine, english, fault, time.monotonic() - started)
