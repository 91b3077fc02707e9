/// What is wrong with the content of a file, in words. Whoever read the file adds its path.
package struct FileProblem: Error, CustomStringConvertible {
  /// Words that follow the file's path.
  package let description: String

  package init(_ description: String) { self.description = description }
}
