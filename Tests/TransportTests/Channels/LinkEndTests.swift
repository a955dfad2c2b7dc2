// Ends of links on their way to other processes: over a control socket, several at a time, of every kind.

import Glibc
import Testing
import Transport

struct LinkEndTests {
  @Test func carriersHaveTheNamesThatUsersWrite() {
    #expect(Carrier.allCases.map(\.rawValue) == ["pipe", "socket", "shm"])
    #expect(Carrier.allCases.map(\.descriptorsPerEnd) == [1, 1, 2])
  }

  @Test(arguments: Carrier.allCases) func crossAControlSocket(carrier: Carrier) throws {
    ProcessSelf.ignoreBrokenPipes()
    let (left, right) = try ControlSocket.pair()
    let links = try (0..<3).map { _ in try carrier.makeEnds() }
    try left.send(kind: 1, descriptors: links.flatMap(\.sending.descriptors))
    try left.send(kind: 2, descriptors: links.flatMap(\.receiving.descriptors))
    for link in links {
      link.sending.close()
      link.receiving.close()
    }
    let sending = try LinkEnd.ends(of: carrier, from: try #require(try right.receive()).descriptors)
    let receiving = try LinkEnd.ends(of: carrier, from: try #require(try right.receive()).descriptors)
    try #require(sending.count == 3 && receiving.count == 3)
    for index in 0..<3 {
      let inlet = try PipeInlet<Parcel>(end: receiving[index], nonce: 5)
      do {
        let outlet = try PipeOutlet<Parcel>(end: sending[index], nonce: 5)
        try outlet.send(Parcel([[UInt8(index)]]))
      }
      sending[index].close()
      #expect(try inlet.receive() == Parcel([[UInt8(index)]]))
      // Nobody has kept a copy open.
      #expect(throws: LinkError.closed) { try inlet.receive() }
    }
  }

  @Test func refuseADescriptorTooFew() throws {
    let link = try Carrier.shm.makeEnds(capacity: 64)
    #expect(throws: LinkError.corrupt("3 descriptors for ends of shm links, which have 2")) {
      try LinkEnd.ends(of: .shm, from: link.sending.descriptors + [link.receiving.descriptors[0]])
    }
    #expect(try LinkEnd.ends(of: .shm, from: []).isEmpty)
  }

  @Test(arguments: Carrier.allCases) func whatIsMadeIsClosedOnExec(carrier: Carrier) throws {
    let link = try carrier.makeEnds()
    for descriptor in link.sending.descriptors + link.receiving.descriptors {
      #expect(fcntl(descriptor.number, F_GETFD) & FD_CLOEXEC != 0)
    }
  }

  /// One way only: what the receiver writes reaches nobody, and cannot make the sender stumble.
  @Test(arguments: [Carrier.pipe, .socket]) func aReceiverCannotSend(carrier: Carrier) throws {
    ProcessSelf.ignoreBrokenPipes()
    let link = try carrier.makeEnds()
    #expect(write(link.receiving.descriptors[0].number, "x", 1) == -1)
  }
}
