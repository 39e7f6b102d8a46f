"""Weights that engines may read: safetensors, or a pickle that was loaded weights-only and stored as safetensors."""

from __future__ import annotations

import json
import pickle
import shutil
import warnings
import zipfile
from pathlib import Path
from typing import Any

from translate_news.engine.made import made
from translate_news.errors import ModelUnavailable
from translate_news.models import LocalModel


def readable(local: LocalModel) -> Path:
    """A folder with all of a model's files and its weights as safetensors: its own, or one in our cache.

    A `pytorch_model.bin` is a pickle, which can hold any program. It is read by torch's weights-only loader, which
    builds tensors and refuses the rest, and stored as safetensors; no engine ever opens the pickle itself.

    Raises:
        ModelUnavailable: the pickle holds something else than weights, or is damaged.
    """
    if local.weights.suffix == ".safetensors":
        return local.folder

    def make(folder: Path) -> None:
        _rewrite(local.weights, folder / "model.safetensors", _is_tied(local.folder / "config.json"))
        for path in local.files:
            if path != local.weights:
                shutil.copyfile(path, folder / path.name)

    return made("safetensors", local, "", make, f"storing the weights of {local.model.name} as safetensors")


def _rewrite(source: Path, target: Path, tied: bool) -> None:
    import torch
    from safetensors.torch import save_file

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about pickle protocols: what matters is raised
            weights: Any = torch.load(source, map_location="cpu", weights_only=True, mmap=zipfile.is_zipfile(source))
    except (pickle.UnpicklingError, RuntimeError, ValueError, EOFError, LookupError, zipfile.BadZipFile) as error:
        reason = str(error).strip().partition("\n")[0]
        raise ModelUnavailable(
            f"{source} is not a file of weights alone, and is not opened otherwise: {reason}"
        ) from error
    if not isinstance(weights, dict) or not all(
        isinstance(name, str) and isinstance(tensor, torch.Tensor) for name, tensor in weights.items()
    ):
        raise ModelUnavailable(f"{source} is not a file of named weights")
    kept: dict[str, Any] = {}
    seen = set()
    for name, tensor in weights.items():
        place = (tensor.data_ptr(), tensor.shape, tensor.stride(), tensor.dtype)
        if place in seen and tied:
            continue  # the same weights under a second name: the model ties them again by its settings
        kept[name] = tensor.clone() if place in seen else tensor.contiguous()
        seen.add(place)
    save_file(kept, target, metadata={"format": "pt"})


def _is_tied(config: Path) -> bool:
    """Whether the model shares one table between its embeddings and its output, as every Marian and BART does."""
    settings = json.loads(config.read_text(encoding="utf-8"))
    return bool(settings.get("tie_word_embeddings", True) and settings.get("share_encoder_decoder_embeddings", True))
