#!/usr/bin/env python3
"""Writes Tests/BaselinesTests/References/encoders.safetensors: the outputs and gradients of the encoders in PyTorch.

Needs torch, numpy and safetensors. Small, seeded weights; the Swift tests read weights and inputs from the file and compare.
For each kind: `KIND.w.NAME` weights in Keepframe's layout, `KIND.out` the encoded clips, `KIND.g.NAME` the gradients of
sum(out * aim). For slots: `slots.x`, `slots.out`. For the projection: `front.*`.
"""
import sys

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn.functional import normalize

torch.manual_seed(11)
torch.set_num_threads(1)
D, H, N = 8, 5, 40
CLIPS = [(0, 9), (9, 10), (10, 40), (3, 20)]
DILATIONS = [1, 2, 4, 8, 16]
HEADS, KEYS = 4, 128
tensors = {"x": normalize(torch.randn(N, D) + 0.5, dim=1), "aim": torch.randn(len(CLIPS), D)}


def add(name, value):
    tensors[name] = value.detach().contiguous().clone()


def finish(kind, encode, weights, layout):
    """weights: name -> tensor with gradient, in PyTorch's layout; layout: how Keepframe holds it."""
    out = torch.stack([normalize(encode(tensors["x"][a:b]), dim=0) for a, b in CLIPS])
    (out * tensors["aim"]).sum().backward()
    add(f"{kind}.out", out)
    for name, value in weights.items():
        add(f"{kind}.w.{name}", layout(name, value))
        add(f"{kind}.g.{name}", layout(name, value.grad))


def rows(name, value):
    return value[None] if value.dim() == 1 else value


def recurrent(kind, cell):
    out = nn.Linear(H, D)
    names = {"cell.weight_ih": cell.weight_ih_l0, "cell.weight_hh": cell.weight_hh_l0, "cell.bias_ih": cell.bias_ih_l0,
             "cell.bias_hh": cell.bias_hh_l0, "out.weight": out.weight, "out.bias": out.bias}
    finish(kind, lambda x: x.mean(0) + out(cell(x[None])[0][0, -1]), names,
           lambda name, v: v.T if name == "out.weight" else rows(name, v))


recurrent("rnn", nn.RNN(D, H, batch_first=True))
recurrent("lstm", nn.LSTM(D, H, batch_first=True))
recurrent("gru", nn.GRU(D, H, batch_first=True))

layers = [nn.Conv1d(D if i == 0 else H, H, 3, dilation=d) for i, d in enumerate(DILATIONS)]
tcn_out = nn.Linear(H, D)


def tcn(x):
    y = x.T[None]
    for i, (layer, d) in enumerate(zip(layers, DILATIONS)):
        z = torch.relu(layer(nn.functional.pad(y, (2 * d, 0))))
        y = z if i == 0 else z + y
    return x.mean(0) + tcn_out(y[0, :, -1])


tcn_names = {f"layer{i}.{part}": getattr(layer, part) for i, layer in enumerate(layers) for part in ("weight", "bias")}
tcn_names |= {"out.weight": tcn_out.weight, "out.bias": tcn_out.bias}
finish("tcn", tcn, tcn_names, lambda name, v: v.permute(2, 1, 0).reshape(-1, H) if v.dim() == 3 else
       v.T if name == "out.weight" else rows(name, v))

query = nn.Parameter(torch.randn(1, KEYS) * 0.3)
key = nn.Parameter(torch.randn(D, KEYS) * 0.3)
value = nn.Parameter(torch.randn(D, D) * 0.3)
hidden, flat_out = nn.Linear(D, H), nn.Linear(H, D)


def flat(x):
    q, k = query.view(HEADS, -1), (x @ key).view(len(x), HEADS, -1)
    v = (x + x @ value).view(len(x), HEADS, -1)
    weights = (torch.einsum("hk,nhk->hn", q, k) / (KEYS / HEADS) ** 0.5).softmax(1)
    found = torch.einsum("hn,nhd->hd", weights, v).reshape(-1)
    return found + flat_out(nn.functional.silu(hidden(found)))


finish("flat-attention", flat, {"query": query, "key.weight": key, "value.weight": value, "hidden.weight": hidden.weight,
                                "hidden.bias": hidden.bias, "out.weight": flat_out.weight, "out.bias": flat_out.bias},
       lambda name, v: v.T if name in ("hidden.weight", "out.weight") else rows(name, v))

# Slots: farthest points, two rounds of softmax over slots.
x = tensors["x"].double()
seeds = [int((x @ x.T).sum(1).argmin())]
while len(seeds) < (len(x) + 2) // 3:
    seeds.append(int((x @ x[seeds].T).max(1).values.argmin()))
slots = x[seeds]
for _ in range(2):
    slots = normalize((20 * slots @ x.T).softmax(0) @ x, dim=1)
add("slots.out", slots.float())

save_file(tensors, sys.argv[1] if len(sys.argv) > 1 else "Tests/BaselinesTests/References/encoders.safetensors")
