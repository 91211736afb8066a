import { once } from 'node:events'
import { createServer } from 'node:net'
import { isSystemError } from './failure.js'

/** Whether somebody listens there already. */
export async function isTaken(host: string, port: number): Promise<boolean> {
  const server = createServer().listen(port, host)
  try {
    await once(server, 'listening')
  } catch (error) {
    if (isSystemError(error, 'EADDRINUSE')) return true
    throw error
  }
  server.close()
  await once(server, 'close')
  return false
}
