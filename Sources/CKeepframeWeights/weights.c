#include "CKeepframeWeights.h"

#pragma clang diagnostic ignored "-Wc23-extensions"  // #embed: clang has it in every C mode

static const unsigned char boundaries[] = {
#embed "boundaries.safetensors"
};

static const unsigned char encoder[] = {
#embed "encoder.safetensors"
};

static const unsigned char gate[] = {
#embed "gate.safetensors"
};

static const unsigned char film[] = {
#embed "film.safetensors"
};

static const unsigned char lecture[] = {
#embed "lecture.safetensors"
};

static const unsigned char surveillance[] = {
#embed "surveillance.safetensors"
};

const struct keepframe_bytes keepframe_boundary_weights = {boundaries, sizeof boundaries};
const struct keepframe_bytes keepframe_encoder_weights = {encoder, sizeof encoder};
const struct keepframe_bytes keepframe_gate_weights = {gate, sizeof gate};
const struct keepframe_bytes keepframe_film_weights = {film, sizeof film};
const struct keepframe_bytes keepframe_lecture_weights = {lecture, sizeof lecture};
const struct keepframe_bytes keepframe_surveillance_weights = {surveillance, sizeof surveillance};
