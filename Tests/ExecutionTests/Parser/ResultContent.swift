// What a piece's result says, however it was come by: two ways through the same bytes must agree in all of this.

import CSV
import Query

@testable import Execution

/// A result with its states finished, to be compared and shown.
struct ResultContent: Equatable, CustomStringConvertible {
  var end: Int
  var endsSkipping: Bool
  var isOpen: Bool
  var stop: PieceResult.Stop
  var tally: Tally
  var rows: Int
  var continuation: [UInt8]
  var continuationLength: Int
  var rejects: [PieceReject]
  var answer: String

  init(_ result: PieceResult, plan: Plan) throws {
    end = result.end
    endsSkipping = result.endsSkipping
    isOpen = result.isOpen
    stop = result.stop
    tally = result.tally
    // How many records a scanner left to the scalar one is a figure about the work.
    tally.reread = 0
    rows = result.rows
    continuation = result.continuation
    continuationLength = result.continuationLength
    rejects = result.rejects
    answer = try Self.answer(result.partial, plan)
  }

  var description: String {
    let rejects = rejects.map { entry in
      let reject = entry.reject
      return "\(reject.kind) record \(reject.record) line \(reject.line) byte \(reject.byte) length \(reject.length) "
        + "\(reject.text.shown) \(entry.raw.shown)"
    }
    return """
      end \(end), skipping \(endsSkipping), open \(isOpen), stop \(stop), rows \(rows), \(tally)
      continuation \(continuationLength) \(continuation.shown)
      \(rejects.joined(separator: "\n"))
      answer \(answer.debugDescription)
      """
  }

  private static func answer(_ partial: PartialState, _ plan: Plan) throws -> String {
    let encoder = CSVRowEncoder(columns: [])
    let bytes: [UInt8]
    switch partial {
    case .groups(let table):
      // Merged into another one, as groups without rows may be left from bytes before.
      var used = GroupTable(calls: table.calls, keyColumns: table.keyColumns)
      used.merge(table)
      let answer = GroupAnswer([used])
      do throws(AnswerError) {
        bytes = try answer.encode(0..<answer.count, selection: Array(0..<answer.columnCount), with: encoder)
      } catch {
        return error.message
      }
    case .profile(let profile): bytes = encoder.encode(rows: try profile.finish(names: plan.survey.columns))
    case .rows(let block): bytes = block.bytes
    case .sorted(let rows): bytes = rows.rows.flatMap { $0.bytes }
    case .typed(let rows, .groups(var table)):
      guard case .groups(let task) = plan.task else { return "groups of another question" }
      TypedRowsAdder(plan: plan).add(rows, to: &table, task: task)
      return try answer(.groups(table), plan)
    case .typed(let rows, .profile(var profile)):
      TypedRowsAdder(plan: plan).add(rows, to: &profile)
      return try answer(.profile(profile), plan)
    case .kept, .parts, .encoded, .typed: bytes = []
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
