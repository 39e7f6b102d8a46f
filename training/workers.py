"""Several processes on one model: each takes its own batches and steps, and every few updates their weights are averaged
(local SGD, Stich 2019). On two cores, two processes of one thread get more done than one process of two threads, whose
small operations wait for each other; and where other work shares the cores, the fewer meetings the better."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import torch.distributed
import torch.multiprocessing
from torch import Tensor


class Crew:
    """This process's place among the workers: `rank` of `count`. A crew of one averages nothing."""

    def __init__(self, rank: int = 0, count: int = 1, meeting: str = "") -> None:
        self.rank, self.count = rank, count
        if count > 1:
            torch.distributed.init_process_group("gloo", init_method=f"file://{meeting}", rank=rank, world_size=count)

    def mean(self, tensors: list[Tensor], figures: list[float]) -> list[float]:
        """Average the tensors in place over all workers; returns the mean of each figure."""
        if self.count == 1:
            return figures
        extra = torch.tensor(figures, dtype=torch.float32, device=tensors[0].device)
        flat = torch.cat([*(g.reshape(-1) for g in tensors), extra])
        torch.distributed.all_reduce(flat)
        flat /= self.count
        parts = torch.split(flat, [*(g.numel() for g in tensors), len(figures)])
        torch._foreach_copy_(tensors, [part.view_as(g) for part, g in zip(parts, tensors, strict=False)])
        return [float(figure) for figure in parts[-1]]


def enlist(rank: int, count: int, meeting: str, task: Callable[..., None], *given: Any) -> None:
    """What one worker does: join the crew, carry out the task, and leave, so that another crew may form."""
    task(Crew(rank, count, meeting), *given)
    torch.distributed.destroy_process_group()


def call(count: int, task: Callable[..., None], *given: Any) -> None:
    """Run `task(crew, *given)` in `count` processes, this one being rank 0."""
    if count <= 1:
        task(Crew(), *given)
        return
    context = torch.multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as scratch:
        meeting = str(Path(scratch, "meeting"))
        others = [
            context.Process(target=enlist, args=(rank, count, meeting, task, *given), daemon=True)
            for rank in range(1, count)
        ]
        for other in others:
            other.start()
        enlist(0, count, meeting, task, *given)
        for other in others:
            other.join()
