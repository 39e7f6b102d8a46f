"""The network and its loss: a MarianMTModel, quick dropout, label-smoothed cross-entropy in one pass, guided attention."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from transformers import MarianConfig, MarianMTModel

from . import config
from .batches import Batch
from .vocabulary import Pieces

ROWS = 128  # rows of logits that are held at a time


def build(shape: config.Shape, pieces: Pieces) -> MarianMTModel:
    """A fresh model; `<pad>` has a zero embedding and starts the decoder, as Marian's converters expect."""
    settings = MarianConfig(  # type: ignore[call-arg]
        vocab_size=len(pieces), decoder_vocab_size=len(pieces), d_model=shape.d_model,
        encoder_layers=shape.encoder_layers, decoder_layers=shape.decoder_layers,
        encoder_ffn_dim=shape.ffn, decoder_ffn_dim=shape.ffn,
        encoder_attention_heads=shape.heads, decoder_attention_heads=shape.heads,
        activation_function=shape.activation, max_position_embeddings=shape.positions,
        dropout=0.0, attention_dropout=0.0, activation_dropout=0.0, scale_embedding=True, static_position_embeddings=True,
        share_encoder_decoder_embeddings=True, tie_word_embeddings=True,
        pad_token_id=pieces.pad, eos_token_id=pieces.end, bos_token_id=pieces.end,
        decoder_start_token_id=pieces.pad, forced_eos_token_id=pieces.end,
    )  # fmt: skip
    settings._attn_implementation = "eager"  # on CPUs a quarter faster than the fused kernel at these lengths
    model = MarianMTModel(settings)
    hold_pad(model)
    return model


def start_embeddings(model: MarianMTModel, table: Path) -> None:
    """Put initial embeddings [pieces, d_model] in place."""
    with torch.no_grad():
        model.model.shared.weight.copy_(torch.from_numpy(np.load(table)))
    hold_pad(model)


def hold_pad(model: MarianMTModel) -> None:
    """Zero the embedding of `<pad>`."""
    with torch.no_grad():
        model.model.shared.weight[model.config.pad_token_id].zero_()


class Dropout:
    """Dropout as a forward hook. On CPUs torch draws its masks on one thread and spends a quarter of a step on it; random
    bytes from a small, fast generator take a tenth of that."""

    def __init__(self, share: float, seed: int) -> None:
        self.cut = round(share * 256)
        self.scale = 256 / (256 - self.cut)
        self.seed = seed
        self.restart(0)

    def restart(self, update: int) -> None:
        """Begin the masks of one update, so that a resumed run draws the ones it would have drawn."""
        self.generator = np.random.Generator(np.random.SFC64([self.seed, update]))

    def __call__(self, module: nn.Module, inputs: Any, output: Any) -> Any:
        """Drop a share of a module's output (its first part, where it is a tuple) while the module trains."""
        if not module.training or self.cut == 0:
            return None
        hidden: Tensor = output[0] if isinstance(output, tuple) else output
        if hidden.is_cuda:
            dropped = nn.functional.dropout(hidden, self.cut / 256)
        else:
            raw = torch.frombuffer(bytearray(self.generator.bytes(hidden.numel())), dtype=torch.uint8)
            dropped = hidden * (raw.view(hidden.shape) >= self.cut).to(hidden.dtype).mul_(self.scale)
        return (dropped, *output[1:]) if isinstance(output, tuple) else dropped


class Attention:
    """Keeps head 0 of the last decoder layer's cross-attention of the latest forward pass, [pairs, target, source]."""

    def __init__(self) -> None:
        self.head: Tensor | None = None

    def __call__(self, module: nn.Module, inputs: Any, output: Any) -> None:
        """Forward hook of the cross-attention."""
        self.head = output[1][:, 0]


def equip(model: MarianMTModel, dropout: Dropout) -> Attention:
    """Hang dropout where Marian has it (attention outputs, feed-forward outputs, embedded input) and watch head 0."""
    inner = model.model
    for stack in (inner.encoder, inner.decoder):
        stack.embed_tokens.register_forward_hook(dropout)
        for layer in stack.layers:
            layer.self_attn.register_forward_hook(dropout)
            layer.fc2.register_forward_hook(dropout)
            if hasattr(layer, "encoder_attn"):
                layer.encoder_attn.register_forward_hook(dropout)
    watched = Attention()
    inner.decoder.layers[-1].encoder_attn.register_forward_hook(watched)
    return watched


class SmoothedCrossEntropy(torch.autograd.Function):
    """Output layer and label-smoothed cross-entropy in one: the slope is made while the logits are at hand, a hundred rows
    at a time, so that [rows, pieces] goes through memory once and in half precision, not five times in full."""

    @staticmethod
    def forward(ctx: Any, hidden: Tensor, weight: Tensor, target: Tensor, smoothing: float, half: bool) -> Tensor:
        """Mean loss over rows. hidden [rows, width], weight [pieces, width], target [rows]."""
        kind = torch.bfloat16 if half else torch.float32
        inner, table = hidden.detach().to(kind), weight.detach().to(kind)
        rows, pieces = hidden.shape[0], weight.shape[0]
        total = torch.zeros((), device=hidden.device)
        slopes = torch.empty(rows, pieces, dtype=kind, device=hidden.device)
        for start in range(0, rows, ROWS):
            gold = target[start : start + ROWS, None]
            logits = (inner[start : start + ROWS] @ table.T).float()
            right, mean = logits.gather(1, gold), logits.mean(1, keepdim=True)
            top = logits.amax(1, keepdim=True)
            chances = logits.sub_(top).exp_()
            mass = chances.sum(1, keepdim=True)
            total += (mass.log() + top - (1 - smoothing) * right - smoothing * mean).sum()
            slope = chances.mul_(mass.reciprocal()).sub_(smoothing / pieces)
            slopes[start : start + ROWS] = slope.scatter_add_(1, gold, torch.full_like(right, smoothing - 1))
        ctx.save_for_backward(slopes @ table, slopes.T @ inner)
        ctx.rows, ctx.kinds = rows, (hidden.dtype, weight.dtype)
        return total / rows

    @staticmethod
    def backward(ctx: Any, *outputs: Tensor) -> tuple[Tensor | None, ...]:
        """Scale what the forward pass prepared."""
        d_hidden, d_weight = ctx.saved_tensors
        scale = outputs[0] / ctx.rows
        return d_hidden.to(ctx.kinds[0]) * scale, d_weight.to(ctx.kinds[1]) * scale, None, None, None


def losses(
    model: MarianMTModel, watched: Attention, batch: Batch, smoothing: float, half: bool
) -> tuple[Tensor, Tensor]:
    """Cross-entropy per target piece, and the guided loss: −log of the attention that head 0 gives to linked pieces."""
    pad = model.config.pad_token_id
    assert pad is not None
    shifted = torch.full_like(batch.target, pad)
    shifted[:, 1:] = batch.target[:, :-1]
    device = batch.source.device.type
    with torch.autocast(device, torch.bfloat16, enabled=half):
        hidden = model.model(
            input_ids=batch.source,
            attention_mask=batch.source.ne(pad).long(),
            decoder_input_ids=shifted,
            use_cache=False,
        ).last_hidden_state
    real = batch.target != pad
    weight = model.model.shared.weight
    main: Tensor = SmoothedCrossEntropy.apply(hidden[real], weight, batch.target[real], smoothing, half)  # type: ignore[no-untyped-call]
    return main, guided(watched, batch)


def guided(watched: Attention, batch: Batch) -> Tensor:
    """Mean over linked target pieces of the cross-entropy between their links (in equal parts) and head 0."""
    if watched.head is None or not len(batch.links):
        return torch.zeros((), device=batch.source.device)
    pair, target, source = batch.links.unbind(1)
    wanted = torch.zeros(watched.head.shape, device=batch.source.device)
    wanted[pair, target, source] = 1.0
    per_piece = wanted.sum(2, keepdim=True)
    rows = per_piece.squeeze(2) > 0
    log = watched.head[rows].float().clamp_min(1e-6).log()
    return -(log * (wanted / per_piece.clamp_min(1.0))[rows]).sum() / rows.sum()
