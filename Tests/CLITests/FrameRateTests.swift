import KeepframeTestSupport
import SystemPackage
import Testing

@Suite(.serialized) struct `A video's rate of frames` {
  /// Ten pictures unlike each other, for two seconds each.
  private static let pictures =
    (0..<10).map { "-f lavfi -i gradients=s=128x96:r=1:d=2:nb_colors=6:seed=\($0 * 7 + 3):type=\($0 % 4):speed=0.00001" }
    .joined(separator: " ") + " -filter_complex concat=n=10:v=1"

  @Test(arguments: ["2", "0"]) func `does not decide what is kept`(lookAhead: String) throws {
    let versions = [
      ("one", ""), ("many", ",fps=25"), ("most", ",fps=120"),
      ("changes", ",fps=25,mpdecimate=hi=64:lo=32:frac=0.1 -fps_mode vfr"),
    ]
    var kept: [String: [Int]] = [:]
    for (name, options) in versions {
      let video = try clip("rate-\(name).mkv", "\(Self.pictures)\(options) -c:v ffv1 -pix_fmt yuv420p")
      let folder = Folder()
      let outcome = Keepframe.index(video, into: folder.path, "--look-ahead", Word(stringLiteral: lookAhead))
      #expect(outcome.status == 0, "\(outcome.testDescription)")
      kept[name] = try BundleOnDisk(path: folder.path.appending("rate-\(name).keepframe")).retained().map { Int($0.t / 2) }
    }
    let expected = try #require(kept["one"])
    #expect(expected.count >= 5, "\(expected)")
    for (name, _) in versions { #expect(kept[name] == expected, "\(name)") }
  }
}
