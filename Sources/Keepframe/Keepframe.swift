// What `import Keepframe` brings: every stage, and the few lines that join them.
@_exported public import Archive
@_exported public import Boundaries
@_exported public import Context
@_exported public import Decoding
@_exported public import Features
@_exported public import Reporting
@_exported public import Retention
@_exported public import Tensors

/// The version of the library and of the command-line tool.
public let keepframeVersion = "0.1.0"
