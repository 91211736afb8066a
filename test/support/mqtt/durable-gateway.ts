import { RivuletProcess } from '../rivulet-process.js'

/** A gateway in a process of its own that keeps its state in a folder, and the address where it takes MQTT. */
export async function startedIn(folder: string, commit: 'interval' | 'always') {
  const settings = [
    'http.port=0',
    'ops.port=0',
    'transports.mqtt.port=0',
    `data.dir=${folder}`,
    `data.commit=${commit}`,
  ]
  const gateway = new RivuletProcess(['serve', ...settings.flatMap((setting) => ['--set', setting])])
  const [, url = ''] = await gateway.line(/^mqtt (mqtt:\S+)/)
  await gateway.line(/^ready/)
  return { gateway, url, port: Number(new URL(url).port) }
}
