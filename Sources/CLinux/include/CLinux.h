// Linux calls that Swift's Glibc module does not show.
#pragma once

/// Exchanges what two names of one file system stand for, in one step. Returns 0, or -1 with errno set.
int keepframe_exchange_paths(const char *a, const char *b);
