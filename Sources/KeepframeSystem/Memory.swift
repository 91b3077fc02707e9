internal import CKeepframeLinux

/// Tells malloc to keep freed memory, up to 256 MB, instead of returning it to the system.
///
/// For programs that train: each step frees and allocates matrices of the same sizes. Otherwise
/// half of its time would go into the kernel zeroing them again. The setting holds for the whole
/// process, so no library calls this function.
package func keepFreedMemory() { keepframe_keep_freed_memory() }
