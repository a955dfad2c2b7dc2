// A report as one file: no script, no network, no font from elsewhere. It opens from a disk, from a mail or from an archive
// years later, in light and dark, on a phone, on paper, and for a screen reader.

/// A page of sections.
package struct HTMLPage: Sendable {
  /// A part of a page under a heading.
  package struct Section: Sendable {
    package var title: String
    package var blocks: [Block]

    package init(title: String, blocks: [Block]) {
      self.title = title
      self.blocks = blocks
    }
  }

  /// What a section is made of.
  package indirect enum Block: Sendable {
    case heading(String)
    case paragraph(String)
    case list([String])
    /// Sentences that the reader should not miss.
    case verdict(title: String, sentences: [String])
    /// The same for what speaks against the figures.
    case warning(title: String, sentences: [String])
    /// Names and values, such as the machine.
    case facts([(name: String, value: String)])
    case table(HTMLTable)
    /// Charts, side by side where the page is wide.
    case charts([any Chart])
    /// Lines as they are, such as a command.
    case preformatted(String)
    /// What is folded away under a line.
    case details(summary: String, [Block])
  }

  package var title: String
  /// A line or two under the title.
  package var lead: String
  package var sections: [Section]
  /// Who made it, from what, and when.
  package var footer: String

  package init(title: String, lead: String, sections: [Section], footer: String) {
    self.title = title
    self.lead = lead
    self.sections = sections
    self.footer = footer
  }

  /// The whole file.
  package var text: String {
    var writer = PageWriter()
    return "<!DOCTYPE html>\n" + writer.page(self).markup + "\n"
  }
}
