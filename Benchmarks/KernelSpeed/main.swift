// KeepframeKernelSpeed FRAMES FOLDER: times our kernels beside others that do the same, for
// Benchmarks/kernels.
//
// FRAMES is a file of yuv420p frames of 1920x1080. KeepframeKernelSpeed --digest FILE prints the
// SHA-256 of a file.
import Glibc
import KeepframeNumerics

func digest(_ path: String) {
  guard let file = fopen(path, "rb") else { preconditionFailure("cannot read \(path)") }
  var digest = Digest()
  let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 64)
  while case let count = fread(buffer.baseAddress!, 1, buffer.count, file), count > 0 {
    digest.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
  }
  print(digest.finish())
}

func frames(_ path: String) -> Frames {
  guard let file = fopen(path, "rb") else { preconditionFailure("cannot read \(path)") }
  fseek(file, 0, SEEK_END)
  let size = ftell(file)
  rewind(file)
  let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 64)
  precondition(size >= 3 * Frames.size && fread(bytes.baseAddress!, 1, size, file) == size, "cannot read frames of \(path)")
  return Frames(bytes: UnsafeRawBufferPointer(bytes))
}

let arguments = CommandLine.arguments
precondition(arguments.count == 3, "usage: KeepframeKernelSpeed FRAMES FOLDER, or --digest FILE")
if arguments[1] == "--digest" {
  digest(arguments[2])
} else {
  try prepareMatmul()
  let frames = frames(arguments[1])
  compareThumbnails(frames)
  compareDifferences(frames)
  compareDetector(arguments[2])
  compareSimilarity()
  compareProducts()
  compareRows()
}
