"""What a run is made of and how it is kept: rate, averaged weights, checkpoints that appear whole."""

import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from transformers import MarianMTModel

from . import config
from .batches import Place


def rate(settings: config.Optimiser, update: int) -> float:
    """The learning rate of an update (counted from 0)."""
    warm = min(1.0, (update + 1) / max(1, settings.warmup))
    slow = math.sqrt(settings.hold / update) if update > settings.hold else 1.0
    left = (settings.max_updates - update) / max(1.0, settings.decay * settings.max_updates)
    return settings.peak * warm * slow * min(1.0, max(0.0, left))


class Average:
    """Exponential moving average of the weights; it forgets faster while young, so that it follows an early model."""

    def __init__(self, model: MarianMTModel, settings: config.Regularisation) -> None:
        self.settings = settings
        self.weights = [p.detach().clone() for p in model.parameters()]
        self.steps = 0

    @torch.no_grad()
    def follow(self, model: MarianMTModel) -> None:
        """Take in the present weights."""
        self.steps += 1
        keep = min(self.settings.ema, (1 + self.steps) / (10 + self.steps))
        torch._foreach_lerp_(self.weights, [p.detach() for p in model.parameters()], 1 - keep)

    @contextmanager
    def shown(self, model: MarianMTModel) -> Iterator[MarianMTModel]:
        """The model with averaged weights, in evaluation mode; its own weights return afterwards."""
        with torch.no_grad():
            own = [p.detach().clone() for p in model.parameters()]
            torch._foreach_copy_([p.data for p in model.parameters()], self.weights)
            training = model.training
            model.eval()  # type: ignore[no-untyped-call]
            try:
                yield model
            finally:
                torch._foreach_copy_([p.data for p in model.parameters()], own)
                model.train(training)


@dataclass
class Progress:
    """How far a run is: updates and pairs done, seconds spent, its place in the mix of the data with this fingerprint."""

    updates: int = 0
    pairs: int = 0
    seconds: float = 0.0
    place: Place = field(default_factory=Place)
    fingerprint: str = ""


def save(
    path: Path, model: MarianMTModel, optimiser: torch.optim.Optimizer, average: Average, progress: Progress
) -> None:
    """Write a checkpoint beside its name, flush it to the disk and rename it: a crash leaves the old one whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    content = {
        "model": model.state_dict(),
        "optimiser": optimiser.state_dict(),
        "average": average.weights,
        "average_steps": average.steps,
        "progress": asdict(progress),
    }
    with beside.open("wb") as stream:
        torch.save(content, stream)
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(path)


def restore(
    path: Path, model: MarianMTModel, optimiser: torch.optim.Optimizer | None, average: Average | None
) -> Progress:
    """Load a checkpoint into what is given and return the progress it holds."""
    content: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    model.load_state_dict(content["model"])
    if optimiser is not None:
        optimiser.load_state_dict(content["optimiser"])
    if average is not None:
        with torch.no_grad():
            for mine, saved in zip(average.weights, content["average"], strict=True):
                mine.copy_(saved)
        average.steps = content["average_steps"]
    raw = content["progress"]
    place = Place(
        raw["place"]["pool"], raw["place"]["batch"], {k: (v[0], v[1]) for k, v in raw["place"]["cursors"].items()}
    )
    return Progress(raw["updates"], raw["pairs"], raw["seconds"], place, raw["fingerprint"])
