package import KeepframeFootage

/// Frames of footage, and pictures, each altered as copies may be.
package struct Renderings: Sendable {
  package let frames: RenderedSet
  package let pictures: RenderedSet?

  package init(frames: RenderedSet, pictures: RenderedSet?) {
    self.frames = frames
    self.pictures = pictures
  }

  /// The frames of some clips, with the sources of these clips.
  package func frames(of clips: [FootageClip]) -> RenderedSet {
    let names = Set(clips.map(\.name))
    return frames.withSources(of: clips).filter { names.contains($0.name) }
  }

  /// The frames of some clips, and all pictures.
  func learned(from clips: [FootageClip]) -> RenderedSet {
    let own = frames(of: clips)
    return pictures.map { own + $0 } ?? own
  }
}
