// Trained weights: the safetensors files of this folder, embedded in the program, which needs no
// such file at run time.
#pragma once
#include <stddef.h>

struct keepframe_bytes {
  const unsigned char *start;
  size_t count;
};

extern const struct keepframe_bytes keepframe_boundary_weights;
extern const struct keepframe_bytes keepframe_encoder_weights;
extern const struct keepframe_bytes keepframe_gate_weights;
// Gates that were taught, for the pipelines with the same names.
extern const struct keepframe_bytes keepframe_film_weights;
extern const struct keepframe_bytes keepframe_lecture_weights;
extern const struct keepframe_bytes keepframe_surveillance_weights;
