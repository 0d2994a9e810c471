import { z } from 'zod'

/** A service that is configured wrongly ends with this: EX_CONFIG of sysexits.h. Supervisors should not restart it. */
export const EXIT_CONFIG = 78

/** The hashing secret of a machine that nobody configured. Public, so production refuses it. */
export const DEMO_SECRET = 'hotlead-demo-secret'

/** All that is wrong with the configuration, one sentence each. */
export class ConfigError extends Error {
  readonly code = 'config'
  readonly exitCode = EXIT_CONFIG
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(`the configuration has ${problems.length} problem(s): ${problems.join('; ')}`)
    this.problems = problems
  }
}

interface Meta {
  /** What the variable is for, with its unit and the reason of its default. */
  about: string
  /** The kind of value, as it follows "must be". */
  kind: string
  /** Never shown, whatever is wrong with it. */
  secret?: boolean
}

/** Describes a variable: for the message where its value is wrong, and for the reference table. */
export function variable<T extends z.ZodType>(type: T, meta: Meta): T {
  return type.meta({ ...meta })
}

export function text(initial: string, about: string, kind = 'text') {
  return variable(z.string().default(initial), { about, kind })
}

/** A whole number within bounds. */
export function count(initial: number, min: number, max: number, about: string) {
  const digits = z.string().regex(/^\d{1,15}$/)
  return variable(digits.transform(Number).pipe(z.number().min(min).max(max)).default(initial), {
    about,
    kind: `a whole number from ${min} to ${max}`,
  })
}

const MAIL_KEY = /^[A-Za-z0-9]{1,8}:[^\s,]{16,}$/

/** What mails' links are signed by: the edge checks them, and the command line makes them. */
export function mailKeys() {
  return variable(
    z
      .string()
      .transform(value => (value === '' ? [] : value.split(',').map(pair => pair.trim())))
      .pipe(z.array(z.string().regex(MAIL_KEY)))
      .transform(pairs =>
        pairs.map(pair => ({
          id: pair.slice(0, pair.indexOf(':')),
          secret: pair.slice(pair.indexOf(':') + 1),
        })),
      )
      .refine(keys => new Set(keys.map(k => k.id)).size === keys.length)
      .refine(keys => keys.every(k => k.secret !== DEMO_SECRET))
      .default([]),
    {
      about:
        'Secrets that links in mails are signed by, each with an id that stands in the link. The first signs, all are taken: ' +
        'put a new one first and leave the old one until its mails are old. Empty means HOTLEAD_SECRET under the id 0',
      kind: 'id:secret, several with commas; ids of 1 to 8 letters and digits, each once, secrets of at least 16 characters that are not the demo secret',
      secret: true,
    },
  )
}

/** A TCP port; 0 takes any free one. */
export function port(initial: number, about: string) {
  return count(initial, 0, 65_535, about)
}

function isRedis(value: string): boolean {
  if (/^redis-cluster:\/\/[^\s:,/]+:\d{1,5}(,[^\s:,/]+:\d{1,5})*$/.test(value)) return true
  return URL.canParse(value) && ['redis:', 'rediss:'].includes(new URL(value).protocol)
}

function address(protocols: string[], initial: string, about: string) {
  const valid = (value: string) => URL.canParse(value) && protocols.includes(new URL(value).protocol)
  return variable(z.string().refine(valid).default(initial), {
    about,
    kind: `a URL that starts with ${protocols.map(p => `${p}//`).join(' or ')}`,
    // A URL may carry a password.
    secret: true,
  })
}

const BROKER = /^(\[[0-9a-fA-F:]+\]|[^\s,:/]+):\d{1,5}$/

/** What every service reads. A service extends it with its own variables. */
export const baseConfig = z.object({
  NODE_ENV: variable(z.enum(['development', 'test', 'production']).default('development'), {
    about: 'production refuses the demo secret and the demo keys',
    kind: 'development, test or production',
  }),
  LOG_LEVEL: variable(
    z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
    { about: 'Least severe level that is logged', kind: 'trace, debug, info, warn, error, fatal or silent' },
  ),
  HOTLEAD_KAFKA: variable(
    z
      .string()
      .transform(value => value.split(',').map(broker => broker.trim()))
      .pipe(z.array(z.string().regex(BROKER)).min(1))
      .default(['127.0.0.1:19092']),
    { about: 'Kafka brokers to start from', kind: 'host:port, several with commas' },
  ),
  HOTLEAD_REDIS: variable(z.string().refine(isRedis).default('redis://127.0.0.1:16379'), {
    about: 'Redis, or a Redis Cluster by some of its nodes',
    kind: 'a URL that starts with redis:// or rediss://, or redis-cluster://host:port,host:port',
    // A URL may carry a password.
    secret: true,
  }),
  HOTLEAD_REGISTRY: address(
    ['http:', 'https:'],
    'http://127.0.0.1:18081/apis/ccompat/v7',
    'Schema registry, by the Confluent API',
  ),
  HOTLEAD_TOPIC_PREFIX: variable(
    z
      .string()
      .regex(/^[a-zA-Z0-9._-]{0,100}$/)
      .default(''),
    {
      about: 'Before every topic name: keeps several installations apart on one cluster',
      kind: 'at most 100 letters, digits, dots, dashes and underscores',
    },
  ),
  HOTLEAD_REDIS_PREFIX: variable(
    z
      .string()
      .regex(/^[^{}\s]{0,100}$/)
      .default('hotlead:'),
    {
      about: 'Before every Redis key',
      kind: 'at most 100 characters without braces (they choose the slot) and spaces',
    },
  ),
  HOTLEAD_PARTITIONS: count(
    8,
    1,
    10_000,
    'Partitions of activity, as it was created; four a core of one small machine',
  ),
  HOTLEAD_IDLE_PARTITIONS: count(
    0,
    0,
    10_000,
    'Partitions that somebody has added to the topics since: they stay empty, and keys where they are. A service refuses ' +
      'to start with more, or where one holds a record',
  ),
  HOTLEAD_SECRET: variable(z.string().min(16).default(DEMO_SECRET), {
    about: 'Keys the hash of e-mail addresses; changing it makes every known lead a new one',
    kind: 'at least 16 characters that are not the demo secret in production (`openssl rand -base64 32`)',
    secret: true,
  }),
  HOTLEAD_HOST: text('127.0.0.1', 'Address to listen on; 0.0.0.0 is every one', 'an address of this machine'),
})
export type BaseConfig = z.output<typeof baseConfig>

/**
 * Reads the environment by a schema whose keys are the variables' names; an empty variable counts as not set.
 * The only place that touches process.env.
 * @throws ConfigError with every problem at once
 */
export function loadConfig<S extends z.ZodObject>(
  schema: S,
  env: Record<string, string | undefined> = process.env,
): z.output<S> {
  const names = Object.keys(schema.shape)
  const given = Object.fromEntries(
    names.filter(n => env[n] !== undefined && env[n] !== '').map(n => [n, env[n]]),
  )
  const parsed = schema.safeParse(given)
  const wrong = new Map<string, string>()
  for (const issue of parsed.error?.issues ?? []) {
    const name = String(issue.path[0] ?? 'configuration')
    if (!wrong.has(name)) wrong.set(name, sentence(name, metaOf(schema, name), given[name], issue.message))
  }
  const production = env.NODE_ENV === 'production'
  if (production && 'HOTLEAD_SECRET' in schema.shape && (given.HOTLEAD_SECRET ?? DEMO_SECRET) === DEMO_SECRET)
    wrong.set(
      'HOTLEAD_SECRET',
      sentence('HOTLEAD_SECRET', metaOf(schema, 'HOTLEAD_SECRET'), given.HOTLEAD_SECRET, ''),
    )
  if (wrong.size > 0 || !parsed.success) throw new ConfigError([...wrong.values()])
  return parsed.data
}

export interface Variable {
  name: string
  about: string
  kind: string
  /** Undefined where the variable must be set; empty text where empty is the default. */
  initial: string | undefined
}

/** Every variable of a schema in its order: the reference table of the docs is made from it. */
export function configReference(schema: z.ZodObject): Variable[] {
  return Object.entries(schema.shape).map(([name, type]) => {
    const found = (type as z.ZodType).safeParse(undefined)
    const initial = found.success && found.data !== undefined ? String(found.data) : undefined
    const { about = '', kind = '' } = metaOf(schema, name) ?? {}
    return { name, about, kind, initial }
  })
}

function metaOf(schema: z.ZodObject, name: string): Meta | undefined {
  return (schema.shape[name] as z.ZodType | undefined)?.meta() as Meta | undefined
}

function sentence(name: string, meta: Meta | undefined, value: string | undefined, message: string): string {
  const must = meta ? `must be ${meta.kind}` : message
  if (value === undefined) return `${name} is not set and ${must}`
  const is = meta?.secret ? `a value of ${value.length} characters` : JSON.stringify(value.slice(0, 80))
  return `${name} is ${is} and ${must}`
}
