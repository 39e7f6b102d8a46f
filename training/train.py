"""Step 4: train. Seeded, resumable to the batch, checkpoints that appear whole, a JSONL log; stops cleanly on a signal."""

import json
import random
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import numpy as np
import sacrebleu
import torch
from torch import nn
from transformers import MarianMTModel

from . import config, corpus, network, options, state
from .batches import Batch, Mix, Place
from .decode import greedy
from .vocabulary import Pieces
from .workers import Crew, call

WATCHED = (
    "De politie heeft vrijdagavond twee mannen aangehouden.",
    "Volgens de minister zou het akkoord nog niet getekend zijn.",
    "Israël heeft zondag een belangrijke Hezbollah-commandant gedood.",
    "Het aantal slachtoffers is opgelopen tot zeker 42.",
    "Zo'n 11.000 militairen doen mee aan de oefening.",
    "De burgemeester van Zwolle noemt de brand verschrikkelijk.",
    '"We hebben geen keuze", zegt woordvoerder Van der Berg.',
    "De inflatie daalde in mei naar 2,3 procent, meldt het CBS.",
    "Hij werd in 1998 geboren in een klein dorp bij Gent.",
    "Ajax verliest met 3-1 van Feyenoord",
)  # ten sentences of no corpus, translated at every report: they show sooner than any figure whether a run has caught on


class Run:
    """A training run: everything that changes while it goes on, and the two things it does, update and report."""

    def __init__(self, recipe: config.Recipe, work: Path, device: str, init: Path | None, crew: Crew) -> None:
        torch.manual_seed(recipe.seed)
        self.recipe, self.work, self.device, self.crew = recipe, work, device, crew
        self.pieces = Pieces(work / "tokenizer")
        self.mix = Mix(recipe, work, self.pieces)
        self.model = network.build(recipe.shape, self.pieces)
        if init is not None:
            given: nn.Module = MarianMTModel.from_pretrained(str(init), dtype=torch.float32)
            self.model.load_state_dict(given.state_dict())
        elif (work / "align" / "embeddings.npy").is_file():
            network.start_embeddings(self.model, work / "align" / "embeddings.npy")
        self.model.to(device).train()  # type: ignore[arg-type]
        self.dropout = network.Dropout(recipe.regularisation.dropout, recipe.seed * 1000 + crew.rank)
        self.watched = network.equip(self.model, self.dropout)
        settings = recipe.optimiser
        self.optimiser = torch.optim.AdamW(
            self.model.parameters(),
            lr=settings.peak,
            betas=settings.betas,
            weight_decay=settings.weight_decay,
            fused=True,
        )
        self.average = state.Average(self.model, recipe.regularisation)
        self.progress = state.Progress(fingerprint=self.mix.fingerprint)
        self.half = recipe.half
        self.checkpoint = work / "checkpoints" / "last.pt"
        self.unmet = 0  # pairs since the workers last met
        self.asked = self.stopping = False  # a signal asks one worker; when they meet, all of them stop

    def resume(self) -> None:
        """Go on from the last checkpoint: at its very batch, or, where the data changed, with its weights in a new pool."""
        if not self.checkpoint.is_file():
            return
        self.progress = state.restore(self.checkpoint, self.model, self.optimiser, self.average)
        if self.progress.fingerprint != self.mix.fingerprint:
            self.progress.place = Place(self.progress.place.pool + 1, 0, {})
            self.progress.fingerprint = self.mix.fingerprint

    def update(self, batch: Batch) -> dict[str, float]:
        """One step of the optimiser; returns the losses."""
        rules = self.recipe.regularisation
        number = self.progress.updates
        self.dropout.restart(number)
        for group in self.optimiser.param_groups:
            group["lr"] = state.rate(self.recipe.optimiser, number)
        batch = Batch(*(t.to(self.device) for t in (batch.source, batch.target, batch.links)))
        loss, guided = network.losses(self.model, self.watched, batch, rules.label_smoothing, self.half)
        done = min(1.0, number / rules.guided_updates)
        pull = rules.guided_start + (rules.guided_end - rules.guided_start) * done
        (loss + pull * guided).backward()  # type: ignore[no-untyped-call]
        norm = torch.nn.utils.clip_grad_norm_(
            self.model.parameters(), self.recipe.optimiser.clip, error_if_nonfinite=True
        )
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        network.hold_pad(self.model)
        self.progress.updates += 1
        self.unmet += batch.pairs
        if self.progress.updates % self.recipe.batches.meet == 0:
            self.meet()
        return {"loss": float(loss.detach()), "guided": float(guided.detach()), "norm": float(norm)}

    def meet(self) -> None:
        """Average the weights of all workers, count what they did, and agree whether to stop."""
        weights = [p.data for p in self.model.parameters() if p.requires_grad]
        pairs, asked = self.crew.mean(weights, [float(self.unmet), float(self.asked)])
        self.progress.pairs += round(pairs * self.crew.count)
        self.unmet = 0
        self.stopping = asked > 0
        self.average.follow(self.model)

    def measure(self) -> dict[str, Any]:
        """BLEU and chrF of the averaged weights on a fixed part of the validation set, greedy, and the watched sentences."""
        path = self.work / "data" / "dev.tsv"
        pairs = list(corpus.tabbed(path)) if path.is_file() else []
        count = min(len(pairs), self.recipe.report.dev_sentences)
        pairs = random.Random(0).sample(pairs, count)
        with self.average.shown(self.model) as model:
            made = greedy(model, self.pieces, [pair.dutch for pair in pairs])
            watched = greedy(model, self.pieces, list(WATCHED))
        result: dict[str, Any] = {"watched": watched}
        if pairs:
            gold = [[pair.english for pair in pairs]]
            result["dev_bleu"] = round(sacrebleu.corpus_bleu(made, gold).score, 2)
            result["dev_chrf"] = round(sacrebleu.corpus_chrf(made, gold).score, 2)
        return result

    def write(self, **values: Any) -> None:
        """One line of the log."""
        line = {
            "update": self.progress.updates,
            "pairs": self.progress.pairs,
            "seconds": round(self.progress.seconds),
            **values,
        }
        with (self.work / "log.jsonl").open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(line, ensure_ascii=False) + "\n")

    def save(self) -> None:
        """Leave a checkpoint."""
        state.save(self.checkpoint, self.model, self.optimiser, self.average, self.progress)

    def batches(self) -> Iterator[tuple[Batch, Place]]:
        """This worker's batches until the run has had its updates or was asked to stop."""
        stream = self.mix.stream(self.progress.place)
        while not self.stopping and self.progress.updates < self.recipe.optimiser.max_updates:
            round_of_all = [next(stream) for _ in range(self.crew.count)]
            yield round_of_all[self.crew.rank][0], round_of_all[-1][1]

    def go(self) -> None:
        """Train until `max_updates` or a signal, reporting and saving on the way."""
        every = self.recipe.report
        recent: list[dict[str, float]] = []
        pairs, clock = self.progress.pairs, time.monotonic()
        for batch, place in self.batches():
            began = time.monotonic()
            recent.append(self.update(batch))
            self.progress.place = place
            self.progress.seconds += time.monotonic() - began
            number = self.progress.updates
            if self.crew.rank:
                continue
            if number % every.log_every == 0:
                means = {key: round(float(np.mean([one[key] for one in recent])), 4) for key in recent[0]}
                speed = (self.progress.pairs - pairs) / (time.monotonic() - clock)
                self.write(**means, rate=state.rate(self.recipe.optimiser, number), pairs_per_second=round(speed, 1))
                recent, pairs, clock = [], self.progress.pairs, time.monotonic()
            if number % every.checkpoint_every == 0:
                self.save()
            if number % every.dev_every == 0:
                self.write(**self.measure())
                pairs, clock = self.progress.pairs, time.monotonic()
        if not self.stopping:
            self.meet()
        if not self.crew.rank:
            self.save()
            if not self.stopping:
                self.write(**self.measure(), ended=True)


def work_on(
    crew: Crew, recipe: config.Recipe, work: Path, device: str, init: Path | None, fresh: bool, threads: int
) -> None:
    """What each worker does. A signal to the first one stops them all after the update they are at."""
    if threads:
        torch.set_num_threads(threads)
    run = Run(recipe, work, device, init, crew)
    if not fresh:
        run.resume()

    def ask(*_: object) -> None:
        run.asked = not crew.rank

    before = {number: signal.signal(number, ask) for number in (signal.SIGTERM, signal.SIGINT)}
    if not crew.rank:
        size, at, last = run.model.num_parameters(), run.progress.updates, recipe.optimiser.max_updates
        click.echo(f"{recipe.name}: {size:,} parameters on {device}, update {at} of {last}", err=True)
    try:
        run.go()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@click.command(help=__doc__)
@options.recipe
@options.work
@click.option("--max-updates", type=int, help="End here instead; the rate's decay moves along, also in a resumed run.")
@click.option(
    "--init",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Start from an exported model of the same vocabulary.",
)
@click.option("--fresh", is_flag=True, help="Do not go on from the last checkpoint.")
@click.option("--threads", type=int, default=0, help="CPU threads of each worker (0: torch decides).")
@click.option(
    "--workers", type=int, default=1, show_default=True, help="Processes that train together, each on its own batches."
)
@click.option(
    "--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto", show_default=True, help="Where to train."
)
def main(
    recipe: Path,
    work: Path,
    max_updates: int | None,
    init: Path | None,
    fresh: bool,
    threads: int,
    workers: int,
    device: str,
) -> None:
    """The command."""
    settings = config.load(recipe)
    if max_updates is not None:
        settings = replace(settings, optimiser=replace(settings.optimiser, max_updates=max_updates))
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    call(workers, work_on, settings, work, device, init, fresh, threads)


if __name__ == "__main__":
    main()
