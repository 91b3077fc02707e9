internal import CKeepframeLinux

/// Tells malloc to keep memory that is freed, up to 256 MB, instead of giving it back to the
/// system.
///
/// For programs that train: each step frees and allocates matrices of the same sizes, and half of
/// its time would go into having the kernel zero them again. It holds for the whole process, so no
/// library calls it.
package func keepFreedMemory() { keepframe_keep_freed_memory() }
