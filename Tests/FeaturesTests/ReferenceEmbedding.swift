// Made by Scripts/reference-embedding.py; do not edit.

/// Every 20th number of the made picture's embedding by the default backbone in f32, from NumPy and
/// OpenVINO's Python.
///
/// Compare to 1e-4: kernels for other CPUs add in another order, which moves numbers of this size
/// (up to 0.15) by less than 1e-5; a wrong channel order, mean or resize moves them by more than
/// 1e-2.
let referenceStep = 20
let referenceEmbedding: [Float] = [
  0.016137, 0.000000, 0.000000, 0.008627, 0.000000, 0.005439, 0.005974, 0.002452,
  0.000337, 0.000000, 0.000401, 0.000000, 0.003619, 0.000000, 0.000228, 0.000000,
  0.000000, 0.000000, 0.000251, 0.000000, 0.057259, 0.000000, 0.033459, 0.000000,
  0.000000, 0.013689, 0.000000, 0.000000, 0.000000, 0.000000, 0.006064, 0.038713,
  0.000000, 0.010389, 0.000000, 0.016127, 0.000000, 0.000000, 0.002079, 0.022774,
  0.013166, 0.000000, 0.000000, 0.000000, 0.000000, 0.132730, 0.018707, 0.000762,
  0.000000, 0.049566, 0.000000, 0.000000, 0.000395, 0.000000, 0.000000, 0.005935,
  0.000000, 0.014085, 0.000000, 0.008228, 0.000000, 0.008871, 0.000000, 0.000000,
]
