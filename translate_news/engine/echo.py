"""The engine without a model: returns its input, for tests and dry runs."""

from __future__ import annotations

from collections.abc import Sequence

from translate_news.engine import Decoding, Hardware, Hypothesis, Progress
from translate_news.models import LocalModel


class EchoEngine:
    """Gives every sentence back as it came."""

    name = "echo"
    device = "none"
    precision = "exact"

    def __init__(self, local: LocalModel | None = None, hardware: Hardware | None = None) -> None:
        del local, hardware

    def translate(
        self, sentences: Sequence[str], decoding: Decoding, progress: Progress = lambda done: None
    ) -> list[Hypothesis]:
        """The sentences themselves."""
        del decoding
        progress(len(sentences))
        return [Hypothesis(sentence) for sentence in sentences]
