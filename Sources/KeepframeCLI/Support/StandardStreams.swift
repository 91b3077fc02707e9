import Glibc

/// Standard input, output and error, which a caller may have closed.
enum StandardStreams {
  /// Opens `/dev/null` in place of those that are closed, so that using them fails. Must run before
  /// any file is opened: the file would get the free number, and output would be written into it,
  /// or a video would be read as standard input.
  static func occupy() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 && errno == EBADF {
      _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }
}
