/** Bounds of MQTT's links, each with its unit; what happens at a bound stands beside it. All but the first few are options. */
export const mqttTransportLimits = {
  /** Bytes of a CONNECT, and of all that comes before a client is let in. Over it: closed with "packet too large". */
  connectBytesMax: 65_536,
  /** Characters of a client identifier. Over it: CONNACK "client identifier not valid". */
  clientIdCharactersMax: 1_024,
  /** Publishes of QoS 1 and 2 that a client may have unanswered; a session's identifiers are stored with each change. Over it: "receive maximum exceeded" (MQTT 5.0). */
  receiveMax: 1_000,
  /** Messages of QoS 1 and 2 that a client is sent without its acknowledging them, whatever more it allows. More wait in core. */
  inflightMax: 1_000,
  /** Characters of a client identifier or a reason in the log. Over it: cut. */
  notedCharactersMax: 200,
  /** Topic aliases of a client, and the highest that a client is told. Over it: "topic alias invalid". */
  topicAliasMax: 1_024,
  /** Characters of a topic that is kept until core is told of it. Over it: not kept, since core takes none so long. */
  topicCharactersMax: 1_024,
  /** What is put into one flush, bytes; what does not fit waits in core. */
  flushBytes: 131_072,
  /** Bytes of a flush's first message from which on each is written where it lies: what is less is cheaper to copy. */
  pieceBytesMin: 8_192,
  /** Bytes of answers that a client does not read. Over it: nothing is read from that client until it did. */
  answersBytesMax: 65_536,
  /** What one client sent is handed over for so long in one go, ms. After it: the rest later, when others had their turn. */
  sliceMs: 5,
  /** Bytes of packets that are read without a look at the clock: to look after each acknowledgement takes a tenth of the time that it takes. */
  untimedBytesMax: 512,
  /** Filters of one packet that are asked of core in one step; what one client sent is read on once all were. */
  filtersPerStep: 100,
  /** Time for the peer to go after it was told to, ms. After it: the socket is cut. */
  closeTimeoutMs: 2_000,
  /** Bytes of a WebSocket's message beyond the longest packet, since libraries put several packets into one. Over it: "packet too large". */
  frameSlackBytes: 1_048_576,
  /** Fragments of one message of a WebSocket. Over it: "malformed packet". */
  fragmentsMax: 1_024,
  /** Pieces in which one frame of a WebSocket may trickle in; each costs a buffer of its own. Over it: "malformed packet". */
  piecesMax: 4_096,
  /** A WebSocket is pinged after so many bytes, to see whether they are read. */
  pingBytes: 32_768,
  /** Bytes that a WebSocket's peer may leave unread. Over it: what is more waits in core. */
  unreadBytesMax: 262_144,
  /** Terms of subscriptions with an identifier that are shared by all who subscribe alike. More: the oldest are not shared any further. */
  termsMax: 10_000,
} as const
