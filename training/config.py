"""The recipe as frozen data: a TOML file becomes one Recipe, and nothing else in the package reads settings."""

import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar


@dataclass(frozen=True)
class Source:
    """One source of pairs. `kind` names a reader in `corpus.KINDS`; `weight` is its share of the training mix.

    A `trusted` source is our own writing. `limit` bounds the pairs kept: drawn at random, or, with `near`, those whose
    Dutch is most like that of the trusted sources.
    """

    kind: str
    weight: float
    trusted: bool = False
    files: tuple[str, ...] = ()
    limit: int = 0
    near: bool = False
    vocabulary_weight: int = 1
    vocabulary_limit: int = 0


@dataclass(frozen=True)
class Vocabulary:
    """Size counts every id, the three special ones included."""

    size: int = 12000
    sentences: int = 250_000


@dataclass(frozen=True)
class Shape:
    """The network. Post-norm Transformer, tied embeddings, sinusoidal positions (MarianMTModel)."""

    d_model: int = 256
    ffn: int = 1024
    heads: int = 8
    encoder_layers: int = 6
    decoder_layers: int = 2
    activation: str = "swish"
    positions: int = 512


@dataclass(frozen=True)
class Embeddings:
    """Initial embeddings from word links: how much a link weighs against a neighbour, and how far neighbours reach."""

    link_weight: float = 60.0
    window: int = 3


@dataclass(frozen=True)
class Optimiser:
    """AdamW and its rate: warm-up, level until `hold`, inverse square root, then down to zero over the last `decay`."""

    peak: float = 1.5e-3
    warmup: int = 300
    hold: int = 3000
    decay: float = 0.2
    max_updates: int = 20_000
    weight_decay: float = 0.01
    clip: float = 1.0
    betas: tuple[float, float] = (0.9, 0.98)


@dataclass(frozen=True)
class Regularisation:
    """What keeps a small corpus from being learnt by heart, and the pull of head 0 towards the word links."""

    dropout: float = 0.1
    label_smoothing: float = 0.1
    guided_start: float = 0.3
    guided_end: float = 0.1
    guided_updates: int = 4000
    ema: float = 0.99


@dataclass(frozen=True)
class Augmentation:
    """How likely each change of a pair is (see `augment`)."""

    digits: float = 0.3
    names: float = 0.15
    upper: float = 0.02
    join: float = 0.05
    full_stop: float = 0.04
    split: float = 0.0
    split_share: float = 0.15


@dataclass(frozen=True)
class Batches:
    """`tokens` bounds the padded source plus target pieces of a worker's batch; `pool` pairs are sorted by length at a
    time; several workers average their weights after every `meet` updates."""

    tokens: int = 2500
    pool: int = 6000
    max_pieces: int = 200
    meet: int = 5


@dataclass(frozen=True)
class Report:
    """When the run writes a log line, measures itself on the validation set and leaves a checkpoint (in updates)."""

    log_every: int = 50
    dev_every: int = 1000
    dev_sentences: int = 250
    checkpoint_every: int = 500


@dataclass(frozen=True)
class Recipe:
    """A whole training recipe."""

    name: str
    seed: int
    sources: dict[str, Source]
    evaluation: dict[str, str]
    aligner: str = "eflomal"
    half: bool = True  # bf16 where it does no harm; weights and optimiser stay fp32
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    shape: Shape = field(default_factory=Shape)
    embeddings: Embeddings = field(default_factory=Embeddings)
    optimiser: Optimiser = field(default_factory=Optimiser)
    regularisation: Regularisation = field(default_factory=Regularisation)
    augmentation: Augmentation = field(default_factory=Augmentation)
    batches: Batches = field(default_factory=Batches)
    report: Report = field(default_factory=Report)


T = TypeVar("T")


def table(kind: type[T], values: dict[str, Any], where: str) -> T:
    """A dataclass from a TOML table; an unknown key is an error that names the known ones."""
    known = {f.name for f in fields(kind)}  # type: ignore[arg-type]
    unknown = sorted(set(values) - known)
    if unknown:
        raise ValueError(f"{where}: unknown setting {', '.join(unknown)}; known: {', '.join(sorted(known))}")
    return kind(**{key: tuple(value) if isinstance(value, list) else value for key, value in values.items()})


def load(path: Path) -> Recipe:
    """Read a recipe from a TOML file."""
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    sources = {
        name: table(Source, values, f"{path.name}: sources.{name}") for name, values in raw.pop("sources").items()
    }
    parts: dict[str, type[Any]] = {
        "vocabulary": Vocabulary,
        "shape": Shape,
        "embeddings": Embeddings,
        "optimiser": Optimiser,
        "regularisation": Regularisation,
        "augmentation": Augmentation,
        "batches": Batches,
        "report": Report,
    }
    built = {key: table(kind, raw.pop(key), f"{path.name}: {key}") for key, kind in parts.items() if key in raw}
    return table(Recipe, {"name": path.stem, "sources": sources, **built, **raw}, path.name)
