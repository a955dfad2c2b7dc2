// `--spool`: a stream is put into a file without a name before the run, which then reads that. So any stage may die.

import Transport

extension InputFile {
  /// The same input as a file, under its own name; itself if it is one.
  ///
  /// - Parameter folder: where the file lies.
  package func spooled(in folder: String) throws(RunFailure) -> InputFile {
    if facts.isRegular { return self }
    let unusable = { (error: TransportError) in
      RunFailure(
        .output, "\(folder): \(facts.name) cannot be spooled here: \(error.reason)",
        remedy: "name a folder that can be written to with --spool")
    }
    let file: Descriptor
    do throws(TransportError) { file = try UnnamedFile.make(in: folder) } catch { throw unusable(error) }
    var copy = StreamCopy(from: descriptor, to: file)
    do throws(StreamCopy.Failure) {
      try copy.run()
    } catch {
      switch error {
      case .reading(let error): throw RunFailure(.transfer, "\(facts.name): \(error.reason)")
      case .writing(let error):
        throw RunFailure(
          .transfer, "\(facts.name): cannot be spooled in \(folder): \(error.reason)",
          remedy: "free some space there, or name another folder with --spool")
      }
    }
    // Nobody needs to be able to change it any more.
    let readable: Descriptor
    do throws(TransportError) { readable = try UnnamedFile.reopened(file) } catch { throw unusable(error) }
    return InputFile(facts: try InputFacts(name: facts.name, descriptor: readable.number), descriptor: readable)
  }
}
