import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Environment, root, type Settings, unusualAddresses } from './settings.ts'

/** What a person needs to know once all is ready: keys, three things to try, where the data is. */
export function banner(settings: Settings, env: Environment, shownData: string): string[] {
  const url = `http://127.0.0.1:${settings.services.ingestor}`
  const key = env.HOTLEAD_SOURCES ? '<write key>' : 'wk_demo'
  const event =
    '{"anonymousId":"me","event":"Form Submitted","properties":{"form":"contact","email":"me@example.com"}}'
  const unusual = Object.entries(unusualAddresses(settings)).map(([name, value]) => `${name}=${value}`)
  return [
    env.HOTLEAD_SOURCES
      ? `keys      those of ${env.HOTLEAD_SOURCES}`
      : 'keys      workspace demo, write key wk_demo, secret key sk_demo (loopback only)',
    `data      ${shownData}; logs in ${join(shownData, 'logs')}`,
    '',
    'Try next, in another terminal:',
    ...(unusual.length > 0 ? [`  export ${unusual.join(' ')}`] : []),
    `  curl -u ${key}: -H 'content-type: application/json' ${url}/v1/track -d '${event}'`,
    `  npx hotlead replay ${replayFile()}`,
    '  npx hotlead hot --follow',
  ]
}

function replayFile(): string {
  const shipped = 'testdata/access-log-2015-05.gz'
  return existsSync(join(root, shipped)) ? shipped : '/var/log/nginx/access.log'
}
