internal import CKeepframeFFmpeg
internal import KeepframeSystem
internal import SystemPackage

/// Holds the parts that are being written, and decides which packet goes into which part.
struct OpenParts: ~Copyable {
  private let container: PartContainer
  private let table: PacketTable
  private let cuts: [CutPoint]
  private var open: [Int: OpenPart] = [:]
  /// The number of parts that are complete; they come first.
  private var finished = 0
  /// `pictures` is the part of the latest picture packet; `sounds` has the clock of each sound
  /// stream.
  private var pictures = 0
  private var sounds: [Int: SoundClock] = [:]
  private let routes: PartRoutes
  /// The start of each part's clock, in ticks of the picture's time base.
  private let starts: [Int64]
  private var shift: Int64 = 0

  /// The most open parts before one is closed without waiting for sound. Files that interleave
  /// sound and picture never need so many.
  private static let mostOpen = 64

  private struct SoundClock {
    var part = 0
    var shift: Int64 = 0
    /// The time at which the next packet is due, in the stream's own ticks.
    var expected: Int64?
  }

  init(_ container: PartContainer, _ table: PacketTable, _ cuts: [CutPoint], leadSeconds: Double) {
    self.container = container
    self.table = table
    self.cuts = cuts
    let lead = leadSeconds / table.timeBase.doubleValue
    starts = [(table.framePTS.first ?? 0) &- (lead < 1e15 ? Int64(lead) : 0)] + cuts.map(\.pts)
    routes = PartRoutes(table, at: cuts, starts: starts, in: container)
  }

  // MARK: Picture

  mutating func takePicture(
    _ packet: borrowing PacketBuffer, at position: Int, _ source: borrowing CopySource, _ draft: (Int) -> FilePath
  ) throws(CopyError) {
    shift = table.packets[position].shift
    while pictures < cuts.count, cuts[pictures].group.lowerBound <= position { pictures += 1 }
    try closeBehind(position)
    for route in [routes.borrowed[position], routes.own[position]].compactMap(\.self) {
      let duration = route.lastsNoTime ? nil : max(0, packet.pointer.pointee.duration)
      try part(route.part, source, draft).write(
        packet, stream: 0, pts: route.pts, dts: route.dts, duration: duration, in: source.timeBase(of: 0))
    }
  }

  // MARK: Sound

  mutating func takeSound(
    _ packet: borrowing PacketBuffer, _ source: borrowing CopySource, _ draft: (Int) -> FilePath
  ) throws(CopyError) {
    let taken = packet.pointer.pointee
    guard let stream = source.streams.firstIndex(of: Int(taken.stream_index)) else { return }
    let (ticks, pictureTicks) = (source.timeBase(of: stream), source.timeBase(of: 0))
    var clock = sounds[stream] ?? SoundClock()
    let stated = taken.pts != noTimestamp ? taken.pts : taken.dts != noTimestamp ? taken.dts : nil
    var time = stated ?? clock.expected ?? 0
    if let stated {
      // At a jump of the clock, a sound packet belongs to the side that it continues.
      let old = stated &+ av_rescale_q(clock.shift, pictureTicks, ticks)
      let new = stated &+ av_rescale_q(shift, pictureTicks, ticks)
      let goesOn = clock.expected.map { (old &- $0).magnitude < (new &- $0).magnitude } ?? false
      if !goesOn { clock.shift = shift }
      time = goesOn ? old : new
    }
    clock.expected = time &+ max(0, taken.duration)
    clock.part = max(finished, cuts.partitioningIndex { av_compare_ts($0.pts, pictureTicks, time, ticks) > 0 })
    sounds[stream] = clock
    let part = try part(clock.part, source, draft)
    let moved = time &- av_rescale_q(starts[clock.part], pictureTicks, ticks)
    let delay = taken.pts != noTimestamp && taken.dts != noTimestamp ? max(0, taken.pts &- taken.dts) : 0
    try part.write(packet, stream: stream, pts: moved, dts: moved &- delay, duration: taken.duration, in: ticks)
  }

  // MARK: Opening and closing

  private mutating func part(
    _ index: Int, _ source: borrowing CopySource, _ draft: (Int) -> FilePath
  ) throws(CopyError) -> OpenPart {
    if let part = open[index] { return part }
    let frame = index == 0 ? 0 : cuts[index - 1].frame
    let part = OpenPart(
      try PartMuxer.open(
        container, at: draft(index), streams: source.streams, of: source.demuxer, timecode: source.timecode(after: frame)),
      streamCount: source.streams.count, codec: source.codecs[0],
      parameters: container.repeatsParameters ? ParameterSets(of: source.demuxer.stream(source.streams[0])) : nil)
    open[index] = part
    return part
  }

  /// Finishes the parts that both picture and sound have passed.
  private mutating func closeBehind(_ position: Int) throws(CopyError) {
    while finished < pictures, position >= routes.ends[finished], let part = open[finished] {
      guard sounds.values.allSatisfy({ $0.part > finished }) || open.count > Self.mostOpen else { return }
      try part.muxer.finish()
      open[finished] = nil
      finished += 1
    }
  }

  mutating func finish() throws(CopyError) {
    for index in open.keys.sorted() { try open[index]?.muxer.finish() }
    open = [:]
  }
}

/// One part while it is being written.
private final class OpenPart {
  let muxer: PartMuxer
  /// The latest decoding time of each stream, in the muxer's ticks.
  private var lastDTS: [Int64?]
  /// Parameter sets to insert before the first picture, if it has none.
  private var parameters: ParameterSets?

  init(_ muxer: consuming PartMuxer, streamCount: Int, codec: AVCodecID, parameters: ParameterSets?) {
    self.muxer = muxer
    lastDTS = Array(repeating: nil, count: streamCount)
    self.parameters = parameters
  }

  /// - Parameter duration: nil for a packet that lasts no time; 0 if unknown.
  func write(
    _ packet: borrowing PacketBuffer, stream: Int, pts: Int64, dts: Int64, duration: Int64?, in ticks: AVRational
  ) throws(CopyError) {
    let copy = PacketBuffer()
    guard av_packet_ref(copy.pointer, packet.pointer) >= 0 else { throw .cannotWrite(.noMemory) }
    if stream == 0, let parameters {
      self.parameters = nil
      guard parameters.complete(copy) else { throw .cannotWrite(.noMemory) }
    }
    copy.pointer.pointee.stream_index = Int32(stream)
    copy.pointer.pointee.pos = -1
    copy.pointer.pointee.flags &= AV_PKT_FLAG_KEY
    (copy.pointer.pointee.pts, copy.pointer.pointee.dts, copy.pointer.pointee.duration) = (pts, dts, duration ?? 0)
    av_packet_rescale_ts(copy.pointer, ticks, muxer.timeBase(of: stream))
    // Times may coincide after rounding to the muxer's ticks, or in a hostile file.
    if let last = lastDTS[stream], copy.pointer.pointee.dts <= last { copy.pointer.pointee.dts = last &+ 1 }
    copy.pointer.pointee.pts = max(copy.pointer.pointee.pts, copy.pointer.pointee.dts)
    lastDTS[stream] = copy.pointer.pointee.dts
    try muxer.write(copy, lastsNoTime: duration == nil)
  }
}
