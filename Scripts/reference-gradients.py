#!/usr/bin/env python3
"""Writes Tests/AutogradTests/References/torch.safetensors: PyTorch's results for the operations of `KeepframeAutograd`.

    python3 Scripts/reference-gradients.py        # needs torch (checked with 2.15) and numpy

So the expected values in the tests do not come from the code under test. For every operation NAME, with the name
that it has in Tests/AutogradTests/Operations.swift: `NAME/input/I`, `NAME/output` and `NAME/gradient/I`, the gradient of
`sum(output * weights)` with `NAME/weights`. For the optimizer: `AdamW/PARAMETER/STEP` and `AdamW/PARAMETER/gradient/STEP`.
Inputs are float32; torch computes in float64; results are stored as float32. The same torch gives the same bytes.
"""

import json
import pathlib
import struct

import torch
import torch.nn.functional as F

OUTPUT = pathlib.Path(__file__).resolve().parent.parent / "Tests/AutogradTests/References/torch.safetensors"
N, D = 5, 4
torch.manual_seed(20)
tensors = {}


def case(name, shapes, function, positive=False):
    inputs = [torch.randn(shape).float() for shape in shapes]
    if positive:
        inputs = [x.abs() + 0.5 for x in inputs]
    variables = [x.double().requires_grad_() for x in inputs]
    output = function(*variables)
    weights = torch.randn(output.shape).float()
    (output * weights.double()).sum().backward()
    for index, (x, variable) in enumerate(zip(inputs, variables)):
        tensors[f"{name}/input/{index}"] = x
        tensors[f"{name}/gradient/{index}"] = variable.grad
    tensors[f"{name}/weights"] = weights
    tensors[f"{name}/output"] = output.detach()


def masked(x, values):
    """What the tests add to the scores: every third number hidden from the second on, and `values` at every third."""
    mask = torch.zeros(x.numel(), dtype=x.dtype)
    mask[1::3] = float("-inf")
    if values is not None:
        mask[2::3] = values
    return mask.reshape(x.shape)


def heads(x, count):
    return x.reshape(x.shape[0], count, -1).transpose(0, 1)


def convolve(x, weights, dilation=1, centered=False):
    inputs, outputs = x.shape[1], weights.shape[1]
    taps = weights.shape[0] // inputs
    kernel = weights.reshape(taps, inputs, outputs).permute(2, 1, 0)
    reach = (taps - 1) * dilation
    left = reach // 2 if centered else reach
    return F.conv1d(F.pad(x.T, (left, reach - left)), kernel, dilation=dilation).T


def column(x):
    return x.reshape(-1, 1)


def weighted(losses, weights):
    return ((losses * weights).sum() / weights.sum()).reshape(1, 1)


def operations():
    both = [(N, D), (N, D)]
    case("matmul", [(N, D), (D, 3)], lambda a, b: a @ b)
    case("matmul, A transposed", [(D, N), (D, 3)], lambda a, b: a.T @ b)
    case("matmul, B transposed", [(N, D), (3, D)], lambda a, b: a @ b.T)
    case("matmul, both transposed", [(D, N), (3, D)], lambda a, b: a.T @ b.T)
    case("transposed", [(N, D)], lambda x: x.T)
    case("add", both, lambda a, b: a + b)
    case("subtract", both, lambda a, b: a - b)
    case("multiply", both, lambda a, b: a * b)
    case("scale", [(N, D)], lambda x: -1.5 * x)
    for name in ["addRow", "multiplyRow"]:
        case(name, [(N, D), (1, D)], (lambda a, b: a + b) if name == "addRow" else (lambda a, b: a * b))
    case("multiplyColumn", [(N, D), (N, 1)], lambda a, b: a * b)

    for name in ["relu", "silu", "sigmoid", "tanh", "softplus"]:
        case(name, [(N, D)], getattr(F, name))
    case("exp", [(N, D)], torch.exp)
    case("log", [(N, D)], torch.log, positive=True)

    case("softmaxRows", [(N, D)], lambda x: F.softmax(x, 1))
    case("softmaxRows, mask and temperature", [(N, D)], lambda x: F.softmax(x / 0.3 + masked(x, 0.5), 1))
    case("logSumExpRows", [(N, D)], lambda x: torch.logsumexp(x, 1, keepdim=True))
    case("layerNormRows", [(N, D), (1, D), (1, D)], lambda x, g, b: F.layer_norm(x, (D,), g[0], b[0], eps=0.1))
    case("normalizeRows", [(N, D)], lambda x: F.normalize(x, dim=1))
    case("normalizeRows, shorter than epsilon", [(N, D)], lambda x: F.normalize(x, dim=1, eps=100))
    case("sum", [(N, D)], lambda x: x.sum().reshape(1, 1))
    case("mean", [(N, D)], lambda x: x.mean().reshape(1, 1))
    case("sumRows", [(N, D)], lambda x: x.sum(1, keepdim=True))
    case("meanRows", [(N, D)], lambda x: x.mean(1, keepdim=True))
    case("maxRows", [(N, D)], lambda x: x.max(1, keepdim=True).values)

    case("concatenate columns", [(N, D), (N, 2), (N, 1)], lambda *parts: torch.cat(parts, 1))
    case("concatenate rows", [(N, D), (2, D), (1, D)], lambda *parts: torch.cat(parts, 0))
    case("slice rows", [(N + 2, D)], lambda x: x[1:-1])
    case("slice columns", [(N, D + 2)], lambda x: x[:, 1:-1])
    case("gatherRows", [(N, D)], lambda x: x[[0, N - 1, 0, N // 2]])
    ranges = [slice(0, N), slice(0, (N + 1) // 2), None, slice(N // 2, N)]
    for name, reduce in [("segmentMean", lambda x: x.mean(0)), ("segmentMax", lambda x: x.max(0).values)]:
        nothing = torch.zeros(D, dtype=torch.float64)
        case(name, [(N, D)], lambda x: torch.stack([nothing if r is None else reduce(x[r]) for r in ranges]))

    case("attention", [(N, D), (4, D), (4, 3)], F.scaled_dot_product_attention)
    case(
        "attention, two heads, mask and scale",
        [(N, 2 * D), (4, 2 * D), (4, 6)],
        lambda q, k, v: F.scaled_dot_product_attention(
            heads(q, 2), heads(k, 2), heads(v, 2), attn_mask=masked(q[:, :4], None), scale=0.7
        ).transpose(0, 1).reshape(N, 6),
    )
    case("convolve", [(N, D), (3 * D, 2)], convolve)
    case("convolve, dilated", [(N + 4, D), (3 * D, 2)], lambda x, w: convolve(x, w, 2))
    case("convolve, centered", [(N + 4, D), (3 * D, 2)], lambda x, w: convolve(x, w, 2, True))
    case("convolve, centered, even", [(N + 4, D), (4 * D, 2)], lambda x, w: convolve(x, w, 1, True))

    def states(gates, count):
        return [(N, D)] + [(N, 2)] * count + [(2 * gates, D), (2 * gates, 2), (1, 2 * gates), (1, 2 * gates)]

    case("rnnCell", states(1, 1), lambda x, h, w, u, b, c: torch.rnn_tanh_cell(x, h, w, u, b[0], c[0]))
    case("gruCell", states(3, 1), lambda x, h, w, u, b, c: torch.gru_cell(x, h, w, u, b[0], c[0]))

    def lstm(x, h, cell, w, u, b, c):
        return torch.lstm_cell(x, (h, cell), w, u, b[0], c[0])

    def lstm_twice(x, h, cell, *weights):
        first = lstm(x, h, cell, *weights)
        last = lstm(x, *first, *weights)
        return torch.cat([*last, first[0]], 1)

    case("lstmCell, hidden", states(4, 2), lambda *inputs: lstm(*inputs)[0])
    case("lstmCell, cell", states(4, 2), lambda *inputs: lstm(*inputs)[1])
    case("lstmCell, twice", states(4, 2), lstm_twice)

    targets = torch.arange(N) % D
    halves = (torch.arange(N * D) % 3 / 2).reshape(N, D).double()
    row_weights = (torch.arange(N) % 4 + 0.5).double()
    weights = (torch.arange(N * D) % 4 + 0.5).reshape(N, D).double()
    case("crossEntropy", [(N, D)], lambda x: F.cross_entropy(x, targets).reshape(1, 1))
    case(
        "crossEntropy, weighted",
        [(N, D)],
        lambda x: weighted(F.cross_entropy(x, targets, reduction="none"), row_weights),
    )
    even = torch.full((N, D), 1 / D, dtype=torch.float64)
    case(
        "crossEntropy with distributions",
        [(N, D)],
        lambda x: weighted(F.cross_entropy(x, even, reduction="none"), row_weights),
    )
    for name, loss in [
        ("binaryCrossEntropy", F.binary_cross_entropy_with_logits),
        ("meanSquaredError", F.mse_loss),
    ]:
        case(name, [(N, D)], lambda x: loss(x, halves).reshape(1, 1))
        case(f"{name}, weighted", [(N, D)], lambda x: weighted(loss(x, halves, reduction="none"), weights))
    case(
        "infoNCE",
        both,
        lambda a, b: (
            (F.cross_entropy(2 * a @ b.T, torch.arange(N)) + F.cross_entropy(2 * b @ a.T, torch.arange(N))) / 2
        ).reshape(1, 1),
    )


def optimizer():
    """Five steps with decay on `w` and none on `bias`, as the default groups have it, at a rate that falls."""
    start = {"w": torch.randn(3, 4).float(), "bias": torch.randn(1, 4).float()}
    parameters = {name: x.double().requires_grad_() for name, x in start.items()}
    adamw = torch.optim.AdamW(
        [{"params": [parameters["w"]], "weight_decay": 0.1}, {"params": [parameters["bias"]], "weight_decay": 0.0}],
        betas=(0.8, 0.95),
        eps=1e-6,
    )
    for name, x in start.items():
        tensors[f"AdamW/{name}/0"] = x
    for step in range(1, 6):
        for group in adamw.param_groups:
            group["lr"] = 0.1 / step
        for name, parameter in parameters.items():
            gradient = torch.randn(parameter.shape).float()
            tensors[f"AdamW/{name}/gradient/{step}"] = gradient
            parameter.grad = gradient.double()
        adamw.step()
        for name, parameter in parameters.items():
            tensors[f"AdamW/{name}/{step}"] = parameter.detach().clone()


def write():
    header, data = {}, b""
    for name, tensor in tensors.items():
        values = tensor.to(torch.float32).contiguous().numpy().tobytes()
        shape = list(tensor.shape)
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [len(data), len(data) + len(values)]}
        data += values
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_bytes(struct.pack("<Q", len(text)) + text + data)
    print(f"{OUTPUT.name}: {len(tensors)} tensors, {OUTPUT.stat().st_size} bytes")


operations()
optimizer()
write()
