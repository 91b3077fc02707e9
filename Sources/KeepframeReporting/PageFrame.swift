/// What every page has around its body: a head with a policy that lets nothing be loaded.
package enum PageFrame {
  /// Said at the foot of each page.
  package static let promise = "This page stands alone: it loads nothing and sends nothing."

  /// - Parameters:
  ///   - title: of the window.
  ///   - script: the one that the policy allows; nil for a page without.
  package static func page(title: Markup, script: Markup? = nil, _ body: Markup) -> Markup {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="\(policy(hasScript: script != nil))">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="referrer" content="no-referrer">
    <title>\(title)</title>
    <style>\(Stylesheet.css)</style>
    </head>
    <body>
    \(body)\(script.map { "\n<script>\($0)</script>" as Markup } ?? "")
    </body>
    </html>

    """
  }

  /// Only pictures inside the page, its one style block and the report's script are allowed.
  private static func policy(hasScript: Bool) -> Markup {
    """
    default-src 'none'; img-src data:; style-src '\(Stylesheet.hash)'; \
    script-src \(hasScript ? "'\(Marking.hash)'" as Markup : "'none'"); base-uri 'none'; form-action 'none'
    """
  }
}
