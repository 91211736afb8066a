/** What alerts say. RFC 5246 §7.2, RFC 4279 §6 */
const alerts = {
  closeNotify: 0,
  unexpectedMessage: 10,
  handshakeFailure: 40,
  badCertificate: 42,
  illegalParameter: 47,
  unknownCa: 48,
  decodeError: 50,
  decryptError: 51,
  protocolVersion: 70,
  internalError: 80,
  noRenegotiation: 100,
  unknownPskIdentity: 115,
} as const

export type Alert = keyof typeof alerts

const levels = { warning: 1, fatal: 2 } as const

export function alertBody(alert: Alert): Buffer {
  const level = alert === 'closeNotify' || alert === 'noRenegotiation' ? levels.warning : levels.fatal
  return Buffer.from([level, alerts[alert]])
}

/** What an alert says, for people; null: it cannot be read. */
export function alertIn(content: Buffer): { readonly name: string; readonly isFatal: boolean } | null {
  const [level, code] = content
  if (content.length !== 2 || level === undefined || code === undefined) return null
  const [name] = Object.entries(alerts).find(([, known]) => known === code) ?? [`alert ${code}`]
  return { name, isFatal: level === levels.fatal }
}
