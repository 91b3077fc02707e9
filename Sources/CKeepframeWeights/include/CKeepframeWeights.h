// Trained weights: the bytes of the safetensors files of this folder are part of the program, which needs no file of them at run time.
#pragma once
#include <stddef.h>

struct keepframe_bytes {
  const unsigned char *start;
  size_t count;
};

extern const struct keepframe_bytes keepframe_boundary_weights;
extern const struct keepframe_bytes keepframe_encoder_weights;
extern const struct keepframe_bytes keepframe_gate_weights;
// Gates that were taught, for the pipelines of their names.
extern const struct keepframe_bytes keepframe_film_weights;
extern const struct keepframe_bytes keepframe_lecture_weights;
extern const struct keepframe_bytes keepframe_surveillance_weights;
