extension LibrarySnapshot {
  /// Hours of video in the library.
  public var hours: Double { videos.reduce(0) { $0 + $1.durationSeconds } / 3600 }

  /// Videos that share footage, surest first: copies, excerpts, intros, credits and other parts.
  ///
  /// Footage must run at the same speed in both. Of a part within which the picture hardly changes,
  /// little is said, so it must be long to count.
  ///
  /// - Parameter progress: gets the share that is done, in 0...1.
  /// - Throws: ``LibraryError`` `damaged`; `CancellationError`.
  /// - Complexity: O(moments² · d), and for each pair of videos that may share something O(the
  ///   product of their lengths · d) where moments match.
  public func sharedFootage(
    _ request: SharedFootageRequest = SharedFootageRequest(), progress: (_ share: Double) -> Void = { _ in }
  ) throws -> [SharedFootage] {
    let least = ChanceMatches.measured.score(
      perThousandHours: request.falseMatchesPerThousandHours, hours: hours)
    let isWanted = videos.map(request.videos.accepts)
    return try SharedFootageSearch(self, least: least, leastSeconds: request.leastSeconds).run(
      threads: max(1, request.threads), accepts: { isWanted[$0] || isWanted[$1] }, progress: progress,
      cancellation: request.cancellation)
  }

  /// The false matches to expect for every thousand hours of this library, if matches of this score
  /// or more are taken.
  public func falseMatchesPerThousandHours(score: Double) -> Double {
    ChanceMatches.measured.perThousandHours(score: score, hours: hours)
  }
}
