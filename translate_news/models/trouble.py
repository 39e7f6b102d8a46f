"""What goes wrong on the way to a hub: which of it passes and is tried again, and what a person reads of the rest."""

from __future__ import annotations

import errno
import logging
import os
import time
from collections.abc import Callable
from typing import TypeVar

from translate_news.models.lines import Model

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
TRY_AGAIN = {408, 429, 500, 502, 503, 504}
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
NOTICES = logging.getLogger("translate_news")
T = TypeVar("T")


class WrongBytes(RuntimeError):
    """Files arrived with other content than the hub states; they have been thrown away."""


def client_errors() -> tuple[type[Exception], ...]:
    """What the client raises: first its HTTP library's errors (httpx in some releases, httpx2 in others), then the rest."""
    from huggingface_hub.errors import HfHubHTTPError

    http_error = next(kind for kind in HfHubHTTPError.__mro__ if kind.__name__ == "HTTPError")
    return (http_error, OSError, ValueError, RuntimeError, LookupError)


def retried(attempt: Callable[[], T], tries: int) -> T:
    """What `attempt` returns; while its trouble may pass, it is tried `tries` times, with 1, 2, 4, … s between."""
    for number in range(1, tries + 1):
        try:
            return attempt()
        except client_errors() as error:
            if number == tries or not _passes(_cause(error)):
                raise
            wait = 2 ** (number - 1)
            NOTICES.info("%s; trying again in %d s", _first_line(_cause(error)), wait)
            time.sleep(wait)
    raise AssertionError("tries is at least 1")


def reason(error: Exception, model: Model) -> str:
    """What went wrong and what to do, in one line."""
    from huggingface_hub import constants

    cause, hub = _cause(error), constants.ENDPOINT
    status = _status(cause)
    if status is not None:
        return _answered(status, type(cause).__name__, hub, model)
    if isinstance(cause, client_errors()[0]):
        return _unanswered(cause, hub)
    text = _first_line(cause)
    if isinstance(cause, WrongBytes):
        return f"{text}; they were thrown away; try again; if it stays so, the hub or something on the way is at fault"
    if "Consistency check" in text:
        return "a file arrived in part and no more of it came; try again"
    if isinstance(cause, OSError) and cause.errno in FULL:
        return f"the disk is full ({text}); make room, or set HF_HOME to a folder on another disk"
    if isinstance(cause, OSError):
        return f"{text}; set HF_HOME to a folder that you may write in"
    return f"what {hub} answers is not the answer of a hub ({text}); is there a login page or a filter in the way?"


def _answered(status: int, kind: str, hub: str, model: Model) -> str:
    if kind == "GatedRepoError":
        return f"its owner gives it out on request: ask on {hub}/{model.where}, then log in with: hf auth login"
    if kind == "RevisionNotFoundError":
        return f"it has no revision {model.wanted_revision!r}; wanted is a commit, a tag or main"
    if kind == "RepositoryNotFoundError" or status == 404:
        return f"{hub} has no such model, or it is private: check the name; for a private one: hf auth login"
    if status in (401, 403):
        return f"{hub} refuses access ({status}): the token is wrong or lacks the right; log in again: hf auth login"
    return f"{hub} answers {status}; try again later"


def _unanswered(cause: BaseException, hub: str) -> str:
    if type(cause).__name__.endswith("Timeout"):
        return f"{hub} answers too slowly; try again, with more patience by HF_HUB_DOWNLOAD_TIMEOUT=60"
    proxies = ", ".join(name for name in PROXIES if os.environ.get(name) or os.environ.get(name.lower()))
    where = f" through the proxy of {proxies}" if proxies else ""
    return f"the connection to {hub}{where} fails ({_first_line(cause)}); what has arrived is kept; try again"


def _cause(error: BaseException) -> BaseException:
    """The client wraps what went wrong into "not in the local cache": what went wrong is what a person wants to know."""
    while type(error).__name__ == "LocalEntryNotFoundError" and error.__cause__:
        error = error.__cause__
    return error


def _status(cause: BaseException) -> int | None:
    return getattr(getattr(cause, "response", None), "status_code", None)


def _passes(cause: BaseException) -> bool:
    """Whether it may be gone a moment later: a cut line, a busy hub, damaged bytes."""
    status = _status(cause)
    if status is not None:
        return status in TRY_AGAIN
    return isinstance(cause, (client_errors()[0], WrongBytes)) or "Consistency check" in str(cause)


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__
