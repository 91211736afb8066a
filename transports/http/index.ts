import type {
  HttpRequest,
  HttpResponse,
  PeerInfo,
  Transport,
  TransportModule,
  TransportServices,
} from '../../net/index.js'
import { Api } from './api.js'
import type { HttpApiOptions } from './options.js'
import { parseOptions } from './options.js'

export type { HttpApiOptions } from './options.js'

/** The API for whoever speaks HTTP: topics are read, written and listed, one call at a time. */
export const transport: TransportModule<HttpApiOptions> = {
  parseOptions,
  create: (options, services) => new HttpApiTransport(options, services),
}

class HttpApiTransport implements Transport {
  private readonly api: Api
  private readonly withdraw: () => void

  constructor(
    private readonly options: HttpApiOptions,
    private readonly services: TransportServices,
  ) {
    this.api = new Api(options, services)
    const answer = (request: HttpRequest, response: HttpResponse, peer: PeerInfo) =>
      this.api.answer(request, response, peer)
    this.withdraw = services.http.routes.addRequest({ path: options.path, answer })
  }

  async listen(): Promise<readonly string[]> {
    const { authority, secured } = await this.services.http.listen()
    const { path } = this.options
    return [`http http://${authority}${path}/`, ...(secured ? [`http https://${secured.authority}${path}/`] : [])]
  }

  async close(): Promise<void> {
    this.withdraw()
  }

  counters(): Record<string, number> {
    return this.api.counters()
  }
}
