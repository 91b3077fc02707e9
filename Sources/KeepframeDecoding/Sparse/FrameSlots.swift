/// The frames of a video between being announced by their packets and being handed out, in
/// presentation order.
struct FrameSlots {
  /// What a frame that was not decoded is taken for.
  enum StandIn {
    /// Something between its neighbours, unless these differ: then it must be decoded after all.
    case checked
    /// Something between its neighbours, unless these have nothing in common.
    case between
    /// The frame before it, if its neighbours differ: a cut is taken to follow.
    case held
  }

  struct Slot {
    let pts: Int64
    let durationTicks: Int64
    var standIn: StandIn
    /// Whether the decoder was, or will be, given its packet.
    var isAwaited: Bool
    var isDecoded = false
    /// Nil until it is decoded or stood in for.
    var thumbnail: Thumbnail?
    /// Whether it is a sample: its turn on the grid.
    var isSample = false
    /// Nil until it is decoded, and unless a still of it is wanted.
    var still: FrameStill?
  }

  private var slots: [Slot] = []
  /// The first slot not handed out.
  private var head = 0
  /// Slots before this one have their thumbnails.
  private(set) var settled = 0
  /// Slots before this one will get no more from the decoder.
  private var decided = 0

  /// - Precondition: later than all before.
  mutating func append(_ slot: Slot) { slots.append(slot) }

  /// Puts in what the decoder gave.
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

  /// Nothing more will come of any slot that is there.
  ///
  /// - Returns: `false` if some frame did not come that should have.
  mutating func decideAll() -> Bool {
    while decided < slots.count {
      if slots[decided].isAwaited, !slots[decided].isDecoded { return false }
      decided += 1
    }
    return true
  }

  /// The frames up to the next decoded one, whose thumbnails can now be told; nil as long as there
  /// is none.
  ///
  /// - Parameter atEnd: all the rest, where no decoded one follows.
  func nextGap(atEnd: Bool) -> Range<Int>? {
    if let end = (settled..<decided).first(where: { slots[$0].isDecoded }) { return settled..<end }
    return atEnd && settled < decided ? settled..<decided : nil
  }

  /// Frames up to the one at `index` are ready to be handed out.
  mutating func settle(through index: Int) { settled = index + 1 }

  subscript(index: Int) -> Slot {
    get { slots[index] }
    set { slots[index] = newValue }
  }

  /// The slot at `index`, if there is one that the decoder gave.
  func decoded(_ index: Int) -> Slot? { index < decided && slots[index].isDecoded ? slots[index] : nil }

  /// The frame in front, once it has its thumbnail and the time of the next is known.
  mutating func takeFirst(atEnd: Bool) -> (slot: Slot, nextPTS: Int64?)? {
    guard head < settled, atEnd || head + 1 < slots.count else { return nil }
    let slot = slots[head]
    slots[head].still = nil  // what was handed out may stay in the list for a while
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
