/// What is wrong with the content of a file, in words. Whoever read the file adds its path.
struct FileProblem: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
