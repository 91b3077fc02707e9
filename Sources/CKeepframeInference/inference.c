#define _GNU_SOURCE
#include "CKeepframeInference.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "openvino.h"

enum { oldest_known_year = 2025, longest_rank = 8 };

static atomic_int live_objects;
int ckeepframe_inference_live_objects(void) { return atomic_load(&live_objects); }

static void *create(size_t size) {
  atomic_fetch_add(&live_objects, 1);
  void *object = calloc(1, size);
  if (!object) abort();  // a few hundred bytes: the process is past saving
  return object;
}

static void destroy(void *object) {
  atomic_fetch_sub(&live_objects, 1);
  free(object);
}

/// Reading and compiling a model leave tens of megabytes of free heap behind, which glibc would keep.
static void give_back_memory(void) {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

static void fail(char **error, const char *format, ...) {
  char message[2048];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  *error = strdup(message);
}

// --- The library

struct ckeepframe_inference_runtime {
  openvino api;
  ov_core *core;
  char version[64];
};

/// The one place where a status becomes an error.
static bool check(const openvino *api, ov_status status, const char *call, char **error) {
  if (status == 0) return true;
  const char *message = api->ov_get_last_err_msg();  // ours to free
  fail(error, "%s: %s (status %d)", call, message && *message ? message : "no message", status);
  if (message) api->ov_free(message);
  return false;
}

ckeepframe_inference_runtime *ckeepframe_inference_runtime_open(const char *library, char **error) {
  // RTLD_LOCAL: its TBB must not be mistaken for another copy in the process.
  void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
  if (!handle) {
    fail(error, "%s", dlerror());
    return NULL;
  }
  ckeepframe_inference_runtime *runtime = create(sizeof *runtime);
  const char *absent = NULL;
#define OPENVINO_LOAD(result, name, parameters) \
  if (!(*(void **)&runtime->api.name = dlsym(handle, #name))) absent = #name;
  OPENVINO_FUNCTIONS(OPENVINO_LOAD)
  if (absent) {
    fail(error, "%s has no %s; it is not OpenVINO %d or newer", library, absent, oldest_known_year);
    destroy(runtime);
    return NULL;
  }
  const openvino *api = &runtime->api;
  ov_version version = {0};
  if (!check(api, api->ov_get_openvino_version(&version), "version", error)) {
    destroy(runtime);
    return NULL;
  }
  snprintf(runtime->version, sizeof runtime->version, "%s", version.build_number ? version.build_number : "");
  api->ov_version_free(&version);
  if (atoi(runtime->version) < oldest_known_year) {
    fail(error, "expected OpenVINO %d or newer, got %s", oldest_known_year, runtime->version);
    destroy(runtime);
    return NULL;
  }
  if (!check(api, api->ov_core_create(&runtime->core), "create core", error)) {
    destroy(runtime);
    return NULL;
  }
  return runtime;
}

const char *ckeepframe_inference_runtime_version(const ckeepframe_inference_runtime *runtime) { return runtime->version; }

void ckeepframe_inference_runtime_free(ckeepframe_inference_runtime *runtime) {
  runtime->api.ov_core_free(runtime->core);
  destroy(runtime);
  give_back_memory();
}

// --- Models

struct ckeepframe_inference_port {
  char name[256];
  ov_element_type element_type;
  int64_t rank;
  int64_t dimensions[longest_rank];
};

struct ckeepframe_inference_model {
  openvino api;  // a copy: a model may outlive its runtime
  ov_model *model;
  size_t input_count, output_count;
  ckeepframe_inference_port *ports;  // inputs, then outputs
};

static bool describe(const openvino *api, ov_output_const_port *source, ckeepframe_inference_port *port, char **error) {
  char *name = NULL;
  if (api->ov_port_get_any_name(source, &name) == 0 && name) {  // a port without a name is not an error
    snprintf(port->name, sizeof port->name, "%s", name);
    api->ov_free(name);
  }
  ov_partial_shape shape = {0};
  if (!check(api, api->ov_port_get_element_type(source, &port->element_type), "port type", error)) return false;
  if (!check(api, api->ov_port_get_partial_shape(source, &shape), "port shape", error)) return false;
  bool known = shape.rank.min == shape.rank.max && shape.rank.max >= 0 && shape.rank.max <= longest_rank;
  port->rank = known ? shape.rank.max : -1;
  for (int64_t i = 0; i < port->rank; i++)
    port->dimensions[i] = shape.dims[i].min == shape.dims[i].max ? shape.dims[i].max : -1;
  api->ov_partial_shape_free(&shape);
  return true;
}

static bool describe_ports(ckeepframe_inference_model *model, char **error) {
  const openvino *api = &model->api;
  free(model->ports);
  model->ports = NULL;
  if (!check(api, api->ov_model_inputs_size(model->model, &model->input_count), "count inputs", error)) return false;
  if (!check(api, api->ov_model_outputs_size(model->model, &model->output_count), "count outputs", error)) return false;
  size_t count = model->input_count + model->output_count;
  model->ports = calloc(count ? count : 1, sizeof *model->ports);
  if (!model->ports) abort();
  for (size_t i = 0; i < count; i++) {
    ov_output_const_port *source = NULL;
    ov_status status = i < model->input_count
      ? api->ov_model_const_input_by_index(model->model, i, &source)
      : api->ov_model_const_output_by_index(model->model, i - model->input_count, &source);
    if (!check(api, status, "port", error)) return false;
    bool described = describe(api, source, &model->ports[i], error);
    api->ov_output_const_port_free(source);
    if (!described) return false;
  }
  return true;
}

ckeepframe_inference_model *ckeepframe_inference_model_read(ckeepframe_inference_runtime *runtime, const char *path, char **error) {
  ckeepframe_inference_model *model = create(sizeof *model);
  model->api = runtime->api;
  if (!check(&model->api, model->api.ov_core_read_model(runtime->core, path, NULL, &model->model), "read model", error)) {
    destroy(model);
    return NULL;
  }
  if (!describe_ports(model, error)) {
    ckeepframe_inference_model_free(model);
    return NULL;
  }
  return model;
}

void ckeepframe_inference_model_free(ckeepframe_inference_model *model) {
  model->api.ov_model_free(model->model);
  free(model->ports);
  destroy(model);
  give_back_memory();
}

size_t ckeepframe_inference_model_input_count(const ckeepframe_inference_model *model) { return model->input_count; }
size_t ckeepframe_inference_model_output_count(const ckeepframe_inference_model *model) { return model->output_count; }
const ckeepframe_inference_port *ckeepframe_inference_model_input(const ckeepframe_inference_model *model, size_t index) { return &model->ports[index]; }
const ckeepframe_inference_port *ckeepframe_inference_model_output(const ckeepframe_inference_model *model, size_t index) {
  return &model->ports[model->input_count + index];
}
const char *ckeepframe_inference_port_name(const ckeepframe_inference_port *port) { return port->name; }
int32_t ckeepframe_inference_port_element_type(const ckeepframe_inference_port *port) { return port->element_type; }
int64_t ckeepframe_inference_port_rank(const ckeepframe_inference_port *port) { return port->rank; }
int64_t ckeepframe_inference_port_dimension(const ckeepframe_inference_port *port, size_t index) { return port->dimensions[index]; }

bool ckeepframe_inference_model_reshape(ckeepframe_inference_model *model, size_t index, const int64_t *dimensions, size_t rank, char **error) {
  const openvino *api = &model->api;
  ov_partial_shape shape = {0};
  if (!check(api, api->ov_partial_shape_create_static((int64_t)rank, dimensions, &shape), "shape", error)) return false;
  bool done = check(api, api->ov_model_reshape_by_port_indexes(model->model, &index, &shape, 1), "reshape", error);
  api->ov_partial_shape_free(&shape);
  return done && describe_ports(model, error);
}

// --- Sessions

struct ckeepframe_inference_session {
  openvino api;
  ov_compiled_model *compiled;
  ov_infer_request *request;
  ov_tensor *input, *output;
  char precision[32];
};

static bool prepare(ckeepframe_inference_session *session, size_t input, size_t output, char **error) {
  const openvino *api = &session->api;
  char *precision = NULL;
  ov_status status = api->ov_compiled_model_get_property(session->compiled, "INFERENCE_PRECISION_HINT", &precision);
  if (!check(api, status, "precision", error)) return false;
  snprintf(session->precision, sizeof session->precision, "%s", precision);
  api->ov_free(precision);
  status = api->ov_compiled_model_create_infer_request(session->compiled, &session->request);
  if (!check(api, status, "create request", error)) return false;
  status = api->ov_infer_request_get_input_tensor_by_index(session->request, input, &session->input);
  if (!check(api, status, "input tensor", error)) return false;
  status = api->ov_infer_request_get_output_tensor_by_index(session->request, output, &session->output);
  if (!check(api, status, "output tensor", error)) return false;
  ov_element_type types[2] = {0};
  if (!check(api, api->ov_tensor_get_element_type(session->input, &types[0]), "input type", error)) return false;
  if (!check(api, api->ov_tensor_get_element_type(session->output, &types[1]), "output type", error)) return false;
  bool takes_integers = types[0] == ckeepframe_inference_i32 || types[0] == ckeepframe_inference_i64;
  if ((types[0] != ckeepframe_inference_f32 && !takes_integers) || types[1] != ckeepframe_inference_f32) {
    fail(error, "expected float32 tensors, got element types %d and %d", types[0], types[1]);
    return false;
  }
  return true;
}

/// The settings that every network runs with, as pairs of name and value.
typedef struct {
  char threads[16];
  const char *pairs[5][2];
} settings;

static void set(settings *into, const char *precision, int threads) {
  snprintf(into->threads, sizeof into->threads, "%d", threads);
  // Pinning would bind *our* thread to a core: with one inference thread, that is the caller's.
  const char *pairs[5][2] = {
    {"INFERENCE_PRECISION_HINT", precision}, {"INFERENCE_NUM_THREADS", into->threads}, {"PERFORMANCE_HINT", "LATENCY"},
    {"NUM_STREAMS", "1"}, {"ENABLE_CPU_PINNING", "NO"},
  };
  memcpy(into->pairs, pairs, sizeof pairs);
}

ckeepframe_inference_session *ckeepframe_inference_session_compile(
  ckeepframe_inference_runtime *runtime, const ckeepframe_inference_model *model, size_t input, size_t output, const char *precision, int threads,
  char **error
) {
  ckeepframe_inference_session *session = create(sizeof *session);
  session->api = runtime->api;
  settings with;
  set(&with, precision, threads);
  ov_status status = session->api.ov_core_compile_model(
    runtime->core, model->model, "CPU", 10, &session->compiled,  //
    with.pairs[0][0], with.pairs[0][1], with.pairs[1][0], with.pairs[1][1], with.pairs[2][0], with.pairs[2][1],
    with.pairs[3][0], with.pairs[3][1], with.pairs[4][0], with.pairs[4][1]);
  if (!check(&session->api, status, "compile", error) || !prepare(session, input, output, error)) {
    ckeepframe_inference_session_free(session);
    return NULL;
  }
  return session;
}

ckeepframe_inference_session *ckeepframe_inference_session_import(
  ckeepframe_inference_runtime *runtime, const void *content, size_t size, size_t input, size_t output, const char *precision,
  int threads, char **error
) {
  ckeepframe_inference_session *session = create(sizeof *session);
  session->api = runtime->api;
  const openvino *api = &session->api;
  settings with;
  set(&with, precision, threads);
  ov_status status = 0;
  // ov_core_import_model takes no settings of its own, but uses the core's.
  for (size_t i = 0; i < 5 && status == 0; i++)
    status = api->ov_core_set_property(runtime->core, "CPU", with.pairs[i][0], with.pairs[i][1]);
  if (status == 0) status = api->ov_core_import_model(runtime->core, content, size, "CPU", &session->compiled);
  if (!check(api, status, "import", error) || !prepare(session, input, output, error)) {
    ckeepframe_inference_session_free(session);
    return NULL;
  }
  return session;
}

int ckeepframe_inference_session_export(const ckeepframe_inference_session *session, char **error) {
  // OpenVINO does not notice when a write fails, and the blob would be cut short. A limit on file
  // sizes is checked here, and memory below.
  struct rlimit limit;
  if (getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_cur != RLIM_INFINITY) {
    fail(error, "files are limited in size");
    return -1;
  }
  int file = memfd_create("keepframe-network", MFD_CLOEXEC);
  if (file < 0) {
    fail(error, "no file in memory");
    return -1;
  }
  char path[32];
  snprintf(path, sizeof path, "/proc/self/fd/%d", file);
  ov_status status = session->api.ov_compiled_model_export_model(session->compiled, path);
  bool done = check(&session->api, status, "export", error);
  // If there is memory for some more, there was enough for all that was written.
  off_t end = lseek(file, 0, SEEK_END);
  if (done && (end <= 0 || posix_fallocate(file, end, 1 << 20) != 0 || ftruncate(file, end) != 0)) {
    fail(error, "no memory for the blob");
    done = false;
  }
  if (done) return file;
  close(file);
  return -1;
}

const char *ckeepframe_inference_session_precision(const ckeepframe_inference_session *session) { return session->precision; }

static float *data(const openvino *api, const ov_tensor *tensor, size_t *count) {
  void *pointer = NULL;
  ov_element_type type = 0;
  bool is_float = api->ov_tensor_get_element_type(tensor, &type) == 0 && type == ckeepframe_inference_f32;
  if (is_float && api->ov_tensor_get_size(tensor, count) == 0 && api->ov_tensor_data(tensor, &pointer) == 0) return pointer;
  *count = 0;
  return NULL;
}

float *ckeepframe_inference_session_input(ckeepframe_inference_session *session, size_t *count) {
  return data(&session->api, session->input, count);
}

bool ckeepframe_inference_session_set_integers(
  ckeepframe_inference_session *session, size_t index, const int64_t *values, size_t count, char **error
) {
  const openvino *api = &session->api;
  ov_tensor *tensor = NULL;
  if (!check(api, api->ov_infer_request_get_input_tensor_by_index(session->request, index, &tensor), "input tensor", error))
    return false;
  ov_element_type type = 0;
  size_t size = 0;
  void *data = NULL;
  bool done = check(api, api->ov_tensor_get_element_type(tensor, &type), "input type", error) &&
              check(api, api->ov_tensor_get_size(tensor, &size), "input size", error) &&
              check(api, api->ov_tensor_data(tensor, &data), "input data", error);
  if (done && (size != count || (type != ckeepframe_inference_i32 && type != ckeepframe_inference_i64))) {
    fail(error, "expected an input of %zu integers, got %zu of element type %d", count, size, type);
    done = false;
  }
  for (size_t i = 0; done && i < count; i++) {
    if (type == ckeepframe_inference_i64)
      ((int64_t *)data)[i] = values[i];
    else
      ((int32_t *)data)[i] = (int32_t)values[i];
  }
  api->ov_tensor_free(tensor);
  return done;
}

bool ckeepframe_inference_session_run(ckeepframe_inference_session *session, char **error) {
  return check(&session->api, session->api.ov_infer_request_infer(session->request), "infer", error);
}

const float *ckeepframe_inference_session_output(const ckeepframe_inference_session *session, size_t *count) {
  return data(&session->api, session->output, count);
}

void ckeepframe_inference_session_free(ckeepframe_inference_session *session) {
  const openvino *api = &session->api;
  if (session->output) api->ov_tensor_free(session->output);
  if (session->input) api->ov_tensor_free(session->input);
  if (session->request) api->ov_infer_request_free(session->request);
  if (session->compiled) api->ov_compiled_model_free(session->compiled);
  destroy(session);
}
