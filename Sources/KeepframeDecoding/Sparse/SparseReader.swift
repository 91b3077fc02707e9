package import KeepframeSystem
package import SystemPackage

/// A cursor over all frames of a video that decodes only some of them. The thumbnails of the others
/// are made up from their neighbours.
///
/// Frames are counted and timed by their packets, so every frame has the index and time that
/// ``VideoReader`` gives it. These frames are decoded:
///
/// - every reference frame, without the loop filter;
/// - others whose packets are large (``GroupPlan``);
/// - in full, those between two frames that turn out to differ.
///
/// Of groups in which nothing happens, only the key frames are decoded; with ``Effort/fast``, more
/// groups are skipped (``GroupSkipping``).
///
/// With ``StillSettings``, the samples are decoded too, and stills are taken of them. In a skipped
/// group, only the first sample gets one.
///
/// If packets do not tell the frames, the reader gives up and says why (``refusal``). Then decode
/// with ``VideoReader``.
package struct SparseReader: ~Copyable {
  package let stream: StreamDescription
  /// Why this video must be decoded in full; nil if it need not be.
  package private(set) var refusal: String?
  /// The time of the current frame.
  package private(set) var frame = FrameTime(index: 0, pts: 0, durationTicks: 1, seconds: 0)
  package private(set) var thumbnail = Thumbnail()
  /// Whether a boundary at the current frame would be real: it was decoded, or its neighbours were
  /// decoded and hardly differ. If not, its thumbnail is a guess.
  package private(set) var isKnown = false
  /// Whether the current frame is a sample of the stills' grid.
  package private(set) var isSample = false
  /// The still of the current frame, if one was taken. Stills are taken of all decoded samples, and
  /// where a shot is likely to begin.
  package private(set) var still: FrameStill?
  /// The number of frames decoded so far. A frame that was decoded twice counts twice.
  package private(set) var decodedCount = 0

  private let options: DecodingOptions
  private let effort: Effort
  private var source: GroupSource
  private var decoder: ThumbnailDecoder
  /// Decodes frames that `decoder` has already passed or not yet reached.
  private var second: ThumbnailDecoder
  private var clock: Clock
  private var slots = FrameSlots()
  private var state = State.opened

  private var upcoming: PacketGroup?
  /// The groups that frames in gaps may still have to be decoded from, oldest first.
  private var groups: [PacketGroup] = []
  private var isDecoderEmpty = true
  private var skipping = GroupSkipping()
  private var activity = Activity()
  private var restlessness = Restlessness()
  /// The last decoded frame before the frames that are not settled.
  private var anchor: (pts: Int64, thumbnail: Thumbnail)?
  /// The decoded key frame of the next group, if it was decoded ahead.
  private var keyOutput: ThumbnailDecoder.Output?

  private var grid: SampleGrid?
  private var firstPTS: Int64?
  /// The times of the frames handed out last, oldest first, while stills of them may be requested.
  private var recent: [Int64] = []

  /// The number of past frames for which ``still(ofFrameAt:)`` works.
  package static let recentFrames = 128

  private enum State { case opened, reading, ending, ended }

  /// - Parameter stills: nil takes no stills.
  /// - Precondition: `effort` is not `exact`.
  /// - Throws: ``DecodingError`` and `CancellationError` as ``VideoReader`` does.
  package init(
    _ path: FilePath, effort: Effort, options: DecodingOptions = .init(), stills: StillSettings? = nil,
    cancellation: Cancellation? = nil
  ) throws {
    do throws(DecodingError) { try self.init(opening: path, effort, options, stills, cancellation) } catch { throw error.leaving }
  }

  private init(
    opening path: FilePath, _ effort: Effort, _ options: DecodingOptions, _ stills: StillSettings?, _ cancellation: Cancellation?
  ) throws(DecodingError) {
    precondition(effort != .exact, "a sparse reader leaves something out; take VideoReader for exact")
    let source = try GroupSource(path, options: options, cancellation: cancellation)
    let decoder = try ThumbnailDecoder(for: source, options: options, isPlain: true, stills: stills)
    var single = options
    single.threadCount = 1
    let second = try ThumbnailDecoder(for: source, options: single, isPlain: false, stills: stills)
    stream = source.choice.description
    refusal = source.refusal
    clock = Clock(source.choice)
    grid = stills.map { SampleGrid(samplesPerSecond: $0.samplesPerSecond) }
    self.options = options
    self.effort = effort
    self.source = source
    self.decoder = decoder
    self.second = second
  }

  /// Goes to the next frame in presentation order.
  ///
  /// - Returns: `false` at the end, and once ``refusal`` is set.
  /// - Throws: ``DecodingError`` and `CancellationError` as ``VideoReader`` does.
  package mutating func advance() throws -> Bool {
    do throws(DecodingError) { return try step() } catch { throw error.leaving }
  }

  private mutating func step() throws(DecodingError) -> Bool {
    if state == .opened {
      state = .reading
      if refusal == nil { upcoming = try source.nextGroup() }
    }
    while state != .ended {
      if source.demuxer.interrupt.isCancelled {
        state = .ended
        throw .cancelled(source.demuxer.path)
      }
      if let reason = source.refusal { refuse(reason) }
      guard refusal == nil else { break }
      if let (slot, next) = slots.takeFirst(atEnd: state == .ending) { return try show(slot, next: next) }
      if state == .ending { break }
      try readGroup()
    }
    state = .ended
    return false
  }

  private mutating func show(_ slot: FrameSlots.Slot, next: Int64?) throws(DecodingError) -> Bool {
    frame = clock.place(stated: slot.pts, statedDuration: slot.durationTicks, next: next, followsLastPacket: false)
    if clock.synthesizedTimestamps > 0 || clock.jumps > 0 { refuse("its times do not ascend") }
    if let limit = options.maxDurationSeconds, frame.seconds >= limit {
      try file.check(source.demuxer.path, allowsGrowth: true)
      state = .ended
    }
    guard refusal == nil, state != .ended else {
      state = .ended
      return false
    }
    thumbnail = slot.thumbnail!
    isKnown = slot.isDecoded || slot.standIn == .checked
    (isSample, still) = (slot.isSample, slot.still)
    if grid != nil {
      if recent.count == Self.recentFrames { recent.removeFirst() }
      recent.append(slot.pts)
    }
    return true
  }

  /// Decodes a still of a frame that was handed out recently.
  ///
  /// - Returns: nil if the frame cannot be decoded; ``refusal`` then says why.
  /// - Precondition: The frame is one of the last ``recentFrames``, and the reader takes stills.
  package mutating func still(ofFrameAt pts: Int64) throws -> FrameStill? {
    precondition(recent.contains(pts), "no still of the frame at \(pts): it was not shown lately")
    do throws(DecodingError) {
      second.wanted = [pts]
      return try decodeAgain([pts], from: pts)?.first?.still
    } catch { throw error.leaving }
  }

  /// How the frames are shown. Before the first frame is decoded, as the container states it.
  package var shape: PictureShape { decoder.geometry?.shape ?? second.geometry?.shape ?? stream.shape }

  /// The timecode of the first frame: the container's, or else the one that the codec states with
  /// that frame.
  package func startTimecode(ofFirstFrameAt pts: Int64) -> SourceTimecode? {
    if let timecode = stream.timecode { return timecode }
    if let first = decoder.first, first.pts == pts { return first.timecode }
    if let first = second.first, first.pts == pts { return first.timecode }
    return nil
  }

  /// The state of the file when it was opened.
  package var file: FileState { source.demuxer.file }

  /// What went wrong so far, as packets show it. Damage within a frame makes the reader refuse.
  package var damage: DecodingDamage { source.damage }

  private mutating func refuse(_ reason: String) { refusal = refusal ?? reason }
}

// MARK: - Groups

extension SparseReader {
  private mutating func readGroup() throws(DecodingError) {
    guard let group = upcoming else { return try finish() }
    upcoming = try source.nextGroup()
    guard source.refusal == nil else { return }
    if !group.startsWithKey { groups = [] }
    groups.append(group)

    var plan = GroupPlan(group.facts)
    if !group.startsWithKey { plan.decodes = plan.decodes.map { _ in true } }
    if upcoming == nil { plan.decodes = plan.decodes.map { _ in true } }  // the last group shows the damage of a truncated file
    let isRestless = restlessness.isDecodedInFull(group.packets.count)
    if isRestless { plan.decodes = plan.decodes.map { _ in true } }
    let order = group.presentationOrder
    let samples = samples(of: group, order)
    for index in samples { plan.decodes[index] = true }
    let (skip, key) = isRestless ? (.none(of: group), nil) : try skip(in: group, plan, samples)
    announce(group, order, plan, skip, samples, key: key)
    if grid != nil {  // frames of the previous group may still be in the decoder: add to theirs
      let wanted = (samples + plan.surprises + [0]).filter { $0 < skip.start }
      decoder.wanted.formUnion(wanted.map { group.packets[$0].facts.pts })
    }
    if skip.start == 0 { try empty() }
    var outputs: [ThumbnailDecoder.Output] = []
    for (packet, decodes) in zip(group.packets[..<skip.start], plan.decodes) where decodes {
      try decoder.decode(packet, into: &outputs)
      isDecoderEmpty = false
    }
    try take(outputs)
    if skip.start < group.packets.count {
      try empty()
      if !slots.decideAll() { refuse("it has fewer frames than packets") }
    }
    try settle()
    let oldest = min(anchor?.pts ?? .min, grid == nil ? .max : recent.first ?? .min)
    while groups.count > 1, groups[1].startsWithKey, groups[1].keyPTS <= oldest { groups.removeFirst() }
  }

  /// The packets of `group` whose frames are samples, in presentation order.
  private mutating func samples(of group: PacketGroup, _ order: [Int]) -> [Int] {
    guard grid != nil else { return [] }
    let first = firstPTS ?? group.packets[order[0]].facts.pts
    firstPTS = first
    return order.filter { grid!.isDue(at: stream.timeBase.seconds(group.packets[$0].facts.pts - first)) }
  }

  /// Which packets of `group` are skipped, and its key frame if that has been decoded for this.
  private mutating func skip(
    in group: PacketGroup, _ plan: GroupPlan, _ samples: [Int]
  ) throws(DecodingError) -> (skip: GroupSkipping.Skip, key: ThumbnailDecoder.Output?) {
    let none = GroupSkipping.Skip.none(of: group)
    defer { skipping.note(group) }
    let own = keyOutput
    keyOutput = nil
    guard group.isClean, let upcoming, upcoming.isClean, GroupSkipping.isWorthwhile(group),
      effort == .fast || GroupSkipping.isCalm(group)
    else { return (none, nil) }
    let key = if let own { own } else { try look(at: group.packets[0]) }
    let next = try look(at: upcoming.packets[0])
    guard let key, let next else { return (none, nil) }
    keyOutput = next
    let change = ThumbnailChange.levels(key.thumbnail, next.thumbnail)
    var skip = skipping.skip(in: group, plan, change: change, effort: effort)
    // At least one sample of each group is decoded.
    if skip.start == 0, let first = samples.first, first > 0 { skip.start = first + 1 }
    return (skip, key)
  }

  private mutating func look(at packet: HeldPacket) throws(DecodingError) -> ThumbnailDecoder.Output? {
    if grid != nil { second.wanted = [packet.facts.pts] }
    var outputs: [ThumbnailDecoder.Output] = []
    try second.decode(packet, into: &outputs)
    try second.drain(into: &outputs)
    decodedCount += outputs.count
    return outputs.first { $0.pts == packet.facts.pts && !$0.isConcealed }
  }

  private mutating func announce(
    _ group: PacketGroup, _ order: [Int], _ plan: GroupPlan, _ skip: GroupSkipping.Skip, _ samples: [Int],
    key: ThumbnailDecoder.Output?
  ) {
    for index in order {
      let facts = group.packets[index].facts
      let isLeftOut = index >= skip.start
      let known = isLeftOut && index == 0 ? key : nil
      slots.append(
        .init(
          pts: facts.pts, durationTicks: facts.durationTicks, standIn: isLeftOut ? skip.standIn : .checked,
          isAwaited: plan.decodes[index] && !isLeftOut, isDecoded: known != nil, thumbnail: known?.thumbnail,
          isSample: samples.contains(index), still: known?.still))
    }
  }

  /// Takes all frames that are still in the decoder.
  private mutating func empty() throws(DecodingError) {
    guard !isDecoderEmpty else { return }
    var outputs: [ThumbnailDecoder.Output] = []
    try decoder.drain(into: &outputs)
    isDecoderEmpty = true
    try take(outputs)
  }

  private mutating func take(_ outputs: [ThumbnailDecoder.Output]) throws(DecodingError) {
    decodedCount += outputs.count
    if decoder.errorCount > 0 || decoder.undecodableCount > 0 || outputs.contains(where: \.isConcealed) {
      refuse("its decoder reports errors: it is damaged, or cannot be entered at its key frames")
    } else if decoder.hasChangedGeometry {
      refuse("the size of its frames changes")
    } else if !slots.place(outputs) {
      refuse("its frames are not those that its packets state")
    }
  }

  private mutating func finish() throws(DecodingError) {
    try empty()
    if refusal == nil, !slots.decideAll() { refuse("it has fewer frames than packets") }
    try settle(atEnd: true)
    state = .ending
  }
}

// MARK: - Gaps

extension SparseReader {
  /// Finds thumbnails for the frames that were not decoded, as far as decoding has progressed.
  private mutating func settle(atEnd: Bool = false) throws(DecodingError) {
    var start: Int64?
    var doubtful: [Int] = []
    while refusal == nil, let gap = slots.nextGap(atEnd: atEnd) {
      let next = slots.decoded(gap.upperBound)
      if !gap.isEmpty {
        guard let anchor else { return refuse("its first frame cannot be decoded") }
        if isDoubtful(gap, after: anchor, before: next) {
          start = start ?? anchor.pts
          doubtful += gap
        } else {
          fill(gap, after: anchor, before: next)
        }
      }
      guard let next, let thumbnail = next.thumbnail else {
        slots.settle(through: gap.upperBound - 1)
        break
      }
      if let anchor { activity.note(ThumbnailChange.levels(anchor.thumbnail, thumbnail) / Double(gap.count + 1)) }
      anchor = (next.pts, thumbnail)
      slots.settle(through: gap.upperBound)
    }
    restlessness.note(doubtful: doubtful.count)
    if let start { try decodeAfterAll(doubtful, from: start) }
  }

  /// Whether the frames of a gap may show something that neither neighbour shows.
  private func isDoubtful(
    _ gap: Range<Int>, after anchor: (pts: Int64, thumbnail: Thumbnail), before next: FrameSlots.Slot?
  ) -> Bool {
    guard let thumbnail = next?.thumbnail else { return false }
    let change = ThumbnailChange.levels(anchor.thumbnail, thumbnail)
    return switch slots[gap.upperBound - 1].standIn {
    case .checked: activity.isUnusual(change, over: gap.count + 1)
    case .between: change >= GroupSkipping.foreignLevels
    case .held: false
    }
  }

  private mutating func fill(
    _ gap: Range<Int>, after anchor: (pts: Int64, thumbnail: Thumbnail), before next: FrameSlots.Slot?
  ) {
    var target = anchor.thumbnail
    if let thumbnail = next?.thumbnail {
      let isHeld = slots[gap.upperBound - 1].standIn == .held
      if !isHeld || ThumbnailChange.levels(anchor.thumbnail, thumbnail) < GroupSkipping.differentLevels { target = thumbnail }
    }
    for index in gap {
      let share = 256 * (index - gap.lowerBound + 1) / (gap.count + 1)
      slots[index].thumbnail = ThumbnailChange.mix(anchor.thumbnail, target, share: share)
    }
  }

  /// Decodes frames in full after all, in one pass, from the last key frame shown at or before
  /// `start`.
  private mutating func decodeAfterAll(_ doubtful: [Int], from start: Int64) throws(DecodingError) {
    let wanted = doubtful.map { slots[$0].pts }
    if grid != nil { second.wanted = Set(doubtful.filter { slots[$0].isSample }.map { slots[$0].pts }) }
    guard let outputs = try decodeAgain(Set(wanted), from: start) else { return }
    guard outputs.map(\.pts) == wanted, !outputs.contains(where: \.isConcealed) else {
      return refuse("its decoder reports errors: it is damaged, or cannot be entered at its key frames")
    }
    for (index, output) in zip(doubtful, outputs) {
      slots[index].thumbnail = output.thumbnail
      slots[index].still = output.still
      slots[index].isDecoded = true
    }
  }

  /// Decodes the frames with the times `wanted` in full, from the last key frame shown at or before
  /// `start`.
  private mutating func decodeAgain(
    _ wanted: Set<Int64>, from start: Int64
  ) throws(DecodingError) -> [ThumbnailDecoder.Output]? {
    let first = groups.lastIndex { $0.startsWithKey && $0.keyPTS <= start } ?? 0
    let packets = groups[first...].flatMap(\.packets)
    guard let end = packets.lastIndex(where: { wanted.contains($0.facts.pts) }) else {
      refuse("its frames are not those that its packets state")
      return nil
    }
    var outputs: [ThumbnailDecoder.Output] = []
    for packet in packets[...end] where packet.facts.isReference || wanted.contains(packet.facts.pts) {
      try second.decode(packet, into: &outputs)
    }
    try second.drain(into: &outputs)
    decodedCount += outputs.count
    outputs.removeAll { !wanted.contains($0.pts) }
    return outputs
  }
}

/// Whether guessing frames is worthwhile. If many must be decoded after all, it is cheaper to
/// decode all frames of the next groups at once.
private struct Restlessness {
  /// The largest share of a group's frames that may be decoded after all.
  private static let mostDoubtful = 0.15
  /// The number of groups that are decoded in full before guessing is tried again.
  private static let patience = 8

  private var groupsLeft = 0
  private var frames = 0

  /// - Parameter frames: The number of frames in the next group.
  mutating func isDecodedInFull(_ frames: Int) -> Bool {
    self.frames = frames
    guard groupsLeft > 0 else { return false }
    groupsLeft -= 1
    return true
  }

  /// - Parameter doubtful: How many frames of that group, or of the previous one, were decoded
  ///   after all.
  mutating func note(doubtful: Int) {
    if Double(doubtful) > Self.mostDoubtful * Double(frames) { groupsLeft = Self.patience }
  }
}

/// By how much recent frames differ.
private struct Activity {
  /// The last differences from frame to frame, in levels.
  private var steps: [Double] = []

  mutating func note(_ step: Double) {
    if steps.count == 8 { steps.removeFirst() }
    steps.append(step)
  }

  /// Whether a change of `levels` over `count` frames is more than the recent motion explains.
  func isUnusual(_ levels: Double, over count: Int) -> Bool {
    guard !steps.isEmpty else { return levels > 4 }
    let usual = steps.reduce(0, +) / Double(steps.count)
    return levels > 4 + 1.5 * usual * Double(count)
  }
}

/// libav's contexts may move between threads as long as only one uses them at a time, and a
/// noncopyable reader has only one owner.
extension SparseReader: @unchecked Sendable {}
