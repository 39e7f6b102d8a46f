"""Many machines: the pages as a Ray Data set of units, actors that open the engine once, and one writer.

The actors read, segment and translate; they send back lines of a journal. The process that was started commits them as a local
run does, in the same order, so that a run on a cluster and a run on one machine can take over from each other. Needs the extra
`cluster`; ray is imported here, and when it is asked for.
"""

from __future__ import annotations

import itertools
import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from translate_news.batch.inputs import Found, is_remote
from translate_news.batch.run import Committer, Listener, Past, Plan, Report, look, refuse_mixing
from translate_news.batch.windows import Job, Translate, cut_windows, translate_window
from translate_news.document import Translation
from translate_news.errors import ModelUnavailable, UsageError
from translate_news.writers import Entry, read_entry, write_entry

Open = Callable[[], tuple[Translate, dict[str, str]]]

UNIT_PAGES = 64  # pages that an actor takes at a time; what is lost, and done again, when its machine is
WAVE_UNITS = 16_384  # units handed to the cluster at a time: about a million pages, which bounds this process's memory
CORES_AN_ACTOR = 4  # the engine's workers in one actor share its weights


class Given(msgspec.Struct, array_like=True):
    """A page as an actor gets it: its path in the bytes of the file system, and what `Found` and `Past` know of it."""

    path: bytes
    name: str
    output: str
    problem: str | None
    known: str | None


class Made(msgspec.Struct, array_like=True):
    """A page as an actor gives it back: the hash of what was read, a journal's line or the reason why there is none.

    Neither, when its hash is the known one.
    """

    sha256: str | None
    line: bytes | None
    failed: str | None


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where to run: `local`, `auto` (the cluster this machine belongs to) or an address, and what an actor is given."""

    address: str = "local"
    gpus_an_actor: float = 0.0
    unit_pages: int = UNIT_PAGES
    wave_units: int = WAVE_UNITS


class Translator:
    """An actor: opens the engine when it is made, then translates units."""

    def __init__(self, plan: Plan, open_engine: Open, signature: dict[str, str]) -> None:
        self._plan = plan
        self._translate, mine = open_engine()
        if mine != signature:
            keys = [key for key in {**signature, **mine} if signature.get(key) != mine.get(key)]
            differs = ", ".join(f"{key}: {mine.get(key)} for {signature.get(key)}" for key in keys)
            raise ModelUnavailable(
                f"a machine of the cluster translates in another way ({differs}); give all the same model"
            )

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        """Translate a unit, as bytes in and out."""
        given = msgspec.msgpack.decode(row["unit"], type=list[Given])
        jobs = (look(Found(os.fsdecode(g.path), g.name, g.output, g.problem), self._plan, g.known) for g in given)
        made = [
            self._made(job, result)
            for window in cut_windows(jobs)
            for job, result in zip(window, translate_window(window, self._translate), strict=True)
        ]
        return {"unit": row["unit"], "made": msgspec.msgpack.encode(made)}

    @staticmethod
    def _made(job: Job, result: Translation | str | None) -> Made:
        if isinstance(result, str):
            return Made(job.sha256, None, result)
        line = write_entry(Entry(job.found.name, job.sha256, translation=result)) if result else None
        return Made(job.sha256, bytes(line) if line else None, None)


def carry_out_on(
    cluster: Cluster,
    plan: Plan,
    open_engine: Open,
    past: Past,
    listener: Listener,
) -> Report:
    """Carry out a plan on a cluster; see `carry_out`. Every machine must see the inputs under the same path.

    Actors and machines that are lost are replaced, and their units done again; each unit is committed once.

    Args:
        cluster: where.
        open_engine: opens the engine, in each actor; must be picklable.
        plan, past, listener: see `carry_out`.

    Raises:
        UsageError: no such cluster, the extra is not installed, or see `carry_out`.
        ModelUnavailable: a machine of the cluster has another model, or none.
    """
    refuse_mixing(plan, past)
    ray = connect(cluster.address)
    started = time.monotonic()
    report = Report()
    walk = plan.walk()
    units = cut_units(walk, past, cluster.unit_pages)
    try:
        with Committer(plan, past.journal, listener) as commit:
            while (wave := list(itertools.islice(units, cluster.wave_units))) and not listener.halted():
                for given, made in _translated(wave, plan, open_engine, past.signature, cluster):
                    window, results = _results(given, made)
                    commit(_restored(window, results, past, plan), results, report)
                    report.seconds = time.monotonic() - started
                    if listener.halted() or (plan.stop_on_error and report.failed):
                        break
                if plan.stop_on_error and report.failed:
                    break
    finally:
        ray.shutdown()
    report.interrupted = listener.halted()
    report.others = walk.others
    report.seconds = time.monotonic() - started
    return report


def connect(address: str) -> Any:
    """Ray, connected.

    Raises:
        UsageError: the extra is not installed, or there is no cluster at the address.
    """
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise UsageError(
            f"--cluster needs ray ({error}); install it with: pip install 'translate-news[cluster]'"
        ) from None
    if not ray.is_initialized():
        named: dict[str, Any] = {} if address == "local" else {"address": address}
        before = signal.getsignal(signal.SIGTERM)
        try:
            ray.init(**named, log_to_driver=False, logging_level=logging.ERROR)
        except (ConnectionError, ValueError, RuntimeError) as error:
            raise UsageError(f"--cluster {address}: {error}; give local, auto, or ray://HOST:PORT") from error
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, before)  # Ray's own handler aborts the process
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.execution_options.preserve_order = True  # so that the journal has the order of a local run
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    return ray


def signature_on(cluster: Cluster, open_engine: Open) -> dict[str, str]:
    """How an actor of the cluster translates; asked there, since this machine may have no GPU and no model.

    Raises:
        UsageError: no such cluster, or the extra is not installed.
        ModelUnavailable: the engine cannot be opened there.
    """
    ray = connect(cluster.address)
    asked = ray.remote(num_cpus=1, num_gpus=cluster.gpus_an_actor)(lambda: open_engine()[1])
    try:
        signature: dict[str, str] = ray.get(asked.remote())
    except ray.exceptions.RayError as error:
        raise _named(error) from error
    return signature


def _named(error: Exception) -> Exception:
    """The error of ours that an actor met, or the one that Ray made of it."""
    said = next((line for line in str(error).splitlines()[::-1] if "ModelUnavailable: " in line), None)
    return ModelUnavailable(said.partition("ModelUnavailable: ")[2]) if said else error


def cut_units(found: Iterable[Found], past: Past, size: int) -> Iterator[bytes]:
    """The pages in units, as bytes."""
    pages = iter(found)
    while some := list(itertools.islice(pages, size)):
        unit = [Given(_everywhere(f.path), f.name, f.output, f.problem, past.sha256(f)) for f in some]
        yield msgspec.msgpack.encode(unit)


def _everywhere(path: str) -> bytes:
    """A path as every machine can follow it, in the bytes of the file system."""
    return os.fsencode(path if is_remote(path) else Path(path).absolute())


def _translated(
    wave: Sequence[bytes], plan: Plan, open_engine: Open, signature: dict[str, str], cluster: Cluster
) -> Iterator[tuple[list[Given], list[Made]]]:
    """Each unit of a wave with what was made of it, in order, as they come."""
    import ray

    nodes = [node["Resources"].get("CPU", 0) for node in ray.nodes() if node["Alive"]]
    cores = max(1, min([CORES_AN_ACTOR, *(int(count) for count in nodes if count >= 1)]))
    most = max(1, int(sum(nodes)) // cores)
    if cluster.gpus_an_actor:
        most = max(1, int(ray.cluster_resources().get("GPU", 0) / cluster.gpus_an_actor))
    rows = ray.data.from_items([{"unit": unit} for unit in wave], override_num_blocks=len(wave)).map(
        Translator,
        fn_constructor_args=(plan, open_engine, signature),
        compute=ray.data.ActorPoolStrategy(min_size=1, max_size=most),
        num_cpus=cores,
        num_gpus=cluster.gpus_an_actor,
    )
    try:
        for row in rows.iter_rows():
            yield (
                msgspec.msgpack.decode(row["unit"], type=list[Given]),
                msgspec.msgpack.decode(row["made"], type=list[Made]),
            )
    except ray.exceptions.RayError as error:
        raise _named(error) from error


def _restored(window: Sequence[Job], results: Sequence[Translation | str | None], past: Past, plan: Plan) -> list[Job]:
    """The window, with the entries of pages that were done before and whose outputs are gone."""
    return [job if result else past.restore(job, plan) for job, result in zip(window, results, strict=True)]


def _results(given: Sequence[Given], made: Sequence[Made]) -> tuple[list[Job], list[Translation | str | None]]:
    """A unit as a window and its results; see `translate_window`."""
    jobs: list[Job] = []
    results: list[Translation | str | None] = []
    for page, result in zip(given, made, strict=True):
        found = Found(os.fsdecode(page.path), page.name, page.output, page.problem)
        jobs.append(Job(found, result.sha256, failed=result.failed))
        results.append(read_entry(result.line).translation if result.line else result.failed)
    return jobs, results
