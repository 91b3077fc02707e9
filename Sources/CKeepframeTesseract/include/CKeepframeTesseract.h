#ifndef KEEPFRAME_CTESSERACT_H
#define KEEPFRAME_CTESSERACT_H

// Tesseract's C API, found at run time with dlopen, so that the package builds and runs without it.
// Nothing here is thread-safe but `ckeepframe_tesseract_open`: one reader, one caller at a time.

#include <stdint.h>

enum { ckeepframe_tesseract_problem_size = 300 };

typedef enum {
  ckeepframe_tesseract_ready,
  /// There is no libtesseract.so.5, or it is something else.
  ckeepframe_tesseract_missing,
  /// It has no data of one of the languages.
  ckeepframe_tesseract_no_language,
} ckeepframe_tesseract_state;

typedef struct ckeepframe_tesseract ckeepframe_tesseract;

/// Loads the library and the languages, such as `eng+deu`. `problem` has room for `ckeepframe_tesseract_problem_size` bytes, and is
/// filled if the state is `missing`.
ckeepframe_tesseract_state ckeepframe_tesseract_open(const char *languages, ckeepframe_tesseract **reader, char *problem);

/// Such as `5.3.0`; owned by the library.
const char *ckeepframe_tesseract_version(const ckeepframe_tesseract *reader);

/// Reads a gray picture, rows without padding. Returns Tesseract's table of words, tab-separated, to be freed with
/// `ckeepframe_tesseract_free_text`; NULL if it failed.
char *ckeepframe_tesseract_read(ckeepframe_tesseract *reader, const uint8_t *gray, int width, int height);
void ckeepframe_tesseract_free_text(const ckeepframe_tesseract *reader, char *text);

void ckeepframe_tesseract_free(ckeepframe_tesseract *reader);

#endif
