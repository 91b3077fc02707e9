import KeepframeNumerics
import KeepframeSystem
import KeepframeTestSupport
import SystemPackage
import Testing

@testable import KeepframeText

@Suite struct `A classifier` {
  private let folder = Folder()

  private func write(
    format: String = "keepframe.labels/1", names: String = "tench, Tinca tinca\nsports car, sport car\nweb site",
    scale: String = "10",
    weights: [Float] = [1, 0, 0, 1, -1, 0]
  ) -> FilePath {
    let file = SafetensorsFile(
      tensors: [
        .init(name: "bias", shape: [3], elements: .float32([0, 0, 0])),
        .init(name: "weight", shape: [weights.count / 2, 2], elements: .float32(weights)),
      ], metadata: ["format": format, "names": names, "scale": scale])
    return folder.write(file.encode(), to: "a.labels.safetensors")
  }

  @Test func `names what pictures show, and how long`() throws {
    let classifier = try #require(try Classifier(contentsOf: write(), dimension: 2))
    try prepareMatmul()
    let half = Float(0.5).squareRoot()
    let pictures = Matrix(rows: 4, columns: 2, values: [1, 0, 0, 1, half, half, -1, 0])
    #expect(
      classifier.labels(of: pictures) == [
        ["tench, Tinca tinca"], ["sports car, sport car"], ["tench, Tinca tinca", "sports car, sport car"], ["web site"],
      ])
    let pieces = classifier.pieces(of: pictures, spans: [0..<1, 5..<6, 6..<8, 8..<9])
    #expect(pieces.map(\.seconds) == [0..<1, 5..<8, 6..<8, 8..<9] && pieces.allSatisfy { $0.channel == .label && $0.isValid })
    #expect(classifier.labels(of: Matrix(rows: 0, columns: 2)) == [])
  }

  @Test func `that is not there is none, and a wrong one is refused`() throws {
    #expect(try Classifier(contentsOf: folder.path.appending("none"), dimension: 2) == nil)
    let wrong: [() -> FilePath] = [
      { write(format: "other") }, { write(names: "a\nb") }, { write(scale: "nan") }, { write(scale: "-1") },
      { write(weights: [1, 0, .nan, 1, -1, 0]) }, { write(weights: [1, 0]) },
      { folder.write("{", to: "a.labels.safetensors") },
    ]
    for (index, make) in wrong.enumerated() {
      let error = #expect(throws: TextError.self, "\(index)") { _ = try Classifier(contentsOf: make(), dimension: 2) }
      #expect(error?.code == "text.bad-classifier")
    }
    #expect(throws: TextError.self) { _ = try Classifier(contentsOf: write(), dimension: 3) }
  }
}
