// What a message must be able to do to cross from one process to another.

/// A message that can be sent as frames. A big one becomes several frames; the receiver sees it whole or not at all.
package protocol WireMessage: Sendable {
  /// What kind of message this is; never `endKind`.
  var frameKind: UInt8 { get }
  /// The piece of work it belongs to.
  var work: WorkName { get }
  /// The payload, as byte strings to be sent one after another; big ones are sent from where they are, without a copy.
  func encodePayload() -> [[UInt8]]
  /// Makes the message again. The bytes are as they were sent, but this checks their meaning: `LinkError.corrupt`.
  init(frameKind: UInt8, work: WorkName, payload: [UInt8]) throws(LinkError)
  /// The kind that stands for the end of the data.
  static var endKind: UInt8 { get }
}
