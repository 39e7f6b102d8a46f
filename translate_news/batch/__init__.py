"""Many pages: folders in, mirrored folders out, with a journal that makes every run resumable."""

from translate_news.batch.files import write_whole
from translate_news.batch.inputs import HOUSE, Found, Reading, Selection, Walk
from translate_news.batch.journal import Journal, read_journal
from translate_news.batch.run import Listener, Plan, Report, carry_out
from translate_news.batch.watching import watch

__all__ = [
    "HOUSE",
    "Found",
    "Journal",
    "Listener",
    "Plan",
    "Reading",
    "Report",
    "Selection",
    "Walk",
    "carry_out",
    "read_journal",
    "watch",
    "write_whole",
]
