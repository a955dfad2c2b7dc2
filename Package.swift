// swift-tools-version: 6.2
// The package: one target a layer, cut where something coarse crosses. Sources/README.md is the map.
import PackageDescription

let package = Package(
  name: "pipe",
  products: [.executable(name: "pipe", targets: ["PipeTool"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
  ],
  targets: [
    .systemLibrary(name: "CLibCSV", providers: [.apt(["libcsv-dev"])]),
    .target(name: "CLinux"),
    .target(name: "CColumns"),
    .target(name: "CScan"),
    .target(name: "CSV", dependencies: ["CLibCSV", "CScan"]),
    .target(name: "Query", dependencies: ["CColumns", "CSV"]),
    .target(name: "Transport", dependencies: ["CLinux"]),
    .target(name: "Execution", dependencies: ["CSV", "Query", "Transport"]),
    .target(name: "Spec", dependencies: ["CSV", "Query", "Execution", .product(name: "Yams", package: "Yams")]),
    .target(name: "Report"),
    .target(name: "Lab", dependencies: ["CLinux", "CSV", "Execution", "Report", "Transport"]),
    .executableTarget(
      name: "PipeTool",
      dependencies: [
        "CSV", "Query", "Transport", "Execution", "Spec", "Report", "Lab",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    // For tests only: tries what a sandbox is there to prevent, which Swift cannot do in a forked child.
    .target(name: "CSandboxProbe", dependencies: ["CLinux"], path: "Tests/Support/CSandboxProbe"),
    // How much the tests try.
    .target(name: "TestTiers", path: "Tests/Support/TestTiers"),
    .testTarget(name: "CSVTests", dependencies: ["CSV", "TestTiers"]),
    .testTarget(name: "QueryTests", dependencies: ["Query", "CSV", "TestTiers"]),
    .testTarget(name: "TransportTests", dependencies: ["Transport", "CLinux", "CSandboxProbe"]),
    .testTarget(name: "ExecutionTests", dependencies: ["Execution", "CSV", "Query", "Transport", "TestTiers"]),
    .testTarget(name: "SpecTests", dependencies: ["Spec", "CSV", "Query", "Execution"]),
    .testTarget(name: "ReportTests", dependencies: ["Report", "TestTiers"]),
    .testTarget(name: "LabTests", dependencies: ["CLinux", "Lab", "CSV", "Execution", "Report", "Transport"]),
    // These run the built program, and depend on it so that it is there.
    .testTarget(name: "PipeToolTests", dependencies: ["PipeTool", "TestTiers"], exclude: ["Expected"]),
    .testTarget(name: "EndToEndTests", dependencies: ["PipeTool", "TestTiers"]),
  ],
  swiftLanguageModes: [.v6]
)

// Every Swift target gets the same settings: spans that are returned from functions need the lifetime annotations.
for target in package.targets where target.type != .system {
  if ["CColumns", "CLinux", "CSandboxProbe", "CScan"].contains(target.name) { continue }
  target.swiftSettings = [.enableExperimentalFeature("Lifetimes"), .enableUpcomingFeature("ExistentialAny")]
  // The tests start the program some thousand times, and unspecialised generics take most of their time. What the compiler
  // checks in a release build it checks here. Sanitizers see more of code that is left as it is.
  if target.type != .test, Context.environment["PIPE_UNOPTIMIZED"] == nil {
    target.swiftSettings?.append(.unsafeFlags(["-O"], .when(configuration: .debug)))
  }
}
