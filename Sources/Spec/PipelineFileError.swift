// What can be wrong with a pipeline file, with the place in it. One grammar: where, what, remedy.

/// A place in a text file; both count from 1, columns in Unicode scalars.
package struct FilePlace: Equatable, Sendable {
  package var line: Int
  package var column: Int

  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }
}

/// A pipeline file that cannot be used (exit status 78).
package struct PipelineFileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The path as given.
  package var file: String
  /// Line and column from 1, or nil where the mistake has no place (a file that cannot be read).
  package var line: Int?
  package var column: Int?
  /// The key concerned, as written.
  package var key: String?
  /// What is wrong, in one sentence without a full stop. It names the key.
  package var message: String
  /// What would help, or nil.
  package var remedy: String?

  package init(file: String, place: FilePlace? = nil, key: String? = nil, message: String, remedy: String? = nil) {
    self.file = file
    self.line = place?.line
    self.column = place?.column
    self.key = key
    self.message = message
    self.remedy = remedy
  }

  /// `pipelines/x.yaml: line 7, column 3: key "agregates" is not known; did you mean "aggregates"?`
  package var description: String {
    var text = file + ": "
    if let line { text += "line \(line)" + (column.map { ", column \($0)" } ?? "") + ": " }
    text += message
    if let remedy { text += "; " + remedy }
    return text
  }
}
