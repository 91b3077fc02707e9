#include "CKeepframeLinux.h"

#include <malloc.h>

void keepframe_keep_freed_memory(void) {
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 256 << 20);
}
