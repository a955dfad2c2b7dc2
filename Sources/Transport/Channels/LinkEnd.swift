// One end of a link on its way to the process that will use it: a kind and a few descriptors, which is all that can be
// sent to another process.

/// An end of a link that nobody has opened yet. To pass it on, send its `descriptors` over a control socket and the
/// name of the carrier beside them, then `close` it here: a copy that stays open hides the end of a process from its
/// neighbour.
package struct LinkEnd: Sendable {
  package let carrier: Carrier
  /// In the order that the carrier needs them in; `carrier.descriptorsPerEnd` of them.
  package let descriptors: [Descriptor]
  /// What stands between the outlet and the channel, if anything does.
  private let interposed: (@Sendable (any SendingChannel) -> any SendingChannel)?

  init(
    _ carrier: Carrier, _ descriptors: [Descriptor],
    interposed: (@Sendable (any SendingChannel) -> any SendingChannel)? = nil
  ) {
    self.carrier = carrier
    self.descriptors = descriptors
    self.interposed = interposed
  }

  /// The same end; what is sent into it passes through a channel around its own, which tests make to do harm.
  package func interposing(_ body: @escaping @Sendable (any SendingChannel) -> any SendingChannel) -> LinkEnd {
    LinkEnd(carrier, descriptors, interposed: body)
  }

  /// Makes ends again of the descriptors of one or several ends, one after another: `.corrupt` if there is one too few.
  package static func ends(of carrier: Carrier, from descriptors: [Descriptor]) throws(LinkError) -> [LinkEnd] {
    let each = carrier.descriptorsPerEnd
    guard descriptors.count % each == 0 else {
      throw .corrupt("\(descriptors.count) descriptors for ends of \(carrier.rawValue) links, which have \(each)")
    }
    return stride(from: 0, to: descriptors.count, by: each).map {
      LinkEnd(carrier, Array(descriptors[$0..<$0 + each]))
    }
  }

  /// Opens the sending side, once; the descriptors belong to it from then on. `.system` or `.corrupt` if they are not
  /// what the carrier needs.
  package func openSender() throws(LinkError) -> any SendingChannel {
    let channel = try carrier.sender(descriptors)
    return interposed?(channel) ?? channel
  }

  /// Opens the receiving side, likewise.
  package func openReceiver() throws(LinkError) -> any ReceivingChannel { try carrier.receiver(descriptors) }

  /// Closes the descriptors in this process. Copies that were sent elsewhere stay open.
  package func close() {
    for descriptor in descriptors { descriptor.close() }
  }
}
