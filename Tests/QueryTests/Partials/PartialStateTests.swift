// The states of pieces in their binary form, by task: what comes back is what was sent, and damage is refused.

import CSV
import Query
import Testing

@Suite struct PartialStateTests {
  private func plan(_ change: (inout Question) -> Void) throws -> Plan {
    var question = Question()
    change(&question)
    return try Plan(
      question: question,
      survey: Survey(dialect: Dialect(), columns: [Array("a".utf8), Array("b".utf8)], sampledTypes: [.text, .decimal]))
  }

  private func states() throws -> [(plan: Plan, state: PartialState)] {
    let rows = try plan { $0.select = ["a"] }
    var block = RowBlock()
    block.bytes = Array("x\ny\n".utf8)
    block.count = 2
    let sorted = try plan { $0.sort = ["b"] }
    var sortedRows = SortedRows()
    sortedRows.append(keys: [.number(.decimal(Decimal(mantissa: 25, scale: 1)))], bytes: Array("x".utf8))
    sortedRows.append(keys: [.null], bytes: [])
    let grouped = try plan {
      $0.groupBy = ["a"]
      $0.aggregates = ["count, sum(b), min(a), var(b)"]
    }
    guard case .groups(let task) = grouped.task else { throw ByteCodingError("no groups") }
    var table = GroupTable(calls: task.calls, keyColumns: 1)
    var scratch = RowScratch(useCount: 0)
    for name in ["x", "y", "x", ""] {
      let group = table.group(key: [name.isEmpty ? nil : name])
      table.addRow(group: group)
      let number = Value.number(.decimal(Decimal(mantissa: 11, scale: 1)))
      let text = Value.text(scratch.append(Array(name.utf8).span))
      for call in 1...3 { table.add(call == 2 ? text : number, in: scratch, call: call, group: group) }
    }
    let (counts, many) = try groups(40)
    let profile = try plan { _ in }
    var profiles = ProfileState(columnCount: 2)
    for (a, b) in [("x", "1"), ("", "2.5"), ("2024-01-01", "true")] {
      profiles.add(column: 0, text: Array(a.utf8).span, isNull: a.isEmpty)
      profiles.add(column: 1, text: Array(b.utf8).span, isNull: false)
      profiles.endRow()
    }
    // Three rows: of a number, of nulls, of a text with a number that no column holds.
    var typed = try #require(TypedRows(table: table))
    for (key, value, text) in [("x", Value.number(.decimal(Decimal(mantissa: -25, scale: 1))), "y"), ("", .null, "")] {
      typed.append(text: 0, Array(key.utf8).span)
      for call in 1...3 {
        typed.append(call == 2 ? .text(scratch.append(Array(text.utf8).span)) : value, in: scratch, ofCall: call)
      }
      typed.endRows(1)
    }
    var cells = TypedRows(columns: 2)
    cells.append(text: 0, Array("1".utf8).span)
    cells.append(text: 1, Array("".utf8).span)
    cells.endRows(1)
    return [
      (grouped, .typed(typed, rest: .groups(table))), (profile, .typed(cells, rest: .profile(profiles))),
      (rows, .rows(block)), (rows, .rows(RowBlock())), (sorted, .sorted(sortedRows)), (sorted, .sorted(SortedRows())),
      (grouped, .groups(table)), (grouped, .groups(GroupTable(calls: task.calls, keyColumns: 1))),
      (counts, .parts(try #require(many.parts(from: 0)))), (profile, .profile(profiles)),
    ]
  }

  /// So many groups of a question whose groups can cross in parts.
  private func groups(_ count: Int) throws -> (plan: Plan, table: GroupTable) {
    let plan = try plan {
      $0.groupBy = ["a"]
      $0.aggregates = ["count, sum(b)"]
    }
    guard case .groups(let task) = plan.task else { throw ByteCodingError("no groups") }
    var table = GroupTable(calls: task.calls, keyColumns: 1)
    for number in 0..<count { table.addRow(group: table.group(key: ["\(number)"])) }
    return (plan, table)
  }

  @Test func everyStateComesBack() throws {
    for (plan, state) in try states() {
      let bytes = state.encoded()
      let copy = try PartialState.encoded(bytes).decoded(plan: plan)
      switch (state, copy) {
      case (.rows(let a), .rows(let b)): #expect(a == b)
      case (.sorted(let a), .sorted(let b)): #expect(a.rows.map(\.bytes) == b.rows.map(\.bytes))
      case (.groups(let a), .groups(let b)): #expect(try a.finish() == b.finish())
      case (.parts(let a), .parts(let b)): #expect(try a.map { try $0.finish() } == b.map { try $0.finish() })
      case (.profile(let a), .profile(let b)):
        #expect(try a.finish(names: [[97], [98]]) == b.finish(names: [[97], [98]]))
      case (.typed(let a, rest: .groups), .typed(let b, rest: .groups)),
        (.typed(let a, rest: .profile), .typed(let b, rest: .profile)):
        #expect(a == b)
      default: Issue.record("another state came back")
      }
      // What is decoded already stays as it is, and what is encoded is passed on.
      #expect(try state.decoded(plan: plan).encoded() == bytes)
      #expect(PartialState.encoded(bytes).encoded() == bytes)
    }
  }

  @Test func manyGroupsCrossInParts() throws {
    let (plan, table) = try groups(GroupParts.divideFrom)
    let bytes = PartialState.groups(table).encoded()
    let copy = try PartialState.encoded(bytes).decoded(plan: plan, in: GroupMergeTests.backwards)
    guard case .parts(let tables) = copy else {
      Issue.record("not in parts")
      return
    }
    #expect(try GroupAnswer(tables).cells() == table.finish())
  }

  @Test func bytesTooManyAreRefused() throws {
    for (plan, state) in try states() {
      #expect(throws: ByteCodingError.self) { try PartialState.encoded(state.encoded() + [0]).decoded(plan: plan) }
    }
  }

  @Test func damageIsRefusedOrHarmless() throws {
    var source = SplitMixSource(seed: 11)
    for (plan, state) in try states() {
      let sound = state
      checkDecoding(of: state.encoded(), using: &source) { (reader) throws(ByteCodingError) in
        var rest: [UInt8] = []
        while reader.remaining > 0 { rest.append(try reader.read()) }
        return try PartialState.encoded(rest).decoded(plan: plan)
      } use: { state in
        switch state {
        case .groups(let table):
          _ = try? table.finish()
          if case .groups(var sound) = sound {
            sound.merge(table)
            _ = try? sound.finish()
          }
        case .parts(let tables):
          _ = try? GroupAnswer(tables).cells()
          if case .parts(let sound) = sound {
            var parts = GroupParts()
            parts.merge(sound, in: .serial)
            parts.merge(tables, in: .serial)
            _ = try? GroupAnswer(parts.take()).cells()
          }
        case .profile(let profile): _ = try? profile.finish(names: [[97], [98]])
        case .typed(let rows, rest: .groups(var table)):
          guard case .groups(let task) = plan.task else { break }
          TypedRowsAdder(plan: plan).add(rows, to: &table, task: task)
          _ = try? table.finish()
        case .typed(let rows, rest: .profile(var profile)):
          TypedRowsAdder(plan: plan).add(rows, to: &profile)
          _ = try? profile.finish(names: [[97], [98]])
        default: break
        }
      }
    }
  }
}
