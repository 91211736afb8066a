/** Bounds of the shared listener, each with its unit; what happens at a bound stands beside it. */
export const netLimits = {
  /** Connections taken in all, whatever they are used for. Over it: 503. */
  connectionsMax: 50_000,
  /** Connections from one address (of IPv6: from one /64 network). Over it: 429. */
  connectionsPerAddressMax: 20_000,
  /** Connections a second that one address may open once its burst is spent. Over it: 429. */
  connectsPerSecondPerAddress: 1_000,
  /** The same for all addresses together. Over it: 503. */
  connectsPerSecond: 2_000,
  /** Connections that may come at once from one address: a whole site that reconnects after a restart. */
  connectBurstPerAddress: 5_000,
  /** The same for all addresses together. */
  connectBurst: 10_000,
  /** Refused connections that may wait for their answer. Over it: closed without one. */
  refusedOpenMax: 1_000,
  /** Addresses remembered. Over it, when none can be forgotten: an unknown address gets 503. */
  addressesMax: 100_000,
  /** Remembered addresses looked at, to forget idle ones, when an unknown one comes at the bound. */
  addressesPerLook: 64,
  /** What a refused peer is told to wait where nothing better is known, s. */
  retryAfterS: 5,
  /** Time for the whole head of a request, from the opening of the connection, ms. After it: 408. */
  headersTimeoutMs: 10_000,
  /** Time for a whole request, ms. After it: 408. On HTTP/2 the time without any request, after which a connection is ended. */
  requestTimeoutMs: 30_000,
  /** Bytes of a request's head. Over it: 431. */
  headBytesMax: 8_192,
  /** Header fields of a request. Over it: further ones are ignored by Node 20, the request is refused with 431 by newer ones. */
  headersMax: 64,
  /** Requests that wait on one connection of HTTP/1.1 until those before are answered. Over it: closed. */
  pipelinedMax: 256,
  /** Requests at once on one connection of HTTP/2. Over it: refused, to be tried again. RFC 9113 §5.1.2 */
  streamsPerConnectionMax: 256,
  /** Memory of one connection of HTTP/2, MB: heads, and what was not sent yet. Over it: further streams are refused. */
  http2SessionMegabytesMax: 10,
  /** How long what was said last on HTTP/2 has to leave when the gateway ends, ms. After it: cut. */
  lastWordsMs: 1_000,
  /** Connections that the kernel holds until they are taken. */
  backlog: 4_096,
  /** Time for a TLS handshake, from the opening of the connection, ms. After it: closed. */
  handshakeTimeoutMs: 10_000,
  /** Time for the header of the PROXY protocol, from the opening of the connection, ms. After it: closed. */
  proxyHeaderTimeoutMs: 5_000,
  /** Connections whose proxy has not said yet for whom it speaks; more than the backlog, all of which may come in one go. Over it: closed at once. */
  proxyWaitingMax: 10_000,
  /** Bytes of a header of version 1 with its end of line; the protocol itself says so. Over it: closed. */
  proxyLineBytesMax: 107,
  /** Bytes of a header of version 2 with all that a proxy adds to it. Over it: closed. */
  proxyHeaderBytesMax: 4_096,
  /** How long it is remembered who somebody is who shows it with each request, ms. After it: asked again. */
  identityMs: 5_000,
  /** Of how many. Over it: the one asked about longest ago is forgotten, and asked about again. */
  identitiesMax: 10_000,
  /** Kinds of event whose repetition is watched at once; beyond it the one watched longest is forgotten, and logged anew. */
  repeatsMax: 256,
  /** An event of one kind is logged at most this often, ms. */
  repeatIntervalMs: 10_000,
} as const
