/// An edited programme, shot by shot: all random choices that make it, but no pixels.
struct EditPlan: Hashable, Sendable {
  /// Pictures a second.
  var framesPerSecond = 25
  /// Frames that each picture lasts; the video has this many times the frames of the plan.
  var hold = 1
  /// How pictures become fields; nil if each frame is one picture.
  var weave: FieldWeave?
  /// Whether frame times are uneven.
  var isVariableRate = false
  var shots: [Shot] = []
  /// One between each shot and the next.
  var joins: [Join] = []
  /// Share of the height that each of two black bars covers.
  var letterbox: Float = 0
  var hasLogo = false
  /// What is shown at the sides of upright video; nil if the picture fills the frame.
  var sides: Sides?
  /// How worn the film is, 0...1: scratches, dust and flicker.
  var wear: Float = 0
  /// Standard deviation of the grain, in levels.
  var grain: Float = 0
  var encoding = Encoding()
  /// Seed of grain, shake and the like.
  var seed: UInt64 = 0

  /// Part of a stretch, seen through a moving window.
  struct Shot: Hashable, Sendable {
    var reel: Int
    var stretch: Int
    /// The frame of the stretch at which it begins, and the number of frames of the stretch for
    /// each of its own. At an end of the stretch it plays back.
    var start: Float
    var step: Float
    /// Number of frames, including those that a transition shares with its neighbour.
    var count: Int
    var camera = Camera()
    var isMirrored = false
    /// Seed of a colour change; nil for none.
    var gradeSeed: UInt64?
    var disturbances: [Disturbance] = []
  }

  enum Sides: String, CaseIterable, Sendable {
    case black, blurred
    /// One picture for the whole programme.
    case still
  }

  /// A frame of a stretch.
  struct Place: Hashable, Sendable {
    var reel: Int
    var stretch: Int
    var frame: Int
  }

  /// The window's centre and size as shares of the picture, at the shot's first and last frame, and
  /// how far it shakes.
  struct Camera: Hashable, Sendable {
    var fromX: Float = 0.5
    var fromY: Float = 0.5
    var fromSize: Float = 1
    var toX: Float = 0.5
    var toY: Float = 0.5
    var toSize: Float = 1
    var shake: Float = 0
  }

  /// What leads from a shot to the next.
  struct Join: Hashable, Sendable {
    var kind: Kind
    /// Frames that show both; 0 for a cut.
    var count = 0
    /// `side`: the side that a wipe or slide comes from. `shape`, 0...1: how soft its edge is, or
    /// how long a fade stays dark.
    var side = 0
    var shape: Float = 0
    /// The colour that a fade goes through if it is neither black nor white: red, green, blue.
    var colour: [UInt8] = [0, 0, 0]
    /// Frames on either side of a cut that a flash hides.
    var flash = 0

    enum Kind: String, CaseIterable, Sendable {
      case cut, dissolve
      case fadeBlack = "fade_black"
      case fadeWhite = "fade_white"
      case fadeColour = "fade_color"
      case wipe, slide, push, zoom
      /// The same camera some time later, or nearer at once: the take goes on, though the picture
      /// jumps.
      case jump
    }
  }

  /// Something that lasts for some frames of a shot and is no boundary, though it may look like
  /// one.
  struct Disturbance: Hashable, Sendable {
    var kind: Kind
    /// Frames of the shot.
    var frames: Range<Int>
    var seed: UInt64
    var strength: Float
    /// The other picture, for kinds that show one.
    var other: Place?

    enum Kind: String, CaseIterable, Sendable {
      case flash, strobe, exposure
      case whipPan = "whip_pan"
      case smoothZoom = "smooth_zoom"
      case caption
      case pictureInPicture = "picture_in_picture"
      /// Light that grows over the picture and dies down.
      case explosion
      /// Drifts over the picture and away.
      case smoke
      /// Something dark passes close to the camera.
      case occlusion
      case shake
      /// A plate with lines of text slides in from a side, or appears at once.
      case panel
      /// A box in the middle, in front of a dimmed picture.
      case popup
      /// All but a header and a column at one side becomes another picture.
      case page
      /// The picture moves up and another follows from below; then both move back.
      case scroll
      /// A box with another picture.
      case inset
      /// One half becomes another picture.
      case split
      /// All but a figure in the middle becomes another picture.
      case background
      /// Boxes and ellipses that pop up, some sliding.
      case stickers
      /// A light that appears for one frame at a time, again and again.
      case muzzle
      /// Black bars above and below, or at both sides.
      case bars
    }
  }

  struct Encoding: Hashable, Sendable {
    var codec = Codec.h264
    /// 0...51 for H.264, 2...31 for MPEG-4; higher is worse.
    var quantizer = 23
    var keyInterval = 250
    /// Width in pixels; the height follows from it.
    var width = 320
    /// Preset of libx264, for H.264.
    var preset = "veryfast"

    enum Codec: String, Sendable { case h264, mpeg4 }
  }

  /// The reels of which it shows anything.
  var reels: Set<Int> {
    Set(shots.flatMap { shot in [shot.reel] + shot.disturbances.compactMap(\.other?.reel) } + (sides == .still ? [0] : []))
  }

  /// First frame of each shot in the programme.
  var starts: [Int] {
    var starts = [0]
    for (shot, join) in zip(shots, joins) { starts.append(starts.last! + shot.count - join.count) }
    return starts
  }

  /// Pictures a second, counting each as often as it is shown.
  var pictureRate: Int { framesPerSecond * hold }

  /// Frames a second of the video.
  var frameRate: Int { weave?.frameRate(ofPictures: pictureRate) ?? pictureRate }

  /// Number of pictures.
  var frameCount: Int { shots.isEmpty ? 0 : starts.last! + shots.last!.count }
}
