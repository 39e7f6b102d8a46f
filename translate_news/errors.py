"""The errors a person can meet, each with its exit code; `cli` turns them into one line, in one place.

    TranslateNewsError          1  anything of ours without a better name
    ├── UsageError              2  the words on the command line do not fit together
    ├── SettingsError           2  a line of models.txt (or another file of settings) is wrong
    ├── ModelUnavailable        5  a model is not on this machine, or is not the one that was pinned
    ├── Unreadable              6  an input cannot be read as text
    └── Unwritable              7  the output cannot be written: no space, no permission, or another run is writing it

3 (findings and `--strict`), 4 (some inputs failed) and 130 (interrupted) are outcomes of a run, not errors.
"""

from __future__ import annotations


class TranslateNewsError(Exception):
    """The root: its message says what is wrong, what would be right, and the next command."""

    exit_code = 1


class UsageError(TranslateNewsError):
    """Options or arguments that do not fit together."""

    exit_code = 2


class SettingsError(TranslateNewsError):
    """A settings file with a wrong line; the message names the file and the line."""

    exit_code = 2


class ModelUnavailable(TranslateNewsError):
    """A model that is not on this machine, cannot be loaded, or differs from its pin."""

    exit_code = 5


class Unreadable(TranslateNewsError):
    """An input that is missing, forbidden, empty, binary, or in no encoding we know."""

    exit_code = 6


class Unwritable(TranslateNewsError):
    """An output that cannot be written: a full disk, no permission, or a folder that another run is writing."""

    exit_code = 7


FINDINGS_EXIT = 3
SOME_FAILED_EXIT = 4
INTERRUPTED_EXIT = 130
