import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePorts, installed, ownFolder } from '../support/foreign.js'
import { Server } from '../support/server.js'

/** Where Debian's package puts the module. */
const moduleFile = '/usr/lib/nginx/modules/ngx_nchan_module.so'
const debianPackages = 'nginx libnginx-mod-nchan'

/** Why nchan cannot be measured here; empty if it can. */
export function nchanMissing(): string {
  try {
    installed('nginx', debianPackages)
  } catch (error) {
    if (error instanceof Error) return error.message
    throw error
  }
  return existsSync(moduleFile) ? '' : `nginx has no nchan (apt-get install ${debianPackages})`
}

/**
 * One process, as every side here has one: two would share the load client's core, and make it the limit. `master_process off` also makes
 * it the process whose time is measured. What differs from nchan's defaults: a reader starts with what is published after it came, as
 * with all sides. Nothing is logged.
 */
const settings = (folder: string, port: number) => `
load_module ${moduleFile};
daemon off;
master_process off;
pid ${folder}/pid;
error_log stderr error;
events { worker_connections 20000; }
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((use) => `${use}_temp_path ${folder}/${use};`).join(' ')}
  server {
    listen 127.0.0.1:${port};
    tcp_nodelay on;
    location ~ ^/publish/(.*)$ {
      nchan_publisher websocket;
      nchan_channel_id $1;
    }
    location ~ ^/stream/(.*)$ {
      nchan_subscriber eventsource;
      nchan_channel_id $1;
      nchan_subscriber_first_message newest;
    }
  }
}
`

/** Rival: nginx with nchan as Debian has them. */
export async function startNchan(): Promise<Server> {
  const program = installed('nginx', debianPackages)
  const [sse = 0] = await freePorts(1)
  const folder = ownFolder('nchan')
  const file = join(folder.path, 'nginx.conf')
  writeFileSync(file, settings(folder.path, sse))
  return await Server.startForeign({
    name: 'nchan',
    command: [program, '-c', file, '-e', 'stderr'],
    environment: {},
    ports: { sse },
    afterwards: async () => folder.remove(),
  })
}
