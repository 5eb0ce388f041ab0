"""Key maps `dinov2` and `dinov2-hf`: DINOv2 by Meta's names, and by those of transformers."""

import re
from collections.abc import Mapping
from typing import Final

import torch
from torch import Tensor, nn

# Blocks that were cut into chunks for training have two numbers; the second counts all.
CHUNKED: Final = re.compile(r"^blocks\.\d+\.(\d+)\.")
GATED: Final = ((".mlp.w12.", ".mlp.fc1."), (".mlp.w3.", ".mlp.fc2."))
TRANSFORMERS: Final = (
    ("dinov2_with_registers.", ""),
    ("dinov2.", ""),
    ("embeddings.patch_embeddings.projection.", "patch_embed.proj."),
    ("embeddings.position_embeddings", "pos_embed"),
    ("embeddings.register_tokens", "register_tokens"),
    ("embeddings.", ""),
    ("encoder.layer.", "blocks."),
    (".attention.output.dense.", ".attn.proj."),
    (".layer_scale1.lambda1", ".ls1.gamma"),
    (".layer_scale2.lambda1", ".ls2.gamma"),
    (".mlp.weights_in.", ".mlp.fc1."),
    (".mlp.weights_out.", ".mlp.fc2."),
    ("layernorm.", "norm."),
)
ATTENTION: Final = re.compile(r"(.*)\.attention\.attention\.(query|key|value)\.(weight|bias)")


def rename(state: Mapping[str, Tensor], network: nn.Module) -> dict[str, Tensor]:
    """Give Meta's tensors the names of timm's vision transformer.

    The token that stands for hidden patches serves training alone. timm keeps registers
    apart from the position embedding, which then no longer holds the class token's.
    """
    renamed: dict[str, Tensor] = {}
    for name, tensor in state.items():
        new = CHUNKED.sub(r"blocks.\1.", name)
        for old, ours in GATED:
            new = new.replace(old, ours)
        renamed[new] = tensor
    renamed.pop("mask_token", None)
    registers, positions = renamed.pop("register_tokens", None), renamed.get("pos_embed")
    if registers is not None and positions is not None and "cls_token" in renamed:
        renamed["reg_token"] = registers
        renamed["cls_token"] = renamed["cls_token"] + positions[:, :1]
        renamed["pos_embed"] = positions[:, 1:]
    return renamed


def rename_hf(state: Mapping[str, Tensor], network: nn.Module) -> dict[str, Tensor]:
    """Give the tensors of transformers' `Dinov2Model` the names of timm's vision transformer."""
    renamed: dict[str, Tensor] = {}
    parts: dict[str, dict[str, Tensor]] = {}
    for name, tensor in state.items():
        new = name
        for theirs, ours in TRANSFORMERS:
            new = new.replace(theirs, ours, 1) if _fits(new, theirs) else new
        match = ATTENTION.fullmatch(new)
        if match:
            joined = f"{match[1]}.attn.qkv.{match[3]}"
            parts.setdefault(joined, {})[match[2]] = tensor
        else:
            renamed[new] = tensor
    for joined, pieces in parts.items():
        if pieces.keys() == {"query", "key", "value"}:
            renamed[joined] = torch.cat([pieces["query"], pieces["key"], pieces["value"]])
    return rename(renamed, network)


def _fits(name: str, theirs: str) -> bool:
    """Tell whether a part of a name is meant: inside if it begins with a dot, else in front."""
    return theirs in name if theirs.startswith(".") else name.startswith(theirs)
