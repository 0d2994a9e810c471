import { hash, timingSafeEqual } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Source } from '@hotlead/beacon'
import { ConfigError } from '@hotlead/service'
import { parse } from 'yaml'
import { z } from 'zod'
import { WebhookSenders, webhookSecrets } from './webhookSecrets.ts'

const name = z
  .string()
  .regex(/^[a-zA-Z0-9_-]{1,60}$/, 'must be 1 to 60 letters, digits, dashes and underscores')
const origin = z
  .string()
  .refine(
    o => o === 'loopback' || o === '*' || (URL.canParse(o) && new URL(o).origin === o),
    'must be an origin such as https://www.example.com, without a path (or loopback, or *)',
  )
const sourcesFile = z.strictObject({
  workspaces: z
    .array(
      z.strictObject({
        name,
        sources: z
          .array(
            z.strictObject({
              name,
              writeKey: z.string().min(16).optional(),
              secretKey: z.string().min(24).optional(),
              origins: z.array(origin).default([]),
              names: z.record(z.string(), z.string().min(1)).default({}),
              eventsPerSecond: z.number().positive().optional(),
              webhooks: webhookSecrets.optional(),
            }),
          )
          .min(1),
      }),
    )
    .min(1),
})

const DEMO: z.output<typeof sourcesFile> = {
  workspaces: [
    {
      name: 'demo',
      sources: [
        { name: 'demo', writeKey: 'wk_demo', secretKey: 'sk_demo', origins: ['loopback'], names: {} },
      ],
    },
  ],
}

/** The keys of all sources. Keys are held as digests only: looking one up takes no time that tells about another. */
export class Sources {
  readonly demo: boolean
  readonly webhooks = new WebhookSenders()
  readonly #byDigest = new Map<string, { digest: Buffer; source: Source }>()

  constructor(file: z.output<typeof sourcesFile>, demo = false) {
    this.demo = demo
    for (const workspace of file.workspaces) {
      for (const source of workspace.sources) {
        const { name, writeKey, secretKey, origins, names, eventsPerSecond, webhooks } = source
        const shared = {
          workspace: workspace.name,
          name,
          names: new Map(Object.entries(names)),
          eventsPerSecond,
        }
        if (writeKey) this.#add(writeKey, { ...shared, secret: false, origins: new Set(origins) })
        if (secretKey) this.#add(secretKey, { ...shared, secret: true, origins: new Set() })
        if (webhooks) this.webhooks.add({ ...shared, eventsPerSecond: undefined }, webhooks)
      }
    }
  }

  find(key: string): Source | undefined {
    const digest = digestOf(key)
    const found = this.#byDigest.get(digest.toString('latin1'))
    return found && timingSafeEqual(found.digest, digest) ? found.source : undefined
  }

  /** Whether any source allows the origin: all that a preflight, which carries no key, can be told. */
  knowsOrigin(origin: string): boolean {
    for (const { source } of this.#byDigest.values()) if (allowsOrigin(source, origin)) return true
    return false
  }

  #add(key: string, source: Source): void {
    const digest = digestOf(key)
    if (this.#byDigest.has(digest.toString('latin1')))
      throw new ConfigError([`sources: a key of ${source.workspace}/${source.name} is used twice`])
    this.#byDigest.set(digest.toString('latin1'), { digest, source })
  }
}

export function allowsOrigin(source: Source, origin: string): boolean {
  return (
    source.origins.has(origin) ||
    source.origins.has('*') ||
    (source.origins.has('loopback') && isLoopbackOrigin(origin))
  )
}

/**
 * Reads HOTLEAD_SOURCES, or takes the demo workspace where none is set.
 * @throws ConfigError where the file is wrong, or where the demo keys, which everyone knows, would be reachable
 */
export function openSources(config: {
  NODE_ENV: string
  HOTLEAD_SOURCES: string
  HOTLEAD_HOST: string
  HOTLEAD_DEMO_KEYS: 'loopback' | 'allow'
}): Sources {
  const path = config.HOTLEAD_SOURCES
  if (path !== '') return new Sources(readSources(path))
  if (config.NODE_ENV === 'production')
    throw new ConfigError([
      'HOTLEAD_SOURCES is not set and must be the path of a file with your keys: production does not take the demo keys',
    ])
  if (config.HOTLEAD_DEMO_KEYS !== 'allow' && !isLoopbackHost(config.HOTLEAD_HOST))
    throw new ConfigError([
      `HOTLEAD_HOST is ${JSON.stringify(config.HOTLEAD_HOST)}, which others can reach, and the demo keys are public: set HOTLEAD_SOURCES to a file with your keys, or HOTLEAD_DEMO_KEYS=allow where the port is published on loopback only`,
    ])
  return new Sources(DEMO, true)
}

function readSources(path: string): z.output<typeof sourcesFile> {
  let content: unknown
  try {
    content = parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    // The lines after the first show the file, where secrets stand.
    const [problem] = (cause as Error).message.split('\n')
    throw new ConfigError([`HOTLEAD_SOURCES: ${path} cannot be read: ${problem}`])
  }
  const parsed = sourcesFile.safeParse(content)
  if (!parsed.success)
    throw new ConfigError(
      parsed.error.issues.map(i => `${path}: ${i.path.join('.') || 'file'}: ${i.message}`),
    )
  return parsed.data
}

function digestOf(key: string): Buffer {
  return hash('sha256', key, 'buffer')
}

export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
}

function isLoopbackOrigin(origin: string): boolean {
  return /^https?:/.test(origin) && URL.canParse(origin) && isLoopbackHost(new URL(origin).hostname)
}
