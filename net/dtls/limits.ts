/** Bounds of the engine, each with its unit; what happens at a bound stands beside it. */
export const dtlsLimits = {
  /** Bytes of a datagram that is sent, where nobody says otherwise. Longer handshake messages are cut; a longer message of the application is refused. */
  mtu: 1_200,
  /** The least that may be said, bytes: a flight has to come through in a bounded number of datagrams. */
  mtuMin: 128,
  /** Records of one datagram. Further ones are not looked at. */
  recordsPerDatagramMax: 16,
  /** Bytes of one handshake message: a certificate with its issuer takes about 2,000. Over it: the handshake fails. */
  messageBytesMax: 8_192,
  /** Bytes of all messages of a handshake that are being put together. Over it: further pieces are dropped. */
  reassemblyBytesMax: 16_384,
  /** Messages ahead of the one that is awaited, of which pieces are kept. */
  messagesAheadMax: 8,
  /** Pieces of one message that do not touch each other. Over it: further ones are dropped. */
  gapsMax: 16,
  /** Records of the next epoch that came before its keys, kept until these are there. Over it: dropped. */
  earlyRecordsMax: 4,
  /** Handshakes under way, in all. Over it: a hello with a good cookie is dropped, and comes again. */
  handshakesMax: 2_000,
  /** The same of one address. */
  handshakesPerHostMax: 100,
  /** Associations in all. Over it: as above. */
  sessionsMax: 20_000,
  /** The same of one address: carriers put many terminals behind one. */
  sessionsPerHostMax: 20_000,
  /** Time for a handshake, ms. After it: forgotten, without a word. */
  handshakeTimeoutMs: 60_000,
  /** First time until a flight is sent again, ms; doubled each time. RFC 6347 §4.2.4.1 */
  retransmitMs: 1_000,
  /** The longest such time, ms. */
  retransmitMsMax: 60_000,
  /** For how long the last flight is kept for a peer that did not get it, ms: twice the time that a segment may live. RFC 6347 §4.2.4 */
  lastFlightMs: 240_000,
  /** How long a cookie's secret is new, ms; it is good for as long again. */
  cookieSecretMs: 60_000,
  /** Bytes of a connection id that this side issues. */
  connectionIdBytes: 3,
  /** The longest connection id that a peer may have, bytes: more is not said by anybody. Over it: none is used. */
  peerConnectionIdBytesMax: 16,
  /** Records that keys protect, before they are used up. RFC 6347 §4.1 */
  sequenceMax: 2 ** 48 - 1,
  /** Bytes of a pre-shared key. Fewer are refused. */
  pskBytesMin: 16,
  /** Bytes of a pre-shared key and of its identity. RFC 4279 §5.3 asks for 64 and 128 at least. */
  pskBytesMax: 64,
  identityBytesMax: 128,
  /** To an address that was not shown to be the peer's at most so many times the bytes are sent that came from there. RFC 9146 §6 */
  unprovenFactor: 3,
} as const
