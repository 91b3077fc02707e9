internal import Glibc
package import KeepframeNumerics
internal import KeepframeSystem
package import SystemPackage

/// Names what pictures show, by the last layer of the network that embedded them: a thousand
/// classes of ImageNet, by WordNet's names.
///
/// It is coarse. Every picture is one of the thousand to it, and half of what film shows is none.
package struct Classifier: Hashable, Sendable {
  /// SHA-256 of its file.
  package let digest: String
  /// `[1000, D]`
  private let weights: Matrix
  /// `[1000]`
  private let bias: [Float]
  /// What WordNet calls each class, synonyms parted by commas.
  private let names: [String]
  /// The length of a usual embedding, to which unit vectors are scaled.
  private let scale: Float

  /// A label is given from this probability on.
  static let leastProbability: Float = 0.2
  /// More are not given of a picture.
  static let most = 3

  private static let format = "keepframe.labels/1"
  private static let mostBytes = 64 << 20

  /// - Parameter dimension: D, the length of the embeddings.
  /// - Returns: nil if there is no such file.
  /// - Throws: ``TextError`` `badClassifier`.
  package init?(contentsOf path: FilePath, dimension: Int) throws(TextError) {
    guard FileSystem.isRegularFile(path) else { return nil }
    func refusal(_ how: String) -> TextError { .badClassifier(file: path.string, how: how) }
    let bytes: [UInt8]
    do throws(Errno) { bytes = try FileSystem.read(path, limit: Self.mostBytes) } catch {
      throw refusal("cannot be read (\(error))")
    }
    let file: SafetensorsFile
    do throws(TensorError) {
      file = try Self.parse(bytes, path)
    } catch { throw refusal("is damaged") }
    let names = (file.metadata["names"] ?? "").split(separator: "\n").map { PlainText.line(String($0)) }
    guard file.metadata["format"] == Self.format, let scale = file.metadata["scale"].flatMap(Float.init), scale.isFinite,
      scale > 0,
      let weights = file["weight"].flatMap(Matrix.init), case .float32(let bias)? = file["bias"]?.elements,
      weights.rows == names.count, bias.count == names.count, weights.columns == dimension,
      weights.values.allSatisfy(\.isFinite), bias.allSatisfy(\.isFinite), !names.contains("")
    else { throw refusal("is not of this version, or not of \(dimension) numbers a picture") }
    digest = Digest.hex(of: bytes)
    (self.weights, self.bias, self.names, self.scale) = (weights, bias, names, scale)
  }

  private static func parse(_ bytes: [UInt8], _ path: FilePath) throws(TensorError) -> SafetensorsFile {
    var file: Result<SafetensorsFile, TensorError>?
    bytes.withUnsafeBytes { bytes in
      file = Result { () throws(TensorError) in try SafetensorsFile(bytes: bytes, name: path.string) }
    }
    return try file!.get()
  }

  /// The names of what each picture shows, the likeliest first.
  ///
  /// - Parameter embeddings: `[K, D]`, rows of unit length.
  /// - Precondition: ``prepareMatmul()`` has succeeded.
  package func labels(of embeddings: Matrix) -> [[String]] {
    guard embeddings.rows > 0 else { return [] }
    let products = matmul(embeddings, weights, transposeB: true)
    return (0..<embeddings.rows).map { row in
      let scores = zip(products[row: row], bias).map { $0 * scale + $1 }
      let largest = scores.max() ?? 0
      // From the largest down, what is left out changes nothing.
      let sum = scores.reduce(0 as Float) { $0 + expf($1 - largest) }
      return scores.indices.filter { expf(scores[$0] - largest) >= Self.leastProbability * sum }
        .sorted { (scores[$0], $1) > (scores[$1], $0) }.prefix(Self.most).map { names[$0] }
    }
  }

  /// A piece for each label and each stretch of frames that have it.
  ///
  /// - Parameter spans: what each row of `embeddings` stands for, in seconds since the first frame.
  package func pieces(of embeddings: Matrix, spans: [Range<Double>]) -> [TextPiece] {
    var pieces: [TextPiece] = []
    /// Index of the last piece of each label.
    var last: [String: Int] = [:]
    for (labels, span) in zip(labels(of: embeddings), spans) {
      for label in labels {
        if let index = last[label], span.lowerBound <= pieces[index].endS {
          pieces[index].endS = max(pieces[index].endS, span.upperBound)
        } else {
          last[label] = pieces.count
          pieces.append(TextPiece(.label, span, label))
        }
      }
    }
    return pieces
  }
}
