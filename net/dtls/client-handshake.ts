import type { X509Certificate } from 'node:crypto'
import { randomBytes, timingSafeEqual } from 'node:crypto'
import { isIP } from 'node:net'
import type { Trust } from './certificates.js'
import { certificateBody, certificatesIn, distrustOf } from './certificates.js'
import { field, numbers, vector } from './fields.js'
import type { FlightItem } from './flight.js'
import type { HandshakeHost } from './handshake.js'
import { Handshake } from './handshake.js'
import { connectionIdIn } from './hello-choice.js'
import type { ServerHello } from './hellos.js'
import {
  clientHelloBody,
  cookieIn,
  extensionTypes,
  randomBytesOf,
  renegotiationSignal,
  serverHelloIn,
} from './hellos.js'
import { clientShareBody, ecdsaSha256, serverShareIn, signatureOver } from './key-exchange.js'
import { masterSecret, premasterWithPsk, recordKeys, verifyData } from './key-schedule.js'
import type { KeyShare } from './key-share.js'
import { groupsInOrder, keyShareOf } from './key-share.js'
import type { Message } from './messages.js'
import { messageTypes } from './messages.js'
import type { OwnCertificate } from './options.js'
import type { Suite } from './suites.js'
import { suiteOf, suites } from './suites.js'

/** Who the client is, and whom it believes. */
export interface ClientIdentity {
  readonly psk: { readonly identity: string; readonly key: Uint8Array } | null
  readonly certificate: OwnCertificate | null
  /** Null: no server is believed by its certificate. */
  readonly trust: Trust | null
  /** What the server's certificate must be for; null: anything. */
  readonly servername: string | null
  /** Takes the server's connection id. */
  readonly takesConnectionId: boolean
}

/** What may come next. */
type Awaited =
  | 'helloVerifyRequest'
  | 'serverHello'
  | 'certificate'
  | 'serverKeyExchange'
  | 'certificateRequest'
  | 'serverHelloDone'
  | 'finished'

const none: Buffer = Buffer.alloc(0)

/** A client's side of a handshake. RFC 5246 §7.3, RFC 6347 §4.2.4 */
export class ClientHandshake extends Handshake {
  private awaited: readonly Awaited[] = ['helloVerifyRequest', 'serverHello']
  private readonly random = randomBytes(randomBytesOf)
  private readonly offered: readonly Suite[]
  private hello: ServerHello | null = null
  private chosen: Suite | null = null
  private serverCertificate: X509Certificate | null = null
  private share: { readonly own: KeyShare; readonly secret: Buffer } | null = null
  private isAskedForCertificate = false
  private master: Buffer = Buffer.alloc(0)

  constructor(
    host: HandshakeHost,
    private readonly client: ClientIdentity,
  ) {
    super(host, { awaited: 0, sequence: 0 }, 0)
    const { psk, trust } = client
    this.offered = suites.filter(({ exchange }) => (exchange === 'ecdheEcdsa' ? trust !== null : psk !== null))
  }

  /** Says hello. */
  begin(): void {
    this.send([this.say(messageTypes.clientHello, this.clientHello(none))])
  }

  protected get awaitsSealed(): boolean {
    return this.awaited.includes('finished')
  }

  protected heard(message: Message): void {
    const is = (awaited: Awaited) => this.awaited.includes(awaited) && message.type === messageTypes[awaited]
    if (is('helloVerifyRequest')) this.cookieCame(message)
    else if (is('serverHello')) this.helloCame(message)
    else if (is('certificate')) this.certificateCame(message)
    else if (is('serverKeyExchange')) this.shareCame(message)
    else if (is('certificateRequest')) this.requestCame(message)
    else if (is('serverHelloDone')) this.helloDone(message)
    else if (is('finished')) this.finishedCame(message)
    else this.unexpected(message)
  }

  private unexpected({ type }: Message): void {
    this.fail('unexpected', `message ${type} instead of ${this.awaited.join(' or ')}`, 'unexpectedMessage')
  }

  private clientHello(cookie: Buffer): Buffer {
    const extensions = new Map<number, Buffer>([[extensionTypes.extendedMasterSecret, none]])
    if (this.offered.some(({ exchange }) => exchange !== 'psk'))
      extensions.set(extensionTypes.supportedGroups, vector(numbers(groupsInOrder), 2))
    if (this.offered.some(({ exchange }) => exchange === 'ecdheEcdsa')) {
      extensions.set(extensionTypes.signatureAlgorithms, vector(field(ecdsaSha256, 2), 2))
      extensions.set(extensionTypes.pointFormats, vector(field(0, 1), 1))
    }
    // An empty one: what comes need say no id, since it comes from one server; what goes will say the server's.
    if (this.client.takesConnectionId) extensions.set(extensionTypes.connectionId, vector(none, 1))
    const ids = [...this.offered.map(({ id }) => id), renegotiationSignal]
    return clientHelloBody({ random: this.random, sessionId: none, cookie, suites: ids, extensions })
  }

  /** The first hello and this answer are as if they had not been said. RFC 6347 §4.2.1 */
  private cookieCame({ body }: Message): void {
    const cookie = cookieIn(body)
    if (cookie === null) return this.fail('malformed', 'helloVerifyRequest cannot be read', null)
    this.transcript.clear()
    this.awaited = ['serverHello']
    this.send([this.say(messageTypes.clientHello, this.clientHello(Buffer.from(cookie)))])
  }

  private helloCame({ whole, body }: Message): void {
    this.transcript.add(whole)
    const hello = serverHelloIn(body)
    const suite = hello === null ? null : suiteOf(hello.suite)
    if (hello === null || suite === null || !this.offered.includes(suite))
      return this.fail('noCommonSuite', 'the server chose what was not offered', 'illegalParameter')
    const unasked = [...hello.extensions.keys()].find((type) => !answerable.includes(type))
    if (unasked !== undefined)
      return this.fail(
        'malformed',
        `the server answers extension ${unasked}, which nobody asked for`,
        'illegalParameter',
      )
    this.hello = { ...hello, random: Buffer.from(hello.random) }
    this.chosen = suite
    // A hint that comes with plain keys says nothing that is asked for here. RFC 4279 §5.2
    if (suite.exchange === 'psk') this.awaited = ['serverKeyExchange', 'serverHelloDone']
    else this.awaited = [suite.exchange === 'ecdheEcdsa' ? 'certificate' : 'serverKeyExchange']
  }

  private certificateCame({ whole, body }: Message): void {
    this.transcript.add(whole)
    const [certificate] = certificatesIn(body) ?? []
    const { trust, servername } = this.client
    if (certificate === undefined || trust === null)
      return this.fail('badCertificate', 'the server has no certificate', 'badCertificate')
    const distrust = distrustOf(certificate, 'server', trust, this.host.clock.timeMs())
    if (distrust !== null) return this.fail('badCertificate', `the server's certificate: ${distrust}`, 'badCertificate')
    const isNamed = servername === null || isFor(certificate, servername)
    if (!isNamed)
      return this.fail('badCertificate', `the server's certificate is not for ${servername}`, 'badCertificate')
    this.serverCertificate = certificate
    this.awaited = ['serverKeyExchange']
  }

  private shareCame({ whole, body }: Message): void {
    this.transcript.add(whole)
    this.awaited = this.serverCertificate === null ? ['serverHelloDone'] : ['certificateRequest', 'serverHelloDone']
    if (this.chosen?.exchange === 'psk' || this.hello === null) return
    const randoms = { client: this.random, server: this.hello.random }
    const share = serverShareIn(body, randoms, this.serverCertificate?.publicKey ?? null)
    if (share === null)
      return this.fail('badSignature', 'the server’s part cannot be read, or is another’s', 'decryptError')
    const own = keyShareOf(share.group)
    const secret = own.secretWith(share.point)
    if (secret === null) return this.fail('badShare', 'the server’s part gives away the secret', 'illegalParameter')
    this.share = { own, secret }
  }

  private requestCame({ whole }: Message): void {
    this.transcript.add(whole)
    this.isAskedForCertificate = true
    this.awaited = ['serverHelloDone']
  }

  private helloDone({ whole, body }: Message): void {
    this.transcript.add(whole)
    const { chosen: suite, hello, client } = this
    if (body.length > 0 || suite === null || hello === null)
      return this.fail('malformed', 'serverHelloDone says something', 'decodeError')
    const flight: FlightItem[] = []
    const own = this.isAskedForCertificate ? client.certificate : null
    if (this.isAskedForCertificate) flight.push(this.say(messageTypes.certificate, certificateBody(own?.chain ?? [])))
    const share = { identity: Buffer.from(client.psk?.identity ?? ''), point: this.share?.own.point ?? none }
    flight.push(this.say(messageTypes.clientKeyExchange, clientShareBody(suite.exchange, share)))
    this.agree(suite, hello)
    if (own !== null)
      flight.push(this.say(messageTypes.certificateVerify, signatureOver(this.transcript.bytes(), own.key)))
    const finished = this.say(messageTypes.finished, verifyData(this.master, 'client', this.transcript.hash()))
    this.awaited = ['finished']
    this.send([...flight, 'changeCipherSpec', finished])
  }

  /** Both know the same from here on. */
  private agree(suite: Suite, { random, extensions }: ServerHello): void {
    const randoms = { client: this.random, server: random }
    const isExtended = extensions.has(extensionTypes.extendedMasterSecret)
    this.master = masterSecret(this.premaster(suite), randoms, isExtended ? this.transcript.hash() : null)
    const keys = recordKeys(this.master, randoms, suite)
    const connectionId = connectionIdIn(extensions.get(extensionTypes.connectionId)) ?? none
    const peersConnectionId = Buffer.from(connectionId)
    this.protect({ suite, own: keys.client, peers: keys.server, peersConnectionId, ownConnectionId: none })
  }

  private premaster({ exchange }: Suite): Uint8Array {
    const secret = this.share?.secret ?? none
    const key = this.client.psk?.key ?? none
    if (exchange === 'ecdheEcdsa') return secret
    return exchange === 'psk' ? premasterWithPsk(key) : premasterWithPsk(key, secret)
  }

  private finishedCame({ body }: Message): void {
    const expected = verifyData(this.master, 'server', this.transcript.hash())
    if (body.length !== expected.length || !timingSafeEqual(body, expected))
      return this.fail('badFinished', 'the server heard another handshake', 'decryptError')
    this.forgetFlight()
    this.establish({ identity: this.client.psk?.identity ?? null, certificate: this.serverCertificate })
  }
}

function isFor(certificate: X509Certificate, name: string): boolean {
  return (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)) !== undefined
}

/** What a server may answer to: it was asked for. */
const answerable: readonly number[] = [
  extensionTypes.pointFormats,
  extensionTypes.extendedMasterSecret,
  extensionTypes.connectionId,
  extensionTypes.renegotiationInfo,
]
