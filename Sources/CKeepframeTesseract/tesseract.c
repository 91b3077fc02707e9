#define _GNU_SOURCE
#include "CKeepframeTesseract.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// As in tesseract/capi.h of Tesseract 5.
enum { lstm_only = 1, sparse_text = 11 };

typedef struct api {
  void *(*create)(void);
  void (*destroy)(void *);
  int (*init)(void *, const char *, const char *, int);
  int (*set_variable)(void *, const char *, const char *);
  void (*set_mode)(void *, int);
  void (*set_image)(void *, const unsigned char *, int, int, int, int);
  void (*set_resolution)(void *, int);
  char *(*table)(void *, int);
  void (*clear)(void *);
  void (*end)(void *);
  char **(*languages)(const void *);
  void (*free_texts)(char **);
  void (*free_text)(const char *);
  const char *(*version)(void);
  /// Of OpenMP, for the calling thread; NULL where Tesseract was built without it.
  void (*set_thread_count)(int);
} api;

struct ckeepframe_tesseract {
  void *handle;
};

static api library;
static bool is_loaded;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static bool load(char *problem) {
  if (is_loaded) return true;
  void *handle = dlopen("libtesseract.so.5", RTLD_NOW | RTLD_LOCAL);
  if (!handle) {
    const char *reason = dlerror();
    snprintf(problem, ckeepframe_tesseract_problem_size, "%s", reason ? reason : "libtesseract.so.5");
    return false;
  }
  const struct {
    const char *name;
    void *place;
  } symbols[] = {
      {"TessBaseAPICreate", &library.create},         {"TessBaseAPIDelete", &library.destroy},
      {"TessBaseAPIInit2", &library.init},            {"TessBaseAPISetVariable", &library.set_variable},
      {"TessBaseAPISetPageSegMode", &library.set_mode}, {"TessBaseAPISetImage", &library.set_image},
      {"TessBaseAPISetSourceResolution", &library.set_resolution}, {"TessBaseAPIGetTsvText", &library.table},
      {"TessBaseAPIClear", &library.clear},           {"TessBaseAPIEnd", &library.end},
      {"TessDeleteText", &library.free_text},         {"TessVersion", &library.version},
      {"TessDeleteTextArray", &library.free_texts},   {"TessBaseAPIGetLoadedLanguagesAsVector", &library.languages},
  };
  for (size_t i = 0; i < sizeof symbols / sizeof symbols[0]; i++) {
    void *symbol = dlsym(handle, symbols[i].name);
    if (!symbol) {
      snprintf(problem, ckeepframe_tesseract_problem_size, "libtesseract.so.5 has no %s", symbols[i].name);
      dlclose(handle);
      return false;
    }
    *(void **)symbols[i].place = symbol;
  }
  *(void **)&library.set_thread_count = dlsym(handle, "omp_set_num_threads");
  is_loaded = true;
  return true;
}

// It makes do with those of the languages that it has.
static bool has_all(ckeepframe_tesseract *reader, const char *languages) {
  char **loaded = library.languages(reader->handle);
  bool has_all = loaded;
  for (const char *name = languages; has_all; name++) {
    size_t length = strcspn(name, "+");
    bool has = false;
    for (char **language = loaded; *language && !has; language++)
      has = strlen(*language) == length && strncmp(*language, name, length) == 0;
    has_all = has;
    name += length;
    if (!*name) break;
  }
  if (loaded) library.free_texts(loaded);
  return has_all;
}

ckeepframe_tesseract_state ckeepframe_tesseract_open(const char *languages, ckeepframe_tesseract **reader, char *problem) {
  pthread_mutex_lock(&lock);
  bool is_ready = load(problem);
  pthread_mutex_unlock(&lock);
  if (!is_ready) return ckeepframe_tesseract_missing;
  ckeepframe_tesseract *made = malloc(sizeof *made);
  if (!made) abort();
  made->handle = library.create();
  // It would print to standard error.
  library.set_variable(made->handle, "debug_file", "/dev/null");
  // A NULL folder lets it look where TESSDATA_PREFIX says, or else where it was installed.
  if (library.init(made->handle, NULL, languages, lstm_only) != 0 || !has_all(made, languages)) {
    ckeepframe_tesseract_free(made);
    return ckeepframe_tesseract_no_language;
  }
  library.set_mode(made->handle, sparse_text);
  *reader = made;
  return ckeepframe_tesseract_ready;
}

const char *ckeepframe_tesseract_version(const ckeepframe_tesseract *reader) {
  (void)reader;
  return library.version();
}

char *ckeepframe_tesseract_read(ckeepframe_tesseract *reader, const uint8_t *gray, int width, int height) {
  // As for the network. By default it takes all cores, for little.
  if (library.set_thread_count) library.set_thread_count(1);
  library.set_image(reader->handle, gray, width, height, 1, width);
  // A guess from the picture would be taken otherwise, and differ from frame to frame.
  library.set_resolution(reader->handle, 150);
  char *table = library.table(reader->handle, 0);
  library.clear(reader->handle);
  return table;
}

void ckeepframe_tesseract_free_text(const ckeepframe_tesseract *reader, char *text) {
  (void)reader;
  library.free_text(text);
}

void ckeepframe_tesseract_free(ckeepframe_tesseract *reader) {
  library.end(reader->handle);
  library.destroy(reader->handle);
  free(reader);
}
