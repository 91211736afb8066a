import { readFileSync } from 'node:fs'
import { certificateFile } from '../tcp-listener.js'

/** What stands in a file of test/support/certificates. */
export const certificateText = (name: string): string => readFileSync(certificateFile(name), 'utf8')
