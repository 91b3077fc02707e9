@_exported public import KeepframeBoundaries
// What `import Keepframe` brings: every stage, and the few lines that join them.
@_exported public import KeepframeBundle
@_exported public import KeepframeContext
@_exported public import KeepframeDecoding
@_exported public import KeepframeFeatures
@_exported public import KeepframeNumerics
@_exported public import KeepframeReporting
@_exported public import KeepframeRetention
@_exported public import KeepframeSystem
@_exported public import KeepframeText

/// The version of the library and of the command-line tool.
public let keepframeVersion = "0.1.0"
