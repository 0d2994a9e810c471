import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Environment, root, type Settings, unusualAddresses } from './settings.ts'

/** What a person needs to know once all is ready: keys, three things to try, where the data is. */
export function banner(settings: Settings, env: Environment, shownData: string): string[] {
  const url = `http://127.0.0.1:${settings.services.ingestor}`
  const own = Boolean(env.HOTLEAD_SOURCES)
  const unusual = Object.entries(unusualAddresses(settings)).map(([name, value]) => `${name}=${value}`)
  return [
    own
      ? `keys      those of ${env.HOTLEAD_SOURCES}`
      : 'keys      workspace demo, write key wk_demo, secret key sk_demo (loopback only)',
    `data      ${shownData}; logs in ${join(shownData, 'logs')}`,
    '',
    'Try next, in another terminal:',
    ...(unusual.length > 0 ? [`export ${unusual.join(' ')}`] : []),
    // A workspace of one's own scores by no model until one is published for it.
    ...(own ? ['npx hotlead model publish models/default.yaml --workspace <workspace>'] : []),
    ...firstTry(own ? '<write key>' : 'wk_demo', url),
    `npx hotlead lead ada@example.com${own ? ' --workspace <workspace>' : ''}`,
    `${own ? 'HOTLEAD_KEY=<secret key> ' : ''}npx hotlead replay ${replayFile()}`,
    'npx hotlead hot',
  ]
}

/** The visitor of README.md: two looks at the prices, then a form. At the left margin, to be copied as it is. */
function firstTry(key: string, url: string): string[] {
  return [
    `curl -u ${key}: ${url}/v1/batch -d '{"batch":[`,
    '  {"type":"page","anonymousId":"visitor-1","properties":{"path":"/pricing"}},',
    '  {"type":"page","anonymousId":"visitor-1","properties":{"path":"/pricing"}},',
    '  {"type":"track","anonymousId":"visitor-1","event":"Form Submitted","properties":{"email":"ada@example.com"}}',
    "]}'",
  ]
}

function replayFile(): string {
  const shipped = 'testdata/access-log-2015-05.gz'
  return existsSync(join(root, shipped)) ? shipped : '/var/log/nginx/access.log'
}
