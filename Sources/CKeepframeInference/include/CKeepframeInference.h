#ifndef KEEPFRAME_CINFERENCE_H
#define KEEPFRAME_CINFERENCE_H

// OpenVINO's C API, found at run time with dlopen, so that the package builds without it. Swift
// cannot call variadic functions such as ov_core_compile_model; it sees only the flat functions
// below.
//
// Functions that can fail return NULL or false and store a message in `*error`, to be freed with `free`. Nothing here is
// thread-safe except `ckeepframe_inference_runtime_open`: one session, one caller at a time.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The loaded library and one `ov_core`. The library itself stays loaded for the life of the process: its threads and
/// static objects do not survive dlclose.
typedef struct ckeepframe_inference_runtime ckeepframe_inference_runtime;

/// A model as read from its file, before compilation.
typedef struct ckeepframe_inference_model ckeepframe_inference_model;

/// A model compiled for the CPU, with one request. Keeps what it needs alive; model and runtime may be freed before it.
typedef struct ckeepframe_inference_session ckeepframe_inference_session;

/// `ov_element_type_e` since OpenVINO 2025.0; FeaturesTests compares it with the header in the wheel.
enum { ckeepframe_inference_f32 = 4, ckeepframe_inference_i32 = 9, ckeepframe_inference_i64 = 10 };

/// Loads `library`, the path of libopenvino_c, and checks that its version is one whose enumerations we know.
ckeepframe_inference_runtime *ckeepframe_inference_runtime_open(const char *library, char **error);
/// `2026.4.1-22982-...`; owned by the runtime.
const char *ckeepframe_inference_runtime_version(const ckeepframe_inference_runtime *runtime);
void ckeepframe_inference_runtime_free(ckeepframe_inference_runtime *runtime);

/// Reads IR (.xml with .bin beside it) or ONNX.
ckeepframe_inference_model *ckeepframe_inference_model_read(ckeepframe_inference_runtime *runtime, const char *path, char **error);
void ckeepframe_inference_model_free(ckeepframe_inference_model *model);

size_t ckeepframe_inference_model_input_count(const ckeepframe_inference_model *model);
size_t ckeepframe_inference_model_output_count(const ckeepframe_inference_model *model);

/// One input or output of a model; valid as long as the model and until it is reshaped.
typedef struct ckeepframe_inference_port ckeepframe_inference_port;

const ckeepframe_inference_port *ckeepframe_inference_model_input(const ckeepframe_inference_model *model, size_t index);
const ckeepframe_inference_port *ckeepframe_inference_model_output(const ckeepframe_inference_model *model, size_t index);
/// Empty if the model gives it none.
const char *ckeepframe_inference_port_name(const ckeepframe_inference_port *port);
/// An `ov_element_type_e`.
int32_t ckeepframe_inference_port_element_type(const ckeepframe_inference_port *port);
/// -1 if not even the rank is known.
int64_t ckeepframe_inference_port_rank(const ckeepframe_inference_port *port);
/// -1 if dynamic.
int64_t ckeepframe_inference_port_dimension(const ckeepframe_inference_port *port, size_t index);

/// Fixes the shape of input `index`. Outputs are inferred anew, and ports must be asked for again.
bool ckeepframe_inference_model_reshape(ckeepframe_inference_model *model, size_t index, const int64_t *dimensions, size_t rank, char **error);

/// Compiles for the CPU: latency, one stream, `threads` threads, no pinning, arithmetic in
/// `precision` ("f32" or "bf16"). `input` and `output` choose the ports for
/// `ckeepframe_inference_session_input` and `ckeepframe_inference_session_output`.
ckeepframe_inference_session *ckeepframe_inference_session_compile(
  ckeepframe_inference_runtime *runtime, const ckeepframe_inference_model *model, size_t input, size_t output, const char *precision, int threads,
  char **error);
/// Makes a session of what `ckeepframe_inference_session_export` wrote with the same version on the
/// same kind of processor, without a model. OpenVINO reads weights from `content` while the session
/// lives, and may crash if any byte of it differs.
ckeepframe_inference_session *ckeepframe_inference_session_import(
  ckeepframe_inference_runtime *runtime, const void *content, size_t size, size_t input, size_t output, const char *precision, int threads,
  char **error);
/// Writes the whole compiled model to a file in memory. Returns its descriptor, which the caller
/// closes, or -1 on failure.
int ckeepframe_inference_session_export(const ckeepframe_inference_session *session, char **error);
/// The precision that the arithmetic is really done in: a CPU without bf16 ignores the request.
/// Owned by the session.
const char *ckeepframe_inference_session_precision(const ckeepframe_inference_session *session);
/// The input buffer, owned by the session: write `*count` floats, then run. NULL if the input takes
/// integers.
float *ckeepframe_inference_session_input(ckeepframe_inference_session *session, size_t *count);
/// Writes integers to input `index`, which takes `count` of them, as int64 or int32.
bool ckeepframe_inference_session_set_integers(
  ckeepframe_inference_session *session, size_t index, const int64_t *values, size_t count, char **error);
bool ckeepframe_inference_session_run(ckeepframe_inference_session *session, char **error);
/// The output buffer, owned by the session, valid until the next run.
const float *ckeepframe_inference_session_output(const ckeepframe_inference_session *session, size_t *count);
void ckeepframe_inference_session_free(ckeepframe_inference_session *session);

/// Sessions, models and runtimes alive in this process, so that tests can see that each was freed.
int ckeepframe_inference_live_objects(void);

#endif
