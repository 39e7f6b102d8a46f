"""Many pages: folders in, mirrored folders out, with a journal that makes every run resumable."""

from pathlib import Path

from translate_news.batch.files import write_named, write_whole
from translate_news.batch.inputs import HOUSE, Found, Reading, Selection, Walk
from translate_news.batch.journal import Journal, newest, read_journal
from translate_news.batch.remote import RemoteJournal
from translate_news.batch.run import Listener, Past, Plan, Report, carry_out
from translate_news.batch.watching import watch


def open_journal(out: Path | str) -> Journal | RemoteJournal:
    """The journal of an output folder, wherever that is; see `Journal` for what it refuses."""
    return RemoteJournal(out) if isinstance(out, str) else Journal(out)


__all__ = [
    "HOUSE",
    "Found",
    "Journal",
    "Listener",
    "Past",
    "Plan",
    "Reading",
    "RemoteJournal",
    "Report",
    "Selection",
    "Walk",
    "carry_out",
    "newest",
    "open_journal",
    "read_journal",
    "watch",
    "write_named",
    "write_whole",
]
