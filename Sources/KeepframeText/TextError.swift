public import KeepframeSystem

/// Why words could not be read from pictures.
public enum TextError: Hashable, Sendable {
  /// Tesseract is not installed; says why it could not be loaded.
  case noRecognition(reason: String)
  /// Tesseract has no data of one of these languages.
  case noLanguage(String)
  /// Not names of languages as Tesseract has them.
  case badLanguages(String)
  /// Tesseract gave up on a picture.
  case recognitionFailed
  /// The classifier that came with the backbone is damaged, or of another version; says how, in
  /// words that follow the file's path.
  case badClassifier(file: String, how: String)
}

extension TextError: KeepframeFailure {
  /// Such as `text.no-recognition`; docs/errors.md lists all.
  public var code: String {
    switch self {
    case .noRecognition: "text.no-recognition"
    case .noLanguage: "text.no-language"
    case .badLanguages: "text.bad-languages"
    case .recognitionFailed: "text.recognition-failed"
    case .badClassifier: "text.bad-classifier"
    }
  }

  /// What was asked for, or the file that is wrong.
  public var subject: String? {
    if case .badClassifier(let file, _) = self { printable(file) } else { "character recognition" }
  }

  /// What failed.
  public var failure: String {
    switch self {
    case .noRecognition(let reason): "Tesseract 5 cannot be loaded (\(oneLine(reason)))"
    case .noLanguage(let languages): "Tesseract has no data of \(oneLine(languages)), or of one of them"
    case .badLanguages(let languages): "expected languages such as eng or eng+deu, got \(oneLine(languages))"
    case .recognitionFailed: "Tesseract gave up on a picture"
    case .badClassifier(_, let how): "the classifier \(oneLine(how))"
    }
  }

  /// What helps whichever program asks.
  public var remedy: String? {
    switch self {
    case .noRecognition: "install libtesseract5 and the data of a language, such as tesseract-ocr-eng"
    case .noLanguage: "install the data, such as tesseract-ocr-deu, or set TESSDATA_PREFIX to its folder"
    case .badLanguages: "name languages as Tesseract does, joined by +"
    case .recognitionFailed: "run again without character recognition"
    case .badClassifier: "install the model again, or remove the file to do without labels"
    }
  }
}
