// Why a comparison could not be completed.

import Execution
import Spec

enum ComparisonFailure: Error {
  case own(RunFailure)
  /// The pipeline file is wrong.
  case file(PipelineFileError)
  /// A run failed: what it said, and what is to be said besides.
  case run(said: String, summary: String, status: ExitStatus)

  static func own<Result>(_ body: () throws(RunFailure) -> Result) throws(ComparisonFailure) -> Result {
    do throws(RunFailure) { return try body() } catch { throw .own(error) }
  }

  static func of<Result>(_ body: () throws(ResolutionError) -> Result) throws(ComparisonFailure) -> Result {
    do throws(ResolutionError) {
      return try body()
    } catch {
      switch error {
      case .usage(let error): throw .own(RunFailure(error))
      case .file(let error): throw .file(error)
      }
    }
  }
}
