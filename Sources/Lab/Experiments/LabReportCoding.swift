// The report for programs: everything that was found, the samples too. Whoever encodes it decides the format.

import Report

extension LabReport: Encodable {
  private enum Key: String, CodingKey { case machine, date, version, quick, experiments, failureModes }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(machine, forKey: .machine)
    try container.encode(date, forKey: .date)
    try container.encode(version, forKey: .version)
    try container.encode(isQuick, forKey: .quick)
    try container.encode(entries, forKey: .experiments)
    try container.encodeIfPresent(failureModes, forKey: .failureModes)
  }
}

extension LabReport.Entry: Encodable {
  private enum Key: String, CodingKey {
    case name, question, claim, method, unit, threats, seconds, load, failure, remedy
    case findings, tables, series, samples, observations, notes
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(experiment.name, forKey: .name)
    try container.encode(experiment.question, forKey: .question)
    try container.encode(experiment.claim, forKey: .claim)
    try container.encode(experiment.method, forKey: .method)
    try container.encode(experiment.unit, forKey: .unit)
    try container.encode(experiment.threats, forKey: .threats)
    try container.encode(seconds, forKey: .seconds)
    try container.encodeIfPresent(load, forKey: .load)
    try container.encodeIfPresent(failure?.message, forKey: .failure)
    try container.encodeIfPresent(failure?.remedy, forKey: .remedy)
    guard let result else { return }
    try container.encode(result.findings, forKey: .findings)
    try container.encode(result.tables, forKey: .tables)
    try container.encode(result.series, forKey: .series)
    try container.encode(result.samples, forKey: .samples)
    try container.encode(result.observations, forKey: .observations)
    try container.encode(result.notes, forKey: .notes)
  }
}

extension Finding: Encodable {
  private enum Key: String, CodingKey { case claim, measured, holds }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(claim, forKey: .claim)
    try container.encode(measured, forKey: .measured)
    try container.encode(holding.rawValue, forKey: .holds)
  }
}

extension LabTable: Encodable {
  private enum Key: String, CodingKey { case title, columns, rows }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(title, forKey: .title)
    try container.encode(columns.map { String(decoding: $0.title, as: UTF8.self) }, forKey: .columns)
    try container.encode(rows, forKey: .rows)
  }
}

extension LabSeries: Encodable {
  private enum Key: String, CodingKey { case title, x, y, lines }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(title, forKey: .title)
    try container.encode(xTitle, forKey: .x)
    try container.encode(yTitle, forKey: .y)
    try container.encode(lines, forKey: .lines)
  }
}

extension LabSeries.Line: Encodable {
  private enum Key: String, CodingKey { case name, points }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(name, forKey: .name)
    try container.encode(points.map { [$0.x, $0.y] }, forKey: .points)
  }
}

extension FailureObservation: Encodable {
  private enum Key: String, CodingKey { case failure, threads, processes }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(mode.rawValue, forKey: .failure)
    try container.encode(threads, forKey: .threads)
    try container.encode(processes, forKey: .processes)
  }
}
