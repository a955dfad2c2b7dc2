// What supervisor and workers say to each other.

/// A message on a control socket: its meaning is the business of both ends.
package struct ControlMessage: Sendable {
  package var kind: UInt8
  package var payload: [UInt8]
  /// Descriptors that came with it, owned by whoever has the message.
  package var descriptors: [Descriptor]

  package init(kind: UInt8, payload: [UInt8] = [], descriptors: [Descriptor] = []) {
    self.kind = kind
    self.payload = payload
    self.descriptors = descriptors
  }
}
