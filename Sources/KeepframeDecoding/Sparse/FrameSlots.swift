/// The frames of a video from when their packets are read until they are handed out, in
/// presentation order.
struct FrameSlots {
  /// How to make up a frame that was not decoded.
  enum StandIn {
    /// As a mixture of its neighbours. If they differ, the frame must be decoded after all.
    case checked
    /// As a mixture of its neighbours, unless they have nothing in common.
    case between
    /// As the frame before it, if its neighbours differ: then a cut is assumed after it.
    case held
  }

  struct Slot {
    let pts: Int64
    let durationTicks: Int64
    var standIn: StandIn
    /// Whether its packet was, or will be, given to the decoder.
    var isAwaited: Bool
    var isDecoded = false
    /// Nil until it is decoded or made up.
    var thumbnail: Thumbnail?
    /// Whether the frame is a sample of the grid.
    var isSample = false
    /// Nil unless it was decoded and a still of it is wanted.
    var still: FrameStill?
  }

  private var slots: [Slot] = []
  /// The first slot that has not been handed out.
  private var head = 0
  /// Slots before this one have their thumbnails.
  private(set) var settled = 0
  /// The decoder gives nothing more for slots before this one.
  private var decided = 0

  /// - Precondition: The slot is later than all before it.
  mutating func append(_ slot: Slot) { slots.append(slot) }

  /// Stores what the decoder gave.
  ///
  /// - Returns: `false` if frames and packets do not agree.
  mutating func place(_ outputs: [ThumbnailDecoder.Output]) -> Bool {
    for output in outputs {
      while decided < slots.count, slots[decided].pts < output.pts {
        if slots[decided].isAwaited, !slots[decided].isDecoded { return false }
        decided += 1
      }
      guard decided < slots.count, slots[decided].pts == output.pts, slots[decided].isAwaited else { return false }
      slots[decided].thumbnail = output.thumbnail
      slots[decided].still = output.still
      slots[decided].isDecoded = true
      decided += 1
    }
    return true
  }

  /// Records that the decoder gives nothing more for any of these slots.
  ///
  /// - Returns: `false` if an expected frame did not come.
  mutating func decideAll() -> Bool {
    while decided < slots.count {
      if slots[decided].isAwaited, !slots[decided].isDecoded { return false }
      decided += 1
    }
    return true
  }

  /// The frames up to the next decoded one, whose thumbnails can now be made up; nil if there is no
  /// decoded one yet.
  ///
  /// - Parameter atEnd: Whether to return all remaining frames if no decoded one follows.
  func nextGap(atEnd: Bool) -> Range<Int>? {
    if let end = (settled..<decided).first(where: { slots[$0].isDecoded }) { return settled..<end }
    return atEnd && settled < decided ? settled..<decided : nil
  }

  /// Marks the frames up to the one at `index` as ready to be handed out.
  mutating func settle(through index: Int) { settled = index + 1 }

  subscript(index: Int) -> Slot {
    get { slots[index] }
    set { slots[index] = newValue }
  }

  /// The slot at `index`, if the decoder gave it.
  func decoded(_ index: Int) -> Slot? { index < decided && slots[index].isDecoded ? slots[index] : nil }

  /// The first frame, once it has its thumbnail and the time of the next one is known.
  mutating func takeFirst(atEnd: Bool) -> (slot: Slot, nextPTS: Int64?)? {
    guard head < settled, atEnd || head + 1 < slots.count else { return nil }
    let slot = slots[head]
    slots[head].still = nil  // the slot may stay in the list for a while
    head += 1
    let next = head < slots.count ? slots[head].pts : nil
    if head > 512 {
      slots.removeFirst(head)
      settled -= head
      decided -= head
      head = 0
    }
    return (slot, next)
  }
}
