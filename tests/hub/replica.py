"""Replicas of hub models: the files as the hub lays them out, the shapes true or small, the weights random.

Names of weights and keys of settings are those of the models' own files; no model library is needed to make them.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np
import torch
from safetensors.torch import save as save_safetensors

BUNDLED = files("translate_news") / "data" / "models" / "nl-en-mini"


@dataclass(frozen=True)
class Shape:
    """What a model's weights depend on."""

    layers: tuple[int, int] = (2, 2)
    width: int = 32
    heads: int = 4
    inner: int = 64
    vocabulary: int = 10_001
    activation: str = "swish"


SMALL = Shape()
WIDE = Shape((1, 1), 128, 4, 128, 67_028)  # 35 MB: more than the client's chunks of 10 MB, so that cuts can be resumed
OPUS = Shape((6, 6), 512, 8, 2048, 67_028)  # opus-mt-nl-en
SMALL_BIG = Shape((2, 2), 64, 16, 128, 10_002, "relu")
BIG = Shape((6, 6), 1024, 16, 4096, 60_002, "relu")  # opus-mt-tc-big-gmw-gmw
SMALL_BART = Shape((2, 1), 32, 4, 64, 300, "gelu")


def marian(
    shape: Shape = SMALL, pickled: bool = True, prefix: str = "", half: bool = False, seed: int = 1
) -> dict[str, bytes]:
    """A Marian model as opus-mt-nl-en lies on the hub: settings of 2020, two spm files, one vocabulary, a pickle."""
    weights = dict(_marian_weights(shape, np.random.default_rng(seed)))
    if half:
        weights = {name: tensor.half() for name, tensor in weights.items()}
    pieces = _vocabulary(shape.vocabulary, prefix)
    return _weights(weights, pickled) | {
        ".gitattributes": b"*.bin filter=lfs diff=lfs merge=lfs -text\n",
        "README.md": b"---\nlicense: apache-2.0\n---\n### nld-eng\n",
        "config.json": _json(_marian_settings(shape, half)),
        "generation_config.json": _json(_generation(shape)),
        "tokenizer_config.json": _json({"source_lang": "nl", "target_lang": "en"}),
        "vocab.json": json.dumps({piece: number for number, piece in enumerate(pieces)}, ensure_ascii=False).encode(),
        "source.spm": (BUNDLED / "source.spm").read_bytes(),
        "target.spm": (BUNDLED / "target.spm").read_bytes(),
        "tf_model.h5": b"not to be fetched",
        "rust_model.ot": b"not to be fetched",
    }


def bart(shape: Shape = SMALL_BART, seed: int = 1) -> dict[str, bytes]:
    """A small DistilBART: BPE tokenizer of vocab.json and merges.txt, learned positions, a pickle."""
    weights = dict(_bart_weights(shape, np.random.default_rng(seed)))
    letters = [chr(code) for code in (*range(33, 127), *range(161, 173), *range(174, 256), *range(256, 324))]
    pieces = ["<s>", "<pad>", "</s>", "<unk>", *letters, "Ġt", "Ġa", "he"]
    pieces += [f"madeupword{n:04d}" for n in range(shape.vocabulary - len(pieces) - 1)] + ["<mask>"]
    return _weights(weights, pickled=True) | {
        "config.json": _json(_bart_settings(shape)),
        "vocab.json": json.dumps({piece: number for number, piece in enumerate(pieces)}, ensure_ascii=False).encode(),
        "merges.txt": "#version: 0.2\nĠ t\nĠ a\nh e\n".encode(),
        "tokenizer_config.json": _json({"model_max_length": 1024}),
        "README.md": b"---\nlicense: apache-2.0\n---\n",
    }


def pickle_of(weights: dict[str, torch.Tensor], legacy: bool = False) -> bytes:
    """Weights as torch pickles them: in a zip, or in the format before torch 1.6."""
    buffer = io.BytesIO()
    torch.save(weights, buffer, _use_new_zipfile_serialization=not legacy)
    return buffer.getvalue()


def _weights(weights: dict[str, torch.Tensor], pickled: bool) -> dict[str, bytes]:
    if pickled:
        return {"pytorch_model.bin": pickle_of(weights)}
    own = {name: tensor for name, tensor in weights.items() if "embed_tokens" not in name and name != "lm_head.weight"}
    return {"model.safetensors": save_safetensors(own, {"format": "pt"})}


def _json(value: Any) -> bytes:
    return json.dumps(value, indent=2, sort_keys=True).encode()


def _vocabulary(size: int, prefix: str) -> list[str]:
    known = json.loads((BUNDLED / "vocab.json").read_text(encoding="utf-8"))
    pieces = ["</s>", "<unk>"] + ([prefix] if prefix else [])
    pieces += [piece for piece in known if piece not in {*pieces, "<pad>"}]
    pieces = pieces[: size - 1]
    return pieces + [f"▁vul{n}" for n in range(size - 1 - len(pieces))] + ["<pad>"]


def _marian_settings(shape: Shape, half: bool) -> dict[str, Any]:
    pad = shape.vocabulary - 1
    return {
        "_num_labels": 3, "activation_dropout": 0.0, "activation_function": shape.activation, "add_bias_logits": False,
        "add_final_layer_norm": False, "architectures": ["MarianMTModel"], "attention_dropout": 0.0,
        "bad_words_ids": [[pad]], "bos_token_id": 0, "classif_dropout": 0.0, "classifier_dropout": 0.0,
        "d_model": shape.width, "decoder_attention_heads": shape.heads, "decoder_ffn_dim": shape.inner,
        "decoder_layerdrop": 0.0, "decoder_layers": shape.layers[1], "decoder_start_token_id": pad,
        "decoder_vocab_size": shape.vocabulary, "dropout": 0.1, "encoder_attention_heads": shape.heads,
        "encoder_ffn_dim": shape.inner, "encoder_layerdrop": 0.0, "encoder_layers": shape.layers[0], "eos_token_id": 0,
        "forced_eos_token_id": 0, "id2label": {"0": "LABEL_0", "1": "LABEL_1", "2": "LABEL_2"}, "init_std": 0.02,
        "is_encoder_decoder": True, "label2id": {"LABEL_0": 0, "LABEL_1": 1, "LABEL_2": 2}, "max_length": 512,
        "max_position_embeddings": 512, "model_type": "marian", "normalize_before": False, "normalize_embedding": False,
        "num_beams": 6, "num_hidden_layers": shape.layers[0], "pad_token_id": pad, "scale_embedding": True,
        "share_encoder_decoder_embeddings": True, "static_position_embeddings": True,
        "transformers_version": "4.22.0.dev0", "use_cache": True, "vocab_size": shape.vocabulary,
    } | ({"torch_dtype": "float16"} if half else {})  # fmt: skip


def _generation(shape: Shape) -> dict[str, Any]:
    pad = shape.vocabulary - 1
    return {
        "_from_model_config": True, "bad_words_ids": [[pad]], "bos_token_id": 0, "decoder_start_token_id": pad,
        "eos_token_id": 0, "forced_eos_token_id": 0, "max_length": 512, "num_beams": 6, "pad_token_id": pad,
        "renormalize_logits": True, "transformers_version": "4.32.0.dev0",
    }  # fmt: skip


def _bart_settings(shape: Shape) -> dict[str, Any]:
    return {
        "activation_dropout": 0.0, "activation_function": shape.activation, "architectures": ["BartForConditionalGeneration"],
        "attention_dropout": 0.0, "bos_token_id": 0, "d_model": shape.width, "decoder_attention_heads": shape.heads,
        "decoder_ffn_dim": shape.inner, "decoder_layers": shape.layers[1], "decoder_start_token_id": 2, "dropout": 0.1,
        "early_stopping": True, "encoder_attention_heads": shape.heads, "encoder_ffn_dim": shape.inner,
        "encoder_layers": shape.layers[0], "eos_token_id": 2, "forced_eos_token_id": 2, "init_std": 0.02,
        "is_encoder_decoder": True, "length_penalty": 0.5, "max_length": 62, "max_position_embeddings": 1024,
        "min_length": 11, "model_type": "bart", "no_repeat_ngram_size": 3, "normalize_before": False,
        "normalize_embedding": True, "num_beams": 6, "pad_token_id": 1, "scale_embedding": False, "use_cache": True,
        "vocab_size": shape.vocabulary,
    }  # fmt: skip


def _marian_weights(shape: Shape, rng: np.random.Generator) -> Iterator[tuple[str, torch.Tensor]]:
    shared = _random(rng, shape.vocabulary, shape.width, scale=shape.width**-0.5)
    shared[-1] = 0  # the pad, which starts the decoder, is no word
    bias = _random(rng, 1, shape.vocabulary, scale=0.5)
    bias[0, 0] = 3.0  # the end mark wins now and then, so that lengths differ
    yield "final_logits_bias", bias
    yield "model.shared.weight", shared
    for side in ("encoder", "decoder"):
        yield f"model.{side}.embed_tokens.weight", shared
        yield f"model.{side}.embed_positions.weight", _sinusoids(512, shape.width)
    last = f"model.decoder.layers.{shape.layers[1] - 1}.final_layer_norm.weight"
    for name, tensor in _layers(shape, rng):
        # With tied tables and random weights the likeliest next word is the last one; random signs break that.
        yield name, torch.sign(_random(rng, shape.width, scale=1.0)) if name == last else tensor
    yield "lm_head.weight", shared


def _bart_weights(shape: Shape, rng: np.random.Generator) -> Iterator[tuple[str, torch.Tensor]]:
    shared = _random(rng, shape.vocabulary, shape.width, scale=shape.width**-0.5)
    yield "final_logits_bias", torch.zeros(1, shape.vocabulary)
    yield "model.shared.weight", shared
    for side in ("encoder", "decoder"):
        yield f"model.{side}.embed_tokens.weight", shared
        yield f"model.{side}.embed_positions.weight", _random(rng, 1026, shape.width, scale=0.1)
        yield from _norm(f"model.{side}.layernorm_embedding", shape.width)
    yield from _layers(shape, rng)
    yield "lm_head.weight", shared


def _layers(shape: Shape, rng: np.random.Generator) -> Iterator[tuple[str, torch.Tensor]]:
    for side, count in zip(("encoder", "decoder"), shape.layers, strict=True):
        for number in range(count):
            layer = f"model.{side}.layers.{number}"
            for attention in ("self_attn",) if side == "encoder" else ("self_attn", "encoder_attn"):
                for part in ("k_proj", "v_proj", "q_proj", "out_proj"):
                    yield from _linear(f"{layer}.{attention}.{part}", rng, shape.width, shape.width)
                yield from _norm(f"{layer}.{attention}_layer_norm", shape.width)
            yield from _linear(f"{layer}.fc1", rng, shape.inner, shape.width)
            yield from _linear(f"{layer}.fc2", rng, shape.width, shape.inner)
            yield from _norm(f"{layer}.final_layer_norm", shape.width)


def _linear(name: str, rng: np.random.Generator, out: int, width: int) -> Iterator[tuple[str, torch.Tensor]]:
    yield f"{name}.weight", _random(rng, out, width, scale=width**-0.5)
    yield f"{name}.bias", _random(rng, out, scale=0.02)


def _norm(name: str, width: int) -> Iterator[tuple[str, torch.Tensor]]:
    yield f"{name}.weight", torch.ones(width)
    yield f"{name}.bias", torch.zeros(width)


def _random(rng: np.random.Generator, *size: int, scale: float) -> torch.Tensor:
    return torch.from_numpy(rng.standard_normal(size, dtype=np.float32) * np.float32(scale))


def _sinusoids(positions: int, width: int) -> torch.Tensor:
    angles = np.arange(positions)[:, None] / 10000 ** (2 * np.arange(width // 2)[None, :] / width)
    return torch.from_numpy(np.concatenate([np.sin(angles), np.cos(angles)], 1).astype(np.float32))
