import { DEMO_SECRET } from '@hotlead/service'
import { trustedMailSecrets } from './secrets.ts'

const OWN = { id: '7', secret: 'a secret of one’s own' }
test.each<[string, object, { id: string; secret: string }[]]>([
  ['the demo secret, on this machine', {}, [{ id: '0', secret: DEMO_SECRET }]],
  ['the demo secret, where others can come', { HOTLEAD_HOST: '0.0.0.0' }, []],
  [
    'the demo secret in a container of this machine',
    { HOTLEAD_HOST: '0.0.0.0', HOTLEAD_DEMO_KEYS: 'allow' },
    [{ id: '0', secret: DEMO_SECRET }],
  ],
  [
    'an installation’s secret',
    { HOTLEAD_HOST: '0.0.0.0', HOTLEAD_SECRET: OWN.secret },
    [{ id: '0', secret: OWN.secret }],
  ],
  ['keys of mails', { HOTLEAD_HOST: '0.0.0.0', HOTLEAD_MAIL_KEYS: [OWN] }, [OWN]],
])('%s', (_name, more, secrets) => {
  const config = {
    HOTLEAD_MAIL_KEYS: [],
    HOTLEAD_SECRET: DEMO_SECRET,
    HOTLEAD_HOST: '127.0.0.1',
    HOTLEAD_DEMO_KEYS: 'loopback' as const,
  }
  expect(trustedMailSecrets({ ...config, ...more })).toEqual(secrets)
})
