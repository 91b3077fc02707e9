#!/usr/bin/env python3
"""Writes Tests/FeaturesTests/ReferenceEmbedding.swift: the output of the default backbone by NumPy and OpenVINO's own Python.

    PYTHONPATH=.deps/python Scripts/reference-embedding.py >Tests/FeaturesTests/ReferenceEmbedding.swift

So the expected values in the tests do not come from the code under test. Run it again when the model changes.
"""

import json
import pathlib

import numpy as np
import openvino as ov

MODELS = pathlib.Path(__file__).resolve().parent.parent / ".deps/models"
STEP = 20


def made_picture(width, height):
    """The picture that `Picture.made` in the tests makes: slanted waves, different in each channel, integers only."""
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    return ((x * (3 + c) + y * (5 - c) + (x * y) // (17 + c)) % 256).astype(np.uint8)


def main():
    sidecar = json.loads((MODELS / "efficientnet-lite0.keepframe.json").read_text())
    pixels = made_picture(sidecar["width"], sidecar["height"]).astype(np.float64)
    image = (pixels * sidecar["scale"] - sidecar["mean"]) / sidecar["std"]
    image = image.transpose(2, 0, 1)[None].astype(np.float32)
    compiled = ov.Core().compile_model(
        MODELS / "efficientnet-lite0.xml", "CPU", {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": 1}
    )
    features = compiled(image)["features"][0].astype(np.float64)
    unit = features / np.linalg.norm(features)
    chosen = unit[::STEP]
    print("// Made by Scripts/reference-embedding.py; do not edit.\n")
    print("/// Every 20th number of the made picture's embedding by the default backbone in f32, from NumPy and OpenVINO's Python.")
    print("///")
    print("/// Compare to 1e-4: kernels for other CPUs add in another order, which moves numbers of this size (up to 0.15) by less")
    print("/// than 1e-5; a wrong channel order, mean or resize moves them by more than 1e-2.")
    print(f"let referenceStep = {STEP}")
    print("let referenceEmbedding: [Float] = [")
    for row in range(0, len(chosen), 8):
        print("  " + ", ".join(f"{value:.6f}" for value in chosen[row : row + 8]) + ",")
    print("]")


if __name__ == "__main__":
    main()
