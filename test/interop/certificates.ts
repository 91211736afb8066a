import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

/** Paths of PEM files that one run makes for itself. */
export interface Certificates {
  readonly authority: string
  readonly server: { readonly certificate: string; readonly key: string }
  readonly client: { readonly certificate: string; readonly key: string }
}

/** Makes an authority and what it signs for `localhost` and for one client, in that folder; `openssl` is the program's path. */
export function makeCertificates(openssl: string, folder: string): Certificates {
  const authority = make(openssl, folder, 'authority', [])
  const signed = ['-CA', authority.certificate, '-CAkey', authority.key, '-addext', 'basicConstraints=CA:FALSE']
  return {
    authority: authority.certificate,
    server: make(openssl, folder, 'localhost', [...signed, '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']),
    client: make(openssl, folder, 'device', signed),
  }
}

function make(openssl: string, folder: string, name: string, options: readonly string[]) {
  const [certificate, key] = [join(folder, `${name}.crt`), join(folder, `${name}.key`)]
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const files = ['-keyout', key, '-out', certificate]
  execFileSync(openssl, ['req', '-x509', ...curve, '-days', '2', '-subj', `/CN=${name}`, ...files, ...options], {
    stdio: 'pipe',
  })
  return { certificate, key }
}
