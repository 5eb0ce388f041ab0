"""Key map `clip-vit`: the image tower of CLIP, by OpenAI's and open_clip's names."""

from collections.abc import Mapping
from typing import Final

import torch
from torch import Tensor, nn

TOWER: Final = "visual."
NAMES: Final = (
    ("conv1.", "patch_embed.proj."),
    ("ln_pre.", "norm_pre."),
    ("ln_post.", "norm."),
    ("transformer.resblocks.", "blocks."),
    (".ln_1.", ".norm1."),
    (".ln_2.", ".norm2."),
    (".attn.in_proj_", ".attn.qkv."),
    (".attn.out_proj.", ".attn.proj."),
    (".mlp.c_fc.", ".mlp.fc1."),
    (".mlp.c_proj.", ".mlp.fc2."),
)


def rename(state: Mapping[str, Tensor], network: nn.Module) -> dict[str, Tensor]:
    """Keep the image tower and give it the names of timm's vision transformer.

    The projection into the space shared with texts becomes the last layer.
    """
    whole = any(name.startswith(TOWER) for name in state)
    renamed: dict[str, Tensor] = {}
    for name, tensor in state.items():
        if whole and not name.startswith(TOWER):
            continue
        new = name.removeprefix(TOWER)
        if new == "class_embedding":
            renamed["cls_token"] = tensor.reshape(1, 1, -1)
        elif new == "positional_embedding":
            renamed["pos_embed"] = tensor[None]
        elif new == "proj":
            renamed["head.weight"] = tensor.t().contiguous()
            renamed["head.bias"] = torch.zeros(tensor.shape[1], dtype=tensor.dtype)
        else:
            for theirs, ours in NAMES:
                if theirs in new if theirs.startswith(".") else new.startswith(theirs):
                    new = new.replace(theirs, ours, 1)
            renamed[new] = tensor
    return renamed
