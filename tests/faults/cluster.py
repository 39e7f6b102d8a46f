"""A cluster of two machines on this one, of which the second is killed: `python cluster.py IN OUT LOG KILL_AT`.

A unit takes a moment, so that the kill comes amid the run. Each actor writes the pages it is asked for to LOG, with its node.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import ray
from ray.cluster_utils import Cluster as Machines

from translate_news.batch import Journal, Past, Plan, Report
from translate_news.batch.cluster import Cluster, carry_out_on
from translate_news.batch.windows import Translate
from translate_news.cli.quality import glossary_of
from translate_news.document import Page, Translation
from translate_news.engine import open_engine
from translate_news.pipeline import Options, signature_of, translate

MOMENT = 0.15  # seconds a unit
SMALL = 80 << 20  # bytes of shared memory a machine; Ray refuses less


def open_echo(log: str) -> tuple[Translate, dict[str, str]]:
    """The echo engine as the command opens it, slower, and writing down what it does."""
    engine = open_engine("echo", None)
    options = Options(glossary=glossary_of(()))
    signature = signature_of(engine, None, options)
    node = ray.get_runtime_context().get_node_id() if ray.is_initialized() else "-"

    def slow(pages: Sequence[Page]) -> list[Translation]:
        time.sleep(MOMENT)
        descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
        os.write(descriptor, "".join(f"{node}\t{page.name}\n" for page in pages).encode())
        os.close(descriptor)
        return translate(pages, engine, options, signature)

    return slow, signature


class Killer:
    """A listener that takes a machine away when so many pages are committed."""

    def __init__(self, machines: Machines, victim: object, at: int) -> None:
        self.machines, self.victim, self.at = machines, victim, at
        self.killed_at = 0

    def failed(self, name: str, reason: str) -> None:
        print(f"failed\t{name}\t{reason}")

    def advanced(self, report: Report) -> None:
        if report.pages >= self.at and not self.killed_at:
            self.killed_at = report.pages
            self.machines.remove_node(self.victim, allow_graceful=False)

    def halted(self) -> bool:
        return False


def main() -> None:
    """Start two machines and a head without cores, run, kill, finish."""
    source, out, log, at = sys.argv[1:]
    machines = Machines(initialize_head=True, head_node_args={"num_cpus": 0, "object_store_memory": SMALL})
    machines.add_node(num_cpus=1, object_store_memory=SMALL)
    victim = machines.add_node(num_cpus=1, object_store_memory=SMALL)
    machines.wait_for_nodes()
    ray.init(address=machines.address, log_to_driver=False, logging_level="ERROR")
    alive = [node["NodeID"] for node in ray.nodes() if node["Alive"] and node["Resources"].get("CPU")]
    killer = Killer(machines, victim, int(at))
    plan = Plan((Path(source),), Path(out))
    _, signature = open_echo(log)
    with Journal(plan.out) as journal:
        report = carry_out_on(
            Cluster(machines.address, unit_pages=10), plan, partial(open_echo, log), Past(journal, signature), killer
        )
    machines.shutdown()
    said = {"nodes": len(alive), "killed_at": killer.killed_at, "victim": victim.node_id}
    print(
        "REPORT", json.dumps(said | {"done": report.done, "skipped": report.skipped, "failed": report.failed.total()})
    )


if __name__ == "__main__":
    main()
