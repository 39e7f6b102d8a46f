"""Keep going: look again every few seconds, and take files when they have come to rest."""

from __future__ import annotations

import time
from pathlib import Path

from translate_news.batch.inputs import Found
from translate_news.batch.journal import Index
from translate_news.batch.run import Listener, Past, Plan, Report, carry_out
from translate_news.batch.windows import Translate

NAP = 0.2  # seconds between two looks at whether to end


def watch(plan: Plan, translate: Translate, past: Past, listener: Listener, every: float) -> Report:
    """Carry out a plan again and again until the listener asks for an end; the report is of all rounds together.

    Args:
        plan, translate, past, listener: see `carry_out`.
        every: seconds between two rounds. A file is taken when it has not changed for that long, or between two rounds.
    """
    total = Report()
    while True:
        report = carry_out(plan, translate, past, listener, lambda found: _rests(found, past.journal.index, every))
        total.add(report)
        wake = time.monotonic() + every
        while time.monotonic() < wake and not listener.halted():
            time.sleep(min(NAP, every))
        if listener.halted():
            total.interrupted = True
            return total
        if plan.stop_on_error and total.failed:
            return total


def _rests(found: Found, index: Index, every: float) -> bool:
    """Whether a file is to be taken now: it is new or changed, and nobody is writing it."""
    try:
        status = Path(found.path).stat()
        stamp, old = f"{status.st_size} {status.st_mtime_ns}", time.time() - status.st_mtime > every
    except OSError:
        stamp, old = "not there", True
    before = index.stamp(found.name)
    if before == f"taken {stamp}":
        return False
    taken = old or before == stamp
    index.put_stamp(found.name, f"taken {stamp}" if taken else stamp)
    return taken
