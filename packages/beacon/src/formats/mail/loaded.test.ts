import { activitiesOf } from '../../activities.ts'
import type { Admitted, Source } from '../../beacon.ts'
import { PRIVACY } from '../../privacy/policy.ts'
import { flag } from '../../steps/flag.ts'
import { identify } from '../../steps/identify.ts'
import { skew } from '../../steps/skew.ts'
import { validate } from '../../steps/validate.ts'
import { MAIL_LOAD, mailLoaded } from './loaded.ts'

const lead = `l:${'A'.repeat(22)}`
const OPEN = { workspace: 'acme', lead, message: 'spring-1', click: undefined }
const CLICK = { ...OPEN, click: { link: 'price', target: 'https://www.example.com/pricing' } }
const source: Source = {
  workspace: 'acme',
  name: 'mail',
  secret: false,
  origins: new Set(),
  names: new Map(),
  key: '',
  limits: { key: undefined, workspace: undefined },
  privacy: PRIVACY,
}

/** What the log has of a mail's event, by the edge's own steps. */
function logged(mail: typeof OPEN | typeof CLICK, userAgent?: string) {
  const body = Buffer.from(JSON.stringify(mailLoaded(mail, 'm-1', userAgent)))
  const split = MAIL_LOAD.split(body)
  if (split.kind !== 'ok') throw new Error(split.kind)
  const beacon = {
    format: MAIL_LOAD,
    key: undefined,
    source,
    lead,
    origin: undefined,
    userAgent,
    address: '192.0.2.7',
    encoding: undefined,
    body,
    receivedAt: 1e12,
  }
  const admitted: Admitted = { beacon, source, ...split.value }
  const steps = [validate(), skew(), flag(), identify('secret')] as ((input: never) => {
    kind: string
    value?: never
  })[]
  let value: unknown = { admitted, index: 0 }
  for (const step of steps) {
    const outcome = step(value as never)
    expect(outcome).toMatchObject({ kind: 'ok' })
    value = outcome.value
  }
  return activitiesOf(value as never)
}

test('an open and a click are the signed lead’s, under no other name', () => {
  const open = logged(OPEN, 'Mozilla/5.0 (Windows NT 10.0; rv:102.0) Gecko/20100101 Thunderbird/102.5')
  expect(open.links).toEqual([])
  expect(open.event).toMatchObject({
    key: `acme/${lead}`,
    value: {
      kind: 'event',
      event: {
        id: 'm-1',
        type: 'track',
        name: 'Email Opened',
        at: 1e12,
        anonymousId: null,
        userId: null,
        page: null,
        ip: '192.0.2.0',
        userAgent: expect.stringContaining('Thunderbird'),
        source: 'mail',
        flags: [],
      },
    },
  })
  expect(open.event.value.event?.properties).toEqual({ email_id: 'spring-1' })
  const click = logged(CLICK).event.value.event
  expect([click?.name, click?.userAgent]).toEqual(['Email Link Clicked', null])
  expect(click?.properties).toEqual({
    email_id: 'spring-1',
    link_id: 'price',
    link_url: 'https://www.example.com/pricing',
  })
})

const GMAIL = 'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)'
const YAHOO = 'YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html'
test.each<[string, string, string[], string[]]>([
  ['a mail program', 'Mozilla/5.0 (Windows NT 10.0; rv:102.0) Gecko/20100101 Thunderbird/102.5', [], []],
  ['Gmail, which loads what its reader looks at, but no links', GMAIL, [], ['bot']],
  ['Yahoo, the same', YAHOO, [], ['bot']],
  ['Apple’s relay, which loads all there is', 'Mozilla/5.0', ['bot'], ['bot']],
  ['a script, which reads mail for nobody', 'curl/8.0', ['bot'], ['bot']],
  ['a scanner', 'Barracuda Sentinel (EE)', ['bot'], ['bot']],
])('%s', (_name, userAgent, open, click) => {
  const flags = (mail: typeof OPEN | typeof CLICK) => logged(mail, userAgent).event.value.event?.flags
  expect([flags(OPEN), flags(CLICK)]).toEqual([open, click])
})
