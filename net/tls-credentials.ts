import type { SecureContextOptions, Server, TlsOptions as ServerOptions } from 'node:tls'
import { OptionError } from './options.js'
import type { ReadTlsFiles } from './tls-files.js'
import { readTlsFiles } from './tls-files.js'
import type { TlsOptions } from './tls-options.js'

/** What a TLS server of any protocol shows of itself and asks of clients, from files that may change while it runs. */
export class TlsCredentials {
  private readonly context: SecureContextOptions

  /** `protocols`: which are offered by ALPN, the preferred first; none: it is not spoken. Throws `OptionError` where the files cannot be used. */
  constructor(
    private readonly options: TlsOptions,
    private readonly protocols: readonly string[] = [],
  ) {
    const read = this.read()
    if (read.kind === 'faults') throw new OptionError(read.faults)
    this.context = read.context
  }

  /** For `createServer` of node:tls or node:https. */
  serverOptions(): ServerOptions {
    const { clientCertificate, handshakeTimeoutMs } = this.options
    return {
      ...this.context,
      requestCert: clientCertificate !== 'none',
      // Of those who may also come without one, the caller looks at what was shown: a bad certificate is worse than none.
      rejectUnauthorized: clientCertificate === 'required',
      handshakeTimeout: handshakeTimeoutMs,
      ...(this.protocols.length > 0 && { ALPNProtocols: [...this.protocols] }),
    }
  }

  /**
   * Reads the files again for the handshakes to come; connections that stand go on. What is wrong with the files is
   * returned in words, and then all of the former stay. Sessions of before cannot be resumed: their tickets go with the old
   * context, so that nobody comes in on the word of an authority that was taken out.
   */
  reload(server: Server): readonly string[] {
    const read = this.read()
    if (read.kind === 'context') server.setSecureContext(read.context)
    return read.kind === 'context' ? [] : read.faults.map(({ path, expected }) => `${path.join('.')}: ${expected}`)
  }

  private read(): ReadTlsFiles {
    return readTlsFiles(this.options, Date.now())
  }
}
