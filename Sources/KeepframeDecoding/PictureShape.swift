/// How stored pixels become what is seen: cropped, stretched by the shape of a pixel, turned. Every size that is told comes from here.
public struct PictureShape: Hashable, Sendable {
  /// Of the picture as it is decoded.
  public var codedWidth: Int
  public var codedHeight: Int
  public var cropping: Cropping
  /// Width of a stored pixel over its height, in lowest terms; nil where nothing is stated, which is shown as 1/1.
  public var sampleAspect: Rational?
  /// Clockwise turn that makes the picture upright: 0, 90, 180 or 270 degrees; and whether it is then mirrored left to right.
  public var rotationDegrees: Int
  public var isMirrored: Bool

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

  /// Size as shown: upright, with square pixels. The rows keep their number (the columns, where it is turned by 90 degrees).
  public var width: Int { isTransposed ? croppedHeight : shownLength }
  public var height: Int { isTransposed ? shownLength : croppedHeight }

  /// Stored pixels that are seen, counted upright.
  public var pixelWidth: Int { isTransposed ? croppedHeight : croppedWidth }
  public var pixelHeight: Int { isTransposed ? croppedWidth : croppedHeight }

  /// Of those pixels; nil where they are square, as far as known.
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
  public var left: Int
  public var top: Int
  public var right: Int
  public var bottom: Int

  public static let none = Cropping(left: 0, top: 0, right: 0, bottom: 0)

  public init(left: Int, top: Int, right: Int, bottom: Int) {
    self.left = left
    self.top = top
    self.right = right
    self.bottom = bottom
  }

  /// Whether it leaves something of a picture of this size, and enlarges nothing.
  public func fits(width: Int, height: Int) -> Bool {
    let sides = [left, top, right, bottom]
    return sides.allSatisfy { (0...Int(Int32.max)).contains($0) } && left + right < width && top + bottom < height
  }
}
