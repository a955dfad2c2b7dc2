// What a stage sees of a link: a side to send into and a side to receive from. The same for queues and pipes, so that
// stage code does not know the mode it runs in.

/// The sending side of a link.
package protocol Outlet<Message>: Sendable {
  associatedtype Message: Sendable

  /// Hands a message over; waits while the link is full.
  func send(_ message: Message) throws(LinkError)

  /// Says that this producer sends no more. A failure here is for the receiver to notice: without the end message its
  /// `receive` fails with `.closed`.
  func finish()
}

/// The receiving side of a link.
package protocol Inlet<Message>: Sendable {
  associatedtype Message: Sendable

  /// The next message, waited for; nil when every producer has finished.
  func receive() throws(LinkError) -> Message?
}
