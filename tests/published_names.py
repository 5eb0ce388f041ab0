"""How the projects of the zoo call the tensors of networks that radzoo builds.

Written from their sources, the other way round than `radzoo.models.key_maps`: each function
takes the state of the network that radzoo builds, and gives it as its authors publish it, with
whatever else lies in their file.
"""

import re

import torch


def old_densenet(state):
    return {
        re.sub(r"(denselayer\d+\.(?:norm|conv))([12])", r"\1.\2", k): v for k, v in state.items()
    }


def under(prefix, *, beside=()):
    """Put every tensor under a prefix, with other things beside it in the file."""

    def publish(state):
        return {prefix + name: tensor for name, tensor in state.items()} | extra(*beside)

    return publish


def with_extra(*names):
    return lambda state: dict(state) | extra(*names)


def extra(*names):
    return {name: torch.zeros(3) for name in names}


def emory_race(state):
    return {"module." + name.replace("fc.", "fc.0.", 1): v for name, v in state.items()}


def eva_small(state, *, pretraining=False):
    """EVA-02 with fused weights, as xformers' SwiGLU has them; the rotations are in the file."""
    given = {}
    for name, tensor in state.items():
        name = name.replace("mlp.fc1.", "mlp.w12.").replace("mlp.fc2.", "mlp.w3.")
        given[name.replace("fc_norm.", "norm.") if pretraining else name] = tensor
    given |= extra("rope.freqs_cos", "rope.freqs_sin", "blocks.0.attn.rope.freqs_cos")
    return given | (extra("mask_token", "lm_head.weight", "lm_head.bias") if pretraining else {})


def eva_base(state, *, pretraining=False):
    """EVA-02 with three separate projections and a norm inside its SwiGLU."""
    given = {}
    for name, tensor in state.items():
        for ours, theirs in (
            ("mlp.fc1_g.", "mlp.w1."),
            ("mlp.fc1_x.", "mlp.w2."),
            ("mlp.fc2.", "mlp.w3."),
            ("mlp.norm.", "mlp.ffn_ln."),
            ("attn.q_proj.bias", "attn.q_bias"),
            ("attn.v_proj.bias", "attn.v_bias"),
        ):
            name = name.replace(ours, theirs)
        given[name.replace("fc_norm.", "norm.") if pretraining else name] = tensor
    given |= extra("rope.freqs_cos", "rope.freqs_sin")
    return given | (extra("mask_token", "lm_head.weight", "lm_head.bias") if pretraining else {})


def transformers_dinov2(state):
    """Dinov2Model of transformers: query, key and value apart."""
    given = {"embeddings.mask_token": torch.zeros(1, 3)}
    fixed = {
        "cls_token": "embeddings.cls_token",
        "pos_embed": "embeddings.position_embeddings",
        "patch_embed.proj.weight": "embeddings.patch_embeddings.projection.weight",
        "patch_embed.proj.bias": "embeddings.patch_embeddings.projection.bias",
        "norm.weight": "layernorm.weight",
        "norm.bias": "layernorm.bias",
    }
    for name, tensor in state.items():
        if name in fixed:
            given[fixed[name]] = tensor
            continue
        block, rest = re.fullmatch(r"blocks\.(\d+)\.(.+)", name).groups()
        layer = f"encoder.layer.{block}."
        if rest.startswith("attn.qkv."):
            parts = tensor.chunk(3)
            for part, values in zip(("query", "key", "value"), parts, strict=True):
                given[f"{layer}attention.attention.{part}.{rest.split('.')[-1]}"] = values
            continue
        rest = rest.replace("attn.proj.", "attention.output.dense.")
        rest = re.sub(r"ls([12])\.gamma", r"layer_scale\1.lambda1", rest)
        given[layer + rest] = tensor
    return given


def openai_clip(state):
    """The image tower of OpenAI's CLIP; the projection is a matrix to multiply from the right."""
    given = extra("logit_scale", "token_embedding.weight", "transformer.resblocks.0.ln_1.weight")
    fixed = {
        "patch_embed.proj.weight": "conv1.weight",
        "norm_pre.weight": "ln_pre.weight",
        "norm_pre.bias": "ln_pre.bias",
        "norm.weight": "ln_post.weight",
        "norm.bias": "ln_post.bias",
    }
    inner = (
        ("norm1.", "ln_1."),
        ("norm2.", "ln_2."),
        ("attn.qkv.weight", "attn.in_proj_weight"),
        ("attn.qkv.bias", "attn.in_proj_bias"),
        ("attn.proj.", "attn.out_proj."),
        ("mlp.fc1.", "mlp.c_fc."),
        ("mlp.fc2.", "mlp.c_proj."),
        ("blocks.", "transformer.resblocks."),
    )
    for name, tensor in state.items():
        if name == "cls_token":
            given["visual.class_embedding"] = tensor[0, 0]
        elif name == "pos_embed":
            given["visual.positional_embedding"] = tensor[0]
        elif name == "head.weight":
            given["visual.proj"] = tensor.T
        elif name != "head.bias":
            theirs = fixed.get(name, name)
            for ours, other in inner if name not in fixed else ():
                theirs = theirs.replace(ours, other)
            given["visual." + theirs] = tensor
    return given


def meta_dinov3(state):
    """DINOv3 as Meta has it: registers are called storage, and biases have masks."""
    given = extra("mask_token", "rope_embed.periods")
    for name, tensor in state.items():
        name = re.sub(r"gamma_([12])", r"ls\1.gamma", name)
        given[name.replace("reg_token", "storage_tokens")] = tensor
        if name.endswith("attn.qkv.weight"):
            given[name.replace("weight", "bias")] = torch.zeros(tensor.shape[0])
            given[name.replace("weight", "bias_mask")] = torch.zeros(tensor.shape[0])
    return given


def numbered(prefix, children, *, head=None):
    """A network taken apart into nn.Sequential(*children), which forgets their names."""
    numbers = {name: index for index, name in enumerate(children)}

    def publish(state):
        given = {}
        for name, tensor in state.items():
            child, _, rest = name.partition(".")
            if child in numbers:
                given[f"{prefix}{numbers[child]}.{rest}"] = tensor
            elif child == head:
                given[name] = tensor
        return given

    return publish
