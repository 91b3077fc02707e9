/// How stored pixels become the picture that is shown: cropped, stretched by the shape of a pixel,
/// turned. All reported sizes come from here.
public struct PictureShape: Hashable, Sendable {
  /// Width of the decoded picture in pixels.
  public var codedWidth: Int
  /// Height of the decoded picture in pixels.
  public var codedHeight: Int
  /// Pixels at the four sides that are not shown.
  public var cropping: Cropping
  /// Width of a stored pixel over its height, in lowest terms; nil if none is stated, which is
  /// shown as 1/1.
  public var sampleAspect: Rational?
  /// Clockwise turn that makes the picture upright: 0, 90, 180 or 270 degrees.
  public var rotationDegrees: Int
  /// Whether the picture is mirrored left to right after it is turned.
  public var isMirrored: Bool

  /// By default, a picture that is shown as it is stored. Nothing is checked.
  public init(
    codedWidth: Int, codedHeight: Int, cropping: Cropping = .none, sampleAspect: Rational? = nil, rotationDegrees: Int = 0,
    isMirrored: Bool = false
  ) {
    self.codedWidth = codedWidth
    self.codedHeight = codedHeight
    self.cropping = cropping
    self.sampleAspect = sampleAspect
    self.rotationDegrees = rotationDegrees
    self.isMirrored = isMirrored
  }

  /// Width as shown: cropped, with square pixels, upright.
  ///
  /// The number of stored rows stays; the shape of a pixel changes only their length.
  public var width: Int { isTransposed ? croppedHeight : shownLength }
  /// Height as shown: cropped, with square pixels, upright.
  public var height: Int { isTransposed ? shownLength : croppedHeight }

  /// Columns of stored pixels that are shown, counted upright.
  public var pixelWidth: Int { isTransposed ? croppedHeight : croppedWidth }
  /// Rows of stored pixels that are shown, counted upright.
  public var pixelHeight: Int { isTransposed ? croppedWidth : croppedHeight }

  /// Width of a pixel over its height in the upright picture; nil if pixels are square, or if none
  /// is stated.
  public var uprightAspect: Rational? {
    guard let sampleAspect, sampleAspect.numerator != sampleAspect.denominator else { return nil }
    return isTransposed ? Rational(sampleAspect.denominator, sampleAspect.numerator) : sampleAspect
  }

  private var isTransposed: Bool { rotationDegrees % 180 != 0 }
  private var croppedWidth: Int { codedWidth - cropping.left - cropping.right }
  private var croppedHeight: Int { codedHeight - cropping.top - cropping.bottom }
  private var shownLength: Int {
    sampleAspect.map { max(1, Int((Double(croppedWidth) * $0.doubleValue).rounded())) } ?? croppedWidth
  }
}

/// Pixels to leave out at each side of a stored picture.
public struct Cropping: Hashable, Sendable {
  /// Columns to leave out at the left of the stored picture.
  public var left: Int
  /// Rows to leave out at its top.
  public var top: Int
  /// Columns to leave out at its right.
  public var right: Int
  /// Rows to leave out at its bottom.
  public var bottom: Int

  /// Nothing is left out.
  public static let none = Cropping(left: 0, top: 0, right: 0, bottom: 0)

  /// Nothing is checked; ``fits(width:height:)`` tells whether a picture can be cropped this way.
  public init(left: Int, top: Int, right: Int, bottom: Int) {
    self.left = left
    self.top = top
    self.right = right
    self.bottom = bottom
  }

  /// Whether it leaves part of a picture of this size, and no side is negative.
  public func fits(width: Int, height: Int) -> Bool {
    let sides = [left, top, right, bottom]
    return sides.allSatisfy { (0...Int(Int32.max)).contains($0) } && left + right < width && top + bottom < height
  }
}
