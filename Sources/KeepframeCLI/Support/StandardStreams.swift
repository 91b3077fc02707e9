import Glibc

/// Standard input, output and error, which a caller may have closed.
enum StandardStreams {
  /// Gives those that are closed to something that can neither be read nor written, before a file
  /// is opened: it would get the free number, and what is meant for standard output would go into
  /// it, or come out of a video.
  static func occupy() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 && errno == EBADF {
      _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }
}
