import type { X509Certificate } from 'node:crypto'
import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { Trust } from './certificates.js'
import { certificateBody, certificateRequestBody, certificatesIn, distrustOf } from './certificates.js'
import { FieldReader, vector } from './fields.js'
import type { HandshakeHost } from './handshake.js'
import { Handshake } from './handshake.js'
import type { Choice } from './hello-choice.js'
import type { ClientHello } from './hellos.js'
import { extensionTypes, randomBytesOf, renegotiationSignal, serverHelloBody } from './hellos.js'
import type { ClientShare } from './key-exchange.js'
import { clientShareIn, isSigned, serverShareBody } from './key-exchange.js'
import type { Randoms } from './key-schedule.js'
import { masterSecret, premasterWithPsk, recordKeys, verifyData } from './key-schedule.js'
import type { KeyShare } from './key-share.js'
import { keyShareOf } from './key-share.js'
import { dtlsLimits } from './limits.js'
import type { Message } from './messages.js'
import { messageTypes } from './messages.js'
import type { OwnCertificate, PskLookup } from './options.js'

/** Who the server is, and whom it lets in. */
export interface ServerIdentity {
  /** Null: nobody comes with a pre-shared key. */
  readonly pskOf: PskLookup | null
  readonly certificate: OwnCertificate | null
  /** Null: nobody is asked for a certificate. */
  readonly trust: Trust | null
}

/** A hello whose cookie was good. */
export interface Greeting {
  readonly hello: ClientHello
  readonly message: Message
  /** Number of the record that it came in: the answer has the same. RFC 6347 §4.2.1 */
  readonly sequence: number
  readonly choice: Choice
  /** What the client is to write into its records; empty where it does not know of that. */
  readonly connectionId: Buffer
}

/** What is awaited; each comes once, in this order, `certificateVerify` only behind a certificate. */
type Awaited = 'certificate' | 'clientKeyExchange' | 'certificateVerify' | 'finished'

/** A server's side of a handshake, from the hello with a good cookie on. RFC 5246 §7.3, RFC 6347 §4.2.4 */
export class ServerHandshake extends Handshake {
  private awaited: Awaited
  private readonly randoms: Randoms
  private readonly share: KeyShare | null
  private clientCertificate: X509Certificate | null = null
  private identity: string | null = null
  private isKnown = true
  private master: Buffer = Buffer.alloc(0)

  constructor(
    host: HandshakeHost,
    private readonly server: ServerIdentity,
    private readonly greeting: Greeting,
  ) {
    const { hello, message, choice, sequence } = greeting
    super(host, { awaited: message.sequence + 1, sequence }, message.sequence)
    this.transcript.add(message.whole)
    this.randoms = { client: Buffer.from(hello.random), server: randomBytes(randomBytesOf) }
    this.share = choice.suite.exchange === 'psk' ? null : keyShareOf(choice.group)
    this.awaited = this.asksForCertificate ? 'certificate' : 'clientKeyExchange'
  }

  /** Answers the hello. */
  begin(): void {
    const { randoms, share } = this
    const own = this.signsItself ? this.server.certificate : null
    const flight = [this.say(messageTypes.serverHello, this.serverHello())]
    if (own !== null) flight.push(this.say(messageTypes.certificate, certificateBody(own.chain)))
    if (share !== null)
      flight.push(this.say(messageTypes.serverKeyExchange, serverShareBody(share, randoms, own?.key ?? null)))
    if (this.asksForCertificate) flight.push(this.say(messageTypes.certificateRequest, certificateRequestBody()))
    flight.push(this.say(messageTypes.serverHelloDone, Buffer.alloc(0)))
    this.send(flight)
  }

  protected get awaitsSealed(): boolean {
    return this.awaited === 'finished'
  }

  protected heard(message: Message): void {
    const { type, body } = message
    if (type !== messageTypes[this.awaited])
      return this.fail('unexpected', `message ${type} instead of ${this.awaited}`, null)
    if (this.awaited === 'certificate') this.certificateCame(message)
    else if (this.awaited === 'clientKeyExchange') this.shareCame(message)
    else if (this.awaited === 'certificateVerify') this.signatureCame(message)
    else this.finishedCame(message, body)
  }

  protected override whyLate(hasUndecryptable: boolean) {
    return this.isKnown ? super.whyLate(hasUndecryptable) : 'unknownIdentity'
  }

  private get signsItself(): boolean {
    return this.greeting.choice.suite.exchange === 'ecdheEcdsa'
  }

  private get asksForCertificate(): boolean {
    return this.signsItself && this.server.trust !== null
  }

  private serverHello(): Buffer {
    const { hello, choice, connectionId } = this.greeting
    const extensions = new Map<number, Buffer>()
    const isAsked = hello.extensions.has(extensionTypes.renegotiationInfo) || hello.suites.includes(renegotiationSignal)
    if (isAsked) extensions.set(extensionTypes.renegotiationInfo, Buffer.from([0]))
    if (choice.isExtended) extensions.set(extensionTypes.extendedMasterSecret, Buffer.alloc(0))
    if (choice.connectionId !== null) extensions.set(extensionTypes.connectionId, vector(connectionId, 1))
    return serverHelloBody({ random: Buffer.from(this.randoms.server), suite: choice.suite.id, extensions })
  }

  private certificateCame({ whole, body }: Message): void {
    this.transcript.add(whole)
    const [certificate] = certificatesIn(body) ?? []
    const { trust } = this.server
    if (certificate === undefined || trust === null)
      return this.fail('badCertificate', 'the client has no certificate', 'badCertificate')
    const distrust = distrustOf(certificate, 'client', trust, this.host.clock.timeMs())
    if (distrust !== null) return this.fail('badCertificate', `the client's certificate: ${distrust}`, 'badCertificate')
    this.clientCertificate = certificate
    this.awaited = 'clientKeyExchange'
  }

  private shareCame({ whole, body }: Message): void {
    this.transcript.add(whole)
    const { suite, isExtended, connectionId } = this.greeting.choice
    const share = clientShareIn(suite.exchange, body)
    if (share === null) return this.fail('malformed', 'clientKeyExchange cannot be read', 'decodeError')
    const premaster = this.premasterOf(share)
    if (premaster === null) return this.fail('badShare', 'the client’s part gives away the secret', 'illegalParameter')
    this.master = masterSecret(premaster, this.randoms, isExtended ? this.transcript.hash() : null)
    const keys = recordKeys(this.master, this.randoms, suite)
    const [peersConnectionId, ownConnectionId] =
      connectionId === null ? [none, none] : [connectionId, this.greeting.connectionId]
    this.awaited = this.clientCertificate === null ? 'finished' : 'certificateVerify'
    this.protect({ suite, own: keys.server, peers: keys.client, peersConnectionId, ownConnectionId })
  }

  /** Null: the client's part of the exchange is none. */
  private premasterOf({ identity, point }: ClientShare): Uint8Array | null {
    const { exchange } = this.greeting.choice.suite
    const secret = this.share === null ? none : this.share.secretWith(point)
    if (secret === null) return null
    if (exchange === 'ecdheEcdsa') return secret
    const psk = this.pskOf(identity)
    return exchange === 'psk' ? premasterWithPsk(psk) : premasterWithPsk(psk, secret)
  }

  /** Who is not known goes on with a key that nobody has, so that nobody learns who is. RFC 4279 §2 */
  private pskOf(identity: Buffer): Uint8Array {
    this.identity = identity.toString()
    const psk = identity.length > dtlsLimits.identityBytesMax ? null : (this.server.pskOf?.(this.identity) ?? null)
    this.isKnown = psk !== null
    return psk ?? randomBytes(32)
  }

  private signatureCame({ whole, body }: Message): void {
    const key = this.clientCertificate?.publicKey
    if (key === undefined || !isSigned(new FieldReader(body), this.transcript.bytes(), key))
      return this.fail('badSignature', 'the client does not have the key of its certificate', 'decryptError')
    this.transcript.add(whole)
    this.awaited = 'finished'
  }

  private finishedCame({ whole }: Message, said: Buffer): void {
    const expected = verifyData(this.master, 'client', this.transcript.hash())
    if (said.length !== expected.length || !timingSafeEqual(said, expected))
      return this.fail('badFinished', 'the client heard another handshake', 'decryptError')
    this.transcript.add(whole)
    const finished = this.say(messageTypes.finished, verifyData(this.master, 'server', this.transcript.hash()))
    this.send(['changeCipherSpec', finished], false)
    this.establish({ identity: this.identity, certificate: this.clientCertificate })
  }
}

const none: Buffer = Buffer.alloc(0)
