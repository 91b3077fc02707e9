// Linux calls that Swift's Glibc module does not show.
#pragma once

/// Exchanges two paths of one file system, in one step. Returns 0, or -1 with errno set.
int keepframe_exchange_paths(const char *a, const char *b);

/// Tells malloc to keep up to 256 MB of freed memory instead of giving it back to the system, and
/// to take blocks of up to 32 MB from it. Memory that is soon allocated again then need not be
/// zeroed by the kernel, page by page. Applies to the whole process.
void keepframe_keep_freed_memory(void);
