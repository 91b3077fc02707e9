import KeepframeBoundaries
import KeepframeFootage
import KeepframeFootageSupport
import KeepframeRetention
import KeepframeTraining
import Testing

@testable import KeepframeEvaluation

@Suite struct `The evaluation of gates` {
  static let result: GateResult = {
    var evaluation = GateEvaluation(
      madeClips(clipsPerSource: 3, shots: 12), weights: GateWeights(backbone: "made", dimension: 24))
    evaluation.settings.seeds = [1, 2]
    evaluation.settings.programmes = 1
    evaluation.settings.shots = 10...14
    return try! evaluation.run { _ in }
  }()

  @Test func `finds no gate above the offline bound`() {
    for contender in Self.result.contenders {
      for retention in GateResult.retentions.filter({ $0 >= 0.02 }) {
        let bound = Self.result.curve(Key(.greedy, .lookahead), .coverage).coverage(atRetention: retention)
        let reached = Self.result.curve(Key(contender, .lookahead), .coverage).coverage(atRetention: retention)
        #expect(reached <= bound + 0.01, "\(contender) at \(retention)")
      }
    }
    #expect(abs(Self.result.closure(Key(.greedy, .lookahead), atRetention: 0.04) - 1) < 1e-9)
    #expect(abs(Self.result.closure(Key(.threshold, .lookahead), atRetention: 0.04)) < 1e-9)
  }

  @Test func `finds in recall no more than was kept`() {
    for contender in Self.result.contenders {
      let key = Key(contender, .lookahead)
      for retention in GateResult.retentions {
        let found = Self.result.curve(key, .recall).coverage(atRetention: retention)
        #expect(found <= Self.result.curve(key, .reachable).coverage(atRetention: retention) + 1e-9)
      }
    }
  }

  @Test func `a gate that learned nothing is the rule alone, and intervals hold the figure`() {
    let (learned, rule) = (Key(.clear, .live), Key(.rule, .live))
    #expect(Self.result.curve(learned, .coverage) == Self.result.curve(rule, .coverage))
    #expect(!Self.result.contenders.contains(.learned), "nobody has said what matters")
    let range = Self.result.interval { Self.result.curve(learned, .coverage, programmes: $0).coverage(atRetention: 0.04) }
    #expect(
      range.contains(Self.result.curve(learned, .coverage).coverage(atRetention: 0.04)) && range.upperBound > range.lowerBound)
  }

  @Test func `states every gate in both modes, dense where it counts`() throws {
    let json = Self.result.json
    let curves = try #require(json["curves"])
    for gate in ["uniform", "threshold", "threshold-memory", "live", "coverage", "rule", "clear", "greedy"] {
      for mode in ["lookahead", "live"] {
        guard case .array(let points)? = curves[gate]?[mode] else {
          Issue.record("no curve of \(gate), \(mode)")
          continue
        }
        #expect(points.count >= 5, "\(gate), \(mode): \(points.count)")
        for point in points {
          for member in ["price", "retention", "coverage", "recall"] { #expect(point[member] != nil) }
        }
      }
    }
    for member in ["seeds", "intervals", "sources"] { #expect(json[member] != nil) }
    #expect(Self.result.text.contains("offline bound"))
    #expect(Self.result.charts.allSatisfy { $0.svg.hasPrefix("<svg") && $0.svg.contains("polyline") })
    for chart in Self.result.charts {
      let page = try #require(chart.svg.firstMatch(of: #/viewBox="0 0 ([0-9]+) ([0-9]+)"/#))
      for place in chart.svg.matches(of: #/ (x|y)="([0-9.-]+)"/#) {
        let most = try #require(Double(place.1 == "x" ? page.1 : page.2))
        #expect((0...most).contains(Double(place.2) ?? -1), "\(place.0) in \(chart.name) lies on the page")
      }
    }
  }
}

extension JSONText {
  fileprivate subscript(name: String) -> JSONText? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }
}
