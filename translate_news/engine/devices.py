"""Which devices an engine runs on: the words of `--device`, and what is there."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass

from translate_news.errors import ModelUnavailable, UsageError

NOTICES = logging.getLogger("translate_news")
NO_GPU = "{library} sees no CUDA device here; use --device cpu"


@dataclass(frozen=True, slots=True)
class Devices:
    """A kind of device, cpu or cuda, and the numbers of those that are used; a CPU is one device."""

    kind: str
    numbers: tuple[int, ...] = (0,)

    def __str__(self) -> str:
        return self.kind if self.kind == "cpu" else f"cuda:{','.join(map(str, self.numbers))}"


def devices_of(wanted: str, gpus: int, library: str) -> Devices:
    """The devices that are meant by auto, cpu, cuda (all that are visible), or cuda:0,2 (those).

    Args:
        wanted: the words.
        gpus: how many CUDA devices the library sees.
        library: its name, for messages.

    Raises:
        UsageError: other words, or a number twice.
        ModelUnavailable: a CUDA device is wanted that is not there.
    """
    if wanted == "cpu" or (wanted == "auto" and not gpus):
        return Devices("cpu")
    if wanted == "auto":
        return Devices("cuda", tuple(range(gpus)))
    if not (match := re.fullmatch(r"cuda(?::(\d+(?:,\d+)*))?", wanted, re.ASCII)):
        raise UsageError(f"--device {wanted}: give auto, cpu, cuda for all GPUs, or their numbers: cuda:0 or cuda:0,1")
    if not gpus:
        raise ModelUnavailable(NO_GPU.format(library=library))
    numbers = tuple(map(int, match[1].split(","))) if match[1] else tuple(range(gpus))
    if len(set(numbers)) < len(numbers):
        raise UsageError(f"--device {wanted}: names a GPU twice")
    if missing := [number for number in numbers if number >= gpus]:
        raise ModelUnavailable(
            f"{library} sees no cuda:{missing[0]} here, only {'cuda:0' if gpus == 1 else f'cuda:0 to cuda:{gpus - 1}'}"
        )
    return Devices("cuda", numbers)


def one_device_of(wanted: str, gpus: int, library: str) -> Devices:
    """The one device that is meant, for a library that runs a model on one: of several visible GPUs, the first.

    Raises:
        UsageError: several are named; or see `devices_of`.
        ModelUnavailable: see `devices_of`.
    """
    devices = devices_of(wanted, gpus, library)
    if len(devices.numbers) > 1 and ":" in wanted:
        raise UsageError(
            f"--device {wanted}: {library} runs a model on one GPU; name one, or take --engine ctranslate2"
        )
    if len(devices.numbers) > 1:
        NOTICES.info(
            "%s uses one GPU, cuda:0, of the %d here; --engine ctranslate2 uses them all", library, len(devices.numbers)
        )
    return Devices(devices.kind, devices.numbers[:1])
