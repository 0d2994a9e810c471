import { z } from 'zod'
import {
  baseConfig,
  ConfigError,
  configReference,
  DEMO_SECRET,
  loadConfig,
  mailKeys,
  port,
} from './config.ts'

const schema = baseConfig.extend({ HOTLEAD_TEST_PORT: port(8088, 'A port') })
const problems = (env: Record<string, string>) => {
  try {
    loadConfig(schema, env)
    return []
  } catch (error) {
    return (error as ConfigError).problems
  }
}

test('defaults, and text turned into what it means', () => {
  expect(
    loadConfig(schema, { HOTLEAD_KAFKA: 'a:1, [::1]:2', HOTLEAD_TEST_PORT: '0', LOG_LEVEL: '' }),
  ).toMatchObject({
    HOTLEAD_KAFKA: ['a:1', '[::1]:2'],
    HOTLEAD_REDIS: 'redis://127.0.0.1:16379',
    HOTLEAD_PARTITIONS: 8,
    HOTLEAD_TEST_PORT: 0,
    LOG_LEVEL: 'info',
  })
})

test('every problem at once: the variable, the kind of value, the way out; no secret is shown', () => {
  const found = problems({
    NODE_ENV: 'production',
    HOTLEAD_KAFKA: 'nowhere',
    HOTLEAD_REDIS: 'http://user:hush@redis',
    HOTLEAD_TEST_PORT: '70000',
    HOTLEAD_SECRET: 'short',
  })
  expect(found).toEqual([
    'HOTLEAD_KAFKA is "nowhere" and must be host:port, several with commas',
    'HOTLEAD_REDIS is a value of 22 characters and must be a URL that starts with redis:// or rediss://, or redis-cluster://host:port,host:port',
    expect.stringMatching(/^HOTLEAD_SECRET is a value of 5 characters and must be at least 16 characters/),
    'HOTLEAD_TEST_PORT is "70000" and must be a whole number from 0 to 65535',
  ])
})

test.each([undefined, 'hotlead-demo-secret'])('production refuses the demo secret (%s)', secret => {
  const env = { NODE_ENV: 'production', ...(secret ? { HOTLEAD_SECRET: secret } : {}) }
  expect(problems(env)).toEqual([
    expect.stringMatching(/^HOTLEAD_SECRET .* not the demo secret in production/),
  ])
  expect(problems({ NODE_ENV: 'production', HOTLEAD_SECRET: 'x'.repeat(32) })).toEqual([])
})

describe('keys of mails', () => {
  const mail = z.object({ HOTLEAD_MAIL_KEYS: mailKeys() })
  const [a, b] = ['a'.repeat(16), `b:${'b'.repeat(30)}`]
  test.each<[string, [string, string][]]>([
    ['', []],
    [`1:${a}`, [['1', a]]],
    [
      `new1:${b}, 0:${a}`,
      [
        ['new1', b],
        ['0', a],
      ],
    ],
  ])('%p', (HOTLEAD_MAIL_KEYS, keys) => {
    expect(loadConfig(mail, { HOTLEAD_MAIL_KEYS }).HOTLEAD_MAIL_KEYS.map(k => [k.id, k.secret])).toEqual(keys)
  })
  test.each([a, `:${a}`, '1:short', `a-b:${a}`, `1:${a},1:${b}`, `1:${a},`, `1:${DEMO_SECRET}`])(
    '%p is refused, and not shown',
    HOTLEAD_MAIL_KEYS => {
      expect(() => loadConfig(mail, { HOTLEAD_MAIL_KEYS })).toThrow(
        `HOTLEAD_MAIL_KEYS is a value of ${HOTLEAD_MAIL_KEYS.length} characters and must be id:secret`,
      )
    },
  )
})

test('exit code 78', () => {
  expect(() => loadConfig(schema, { HOTLEAD_TEST_PORT: 'x' })).toThrow(ConfigError)
  expect(new ConfigError(['x']).exitCode).toBe(78)
})

test('a reference of every variable', () => {
  const reference = configReference(schema)
  expect(reference.at(-1)).toEqual({
    name: 'HOTLEAD_TEST_PORT',
    about: 'A port',
    kind: 'a whole number from 0 to 65535',
    initial: '8088',
  })
  for (const v of reference)
    expect([v.name, v.about.length > 0, v.kind.length > 0]).toEqual([v.name, true, true])
  expect(configReference(z.object({ A: z.string() }))[0]?.initial).toBeUndefined()
})
