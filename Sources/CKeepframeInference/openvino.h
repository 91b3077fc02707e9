#ifndef KEEPFRAME_OPENVINO_H
#define KEEPFRAME_OPENVINO_H

// The part of OpenVINO's C API that we call, declared by hand so that building needs no OpenVINO.
// Layouts and enumerators as of 2025.0 to 2026.4 (openvino/c/*.h, Apache-2.0).

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int32_t ov_status;        // 0 is success
typedef int32_t ov_element_type;  // see ckeepframe_inference_f32

typedef struct ov_core ov_core;
typedef struct ov_model ov_model;
typedef struct ov_compiled_model ov_compiled_model;
typedef struct ov_infer_request ov_infer_request;
typedef struct ov_tensor ov_tensor;
typedef struct ov_output_const_port ov_output_const_port;

typedef struct {
  const char *build_number;
  const char *description;
} ov_version;

typedef struct {
  int64_t min;
  int64_t max;
} ov_dimension;

typedef struct {
  ov_dimension rank;
  ov_dimension *dims;
} ov_partial_shape;

// X(result, name, parameters)
#define OPENVINO_FUNCTIONS(X)                                                                                               \
  X(ov_status, ov_get_openvino_version, (ov_version *))                                                                     \
  X(void, ov_version_free, (ov_version *))                                                                                  \
  X(const char *, ov_get_last_err_msg, (void))                                                                              \
  X(void, ov_free, (const char *))                                                                                          \
  X(ov_status, ov_core_create, (ov_core **))                                                                                \
  X(void, ov_core_free, (ov_core *))                                                                                        \
  X(ov_status, ov_core_read_model, (const ov_core *, const char *, const char *, ov_model **))                              \
  X(ov_status, ov_core_compile_model, (const ov_core *, const ov_model *, const char *, size_t, ov_compiled_model **, ...)) \
  X(ov_status, ov_core_set_property, (const ov_core *, const char *, ...))                                                  \
  X(ov_status, ov_core_import_model, (const ov_core *, const char *, size_t, const char *, ov_compiled_model **))           \
  X(void, ov_model_free, (ov_model *))                                                                                      \
  X(ov_status, ov_model_inputs_size, (const ov_model *, size_t *))                                                          \
  X(ov_status, ov_model_outputs_size, (const ov_model *, size_t *))                                                         \
  X(ov_status, ov_model_const_input_by_index, (const ov_model *, size_t, ov_output_const_port **))                          \
  X(ov_status, ov_model_const_output_by_index, (const ov_model *, size_t, ov_output_const_port **))                         \
  X(ov_status, ov_model_reshape_by_port_indexes, (const ov_model *, const size_t *, const ov_partial_shape *, size_t))      \
  X(ov_status, ov_port_get_any_name, (const ov_output_const_port *, char **))                                               \
  X(ov_status, ov_port_get_element_type, (const ov_output_const_port *, ov_element_type *))                                 \
  X(ov_status, ov_port_get_partial_shape, (const ov_output_const_port *, ov_partial_shape *))                               \
  X(void, ov_output_const_port_free, (ov_output_const_port *))                                                              \
  X(ov_status, ov_partial_shape_create_static, (int64_t, const int64_t *, ov_partial_shape *))                              \
  X(void, ov_partial_shape_free, (ov_partial_shape *))                                                                      \
  X(ov_status, ov_compiled_model_get_property, (const ov_compiled_model *, const char *, char **))                          \
  X(ov_status, ov_compiled_model_export_model, (const ov_compiled_model *, const char *))                                   \
  X(ov_status, ov_compiled_model_create_infer_request, (const ov_compiled_model *, ov_infer_request **))                    \
  X(void, ov_compiled_model_free, (ov_compiled_model *))                                                                    \
  X(ov_status, ov_infer_request_get_input_tensor_by_index, (const ov_infer_request *, size_t, ov_tensor **))                \
  X(ov_status, ov_infer_request_get_output_tensor_by_index, (const ov_infer_request *, size_t, ov_tensor **))               \
  X(ov_status, ov_infer_request_infer, (ov_infer_request *))                                                                \
  X(void, ov_infer_request_free, (ov_infer_request *))                                                                      \
  X(ov_status, ov_tensor_get_element_type, (const ov_tensor *, ov_element_type *))                                          \
  X(ov_status, ov_tensor_get_size, (const ov_tensor *, size_t *))                                                           \
  X(ov_status, ov_tensor_data, (const ov_tensor *, void **))                                                                \
  X(void, ov_tensor_free, (ov_tensor *))

#define OPENVINO_DECLARE(result, name, parameters) result(*name) parameters;
typedef struct {
  OPENVINO_FUNCTIONS(OPENVINO_DECLARE)
} openvino;

#endif
