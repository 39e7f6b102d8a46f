"""Sentences in, hypotheses out: the one place where models run; table `ENGINES`.

torch, transformers and ctranslate2 are imported by the engine that needs them, when it is opened and not before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Literal, Protocol, cast

from translate_news.models import LocalModel

__all__ = [
    "ENGINES",
    "Alignment",
    "Decoding",
    "Engine",
    "Hardware",
    "Hypothesis",
    "Progress",
    "Summariser",
    "open_engine",
    "open_summariser",
]


@dataclass(frozen=True, slots=True)
class Decoding:
    """How a model searches. `length_penalty` is the exponent of the length that scores are divided by.

    `rivals` is how many other hypotheses of the same search are kept, at most one fewer than the beam; they cost no time.
    `align` asks for the alignment of the best hypothesis; an engine that has none leaves it out.
    """

    beam: int = 4
    length_penalty: float = 1.0
    no_repeat_ngram: int = 0
    rivals: int = 3
    align: bool = False

    @property
    def kept(self) -> int:
        """How many hypotheses of a search are kept, the best one included."""
        return min(self.beam, 1 + self.rivals)


@dataclass(frozen=True, slots=True)
class Hardware:
    """What an engine runs on: `device` is auto, cpu, cuda or cuda:N,M (see `devices_of`); `threads` 0 means all cores."""

    device: str = "auto"
    threads: int = 0
    compute_type: str = "auto"
    batch_size: int = 32  # rows a batch; 32 beat 64 on a CPU in both engines (measured, opus-mt shape)


@dataclass(frozen=True, slots=True)
class Alignment:
    """Which piece of the source each piece of a text comes from. `source` is the sentence as the model saw it.

    A link is (start, end, source start, source end), in characters of the text and of the source.
    """

    source: str
    links: tuple[tuple[int, int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What a model made of one sentence. `score` is the mean log-probability of its tokens, in nats; None if unknown.

    `cut` says that the search ran into its length limit, so that the end may be missing. `rivals` are what the same search
    found besides, the best first.
    """

    text: str
    score: float | None = None
    cut: bool = False
    rivals: tuple[Hypothesis, ...] = ()
    alignment: Alignment | None = None


Progress = Callable[[int], None]


class Engine(Protocol):
    """An opened engine. Its results do not depend on which sentences are translated together."""

    name: str
    device: str
    precision: str  # of the arithmetic, such as int8_float32: another one gives another text now and then

    def translate(self, sentences: Sequence[str], decoding: Decoding, progress: Progress = ...) -> list[Hypothesis]:
        """Translate each sentence; one hypothesis a sentence, in their order. `progress` is told rows as they are done."""
        ...


class Summariser(Protocol):
    """An opened model that writes a line for a text, such as a headline for a brief.

    `model` is its name in models.txt, `reads` the language that it wants the text in.
    """

    name: str
    device: str
    model: str
    reads: Literal["nl", "en"]

    def summarise(
        self, texts: Sequence[str], decoding: Decoding, banned: Sequence[Sequence[str]] = ..., progress: Progress = ...
    ) -> list[list[Hypothesis]]:
        """Write lines for each text: as many as the beam is wide, best first.

        `banned` has a list of words for each text that are in none of its lines; it may be left out.
        """
        ...


ENGINES = {  # name → module:class, imported when opened
    "ctranslate2": "translate_news.engine.ct2:CTranslate2Engine",
    "torch": "translate_news.engine.torch:TorchEngine",
    "echo": "translate_news.engine.echo:EchoEngine",
}


def open_engine(name: str, local: LocalModel | None, hardware: Hardware | None = None) -> Engine:
    """Open an engine of `ENGINES` with a model; `echo` takes none.

    Raises:
        ModelUnavailable: the model's files cannot be loaded.
    """
    module, _, class_name = ENGINES[name].partition(":")
    factory = getattr(import_module(module), class_name)
    return cast(Engine, factory(local, hardware or Hardware()))


def open_summariser(name: str, local: LocalModel, hardware: Hardware | None = None) -> Summariser:
    """Open a headline model: in the engine named, by torch where CTranslate2 cannot run the model.

    Raises:
        ModelUnavailable: the model's files cannot be loaded.
    """
    factory = import_module("translate_news.engine.seq2seq").open_summariser
    return cast(Summariser, factory(name, local, hardware or Hardware()))
