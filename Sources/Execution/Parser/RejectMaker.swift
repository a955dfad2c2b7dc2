// What becomes of a record that cannot be used: a reject with its reason, its place in the piece, and its bytes.

import CSV
import Query

/// Makes the rejects of pieces.
struct RejectMaker {
  /// Why a record is not used.
  enum Fault {
    case row(RowDefect)
    case poison(PoisonFact)
  }

  private let plan: Plan
  let keepsRejects: Bool

  init(plan: Plan) {
    self.plan = plan
    keepsRejects = plan.question.errorPolicy == .quarantine
  }

  /// The reject that a record becomes.
  ///
  /// - Parameters:
  ///   - bytes: the block that the record lies in.
  ///   - blockStart: offset of the block in its input.
  ///   - number: which record of the piece it is, from 1.
  func reject(
    _ fault: Fault, _ record: RecordIndex.Record, _ bytes: Span<UInt8>, input: Int, blockStart: Int, number: Int
  ) -> PieceReject {
    let place = Reject.Place(
      input: input, record: number, line: record.line + 1, byte: blockStart + record.start,
      length: record.end - record.start)
    let contentEnd = record.end - LineEnding.length(atEndOf: bytes.extracting(record.start..<record.end))
    let shown = copy(bytes.extracting(record.start..<min(contentEnd, record.start + Reject.textLimit)))
    let reject =
      switch fault {
      case .row(let defect): reject(defect, shown, at: place)
      case .poison(let fact): fact.reject(text: shown, at: place)
      }
    return PieceReject(reject: reject, raw: keepsRejects ? copy(bytes.extracting(record.start..<record.end)) : [])
  }

  private func reject(_ defect: RowDefect, _ shown: [UInt8], at place: Reject.Place) -> Reject {
    let names = plan.survey.columns
    return switch defect {
    case .columns(let got): .columns(got: got, want: plan.columnCount, text: shown, at: place)
    case .scan(let defect): .defect(defect, maxRecord: plan.question.maxRecord, text: shown, at: place)
    case .number(let column, let text, let isOutOfRange):
      .number(text, isOutOfRange: isOutOfRange, column: names[column], at: place)
    case .type(let column, let text, let wanted): .type(text, wanted: wanted, column: names[column], at: place)
    case .expression:
      Reject(.number, at: place, text: shown, reason: "the result of an expression is outside the range of a double")
    }
  }
}
