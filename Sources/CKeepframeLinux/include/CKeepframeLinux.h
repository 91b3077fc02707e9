// Linux calls that Swift's Glibc module does not show.
#pragma once

/// Exchanges what two names of one file system stand for, in one step. Returns 0, or -1 with errno set.
int keepframe_exchange_paths(const char *a, const char *b);

/// Tells malloc to keep memory that is freed instead of giving it back to the system, up to 256 MB, and to take blocks of up
/// to 32 MB from it: what is allocated again at once need not be zeroed by the kernel, page by page. For the whole process.
void keepframe_keep_freed_memory(void);
