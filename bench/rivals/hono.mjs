/**
 * Rival: hono on @hono/node-server, with as little as can be behind it: PUT sends back the body, GET the last one, or 304.
 */
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { announceHttp, host } from './ingest.mjs'

const path = '/api/v1/topics/*'
const etag = '"1"'
let latest = ''

const app = new Hono()
app.put(path, async (context) => {
  latest = await context.req.text()
  return context.body(latest)
})
app.get(path, (context) => {
  if (context.req.header('if-none-match') === etag) return context.body(null, 304, { etag })
  return context.body(latest, 200, { 'content-type': 'text/plain', etag })
})

serve({ fetch: app.fetch, port: 0, hostname: host }, ({ port }) => announceHttp(host, port))
