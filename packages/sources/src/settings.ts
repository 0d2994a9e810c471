import { ConfigError } from '@hotlead/service'
import { z } from 'zod'
import { KEY_KINDS } from './key.ts'
import { privacySettings } from './privacySettings.ts'
import { webhookSecrets } from './webhookSecrets.ts'

const NAME = 'must be 1 to 60 letters, digits, dashes and underscores'
const name = z.string(NAME).refine(isName, NAME)

const ORIGIN = 'must be an origin such as https://www.example.com, without a path (or loopback, or *)'
const origin = z.string(ORIGIN).refine(isOrigin, ORIGIN)

/** Of a workspace or a source. */
export function isName(text: string): boolean {
  return /^[a-zA-Z0-9_-]{1,60}$/.test(text)
}

/** Where a page may come from: `loopback` stands for any port of this machine, `*` for everywhere. */
export function isOrigin(text: string): boolean {
  return text === 'loopback' || text === '*' || (URL.canParse(text) && new URL(text).origin === text)
}

const TIME = 'must be a time such as 2026-11-24T09:30:00Z'
const time = z.iso.datetime({ offset: true, error: TIME })

const RATE = 'must be a number above 0 and up to 1000000'
const BURST = 'must be a whole number from 1 to 1000000000'
/** How many events may come: in the long run, and at once. */
const limit = {
  eventsPerSecond: z.number(RATE).positive(RATE).max(1_000_000, RATE).optional(),
  burst: z.int(BURST).min(1, BURST).max(1_000_000_000, BURST).optional(),
}
const NO_RATE = { message: 'needs eventsPerSecond beside it', path: ['burst'] }
const hasRate = (o: { eventsPerSecond?: unknown; burst?: unknown }) =>
  o.burst === undefined || o.eventsPerSecond !== undefined

const DIGEST = 'must be sha256: and 64 hexadecimal digits, as `hotlead key create` writes it'
const key = z
  .strictObject({
    kind: z.enum(KEY_KINDS, `must be ${KEY_KINDS.join(' or ')}`),
    digest: z.string(DIGEST).regex(/^sha256:[0-9a-f]{64}$/, DIGEST),
    last4: z
      .string('must be text of up to 4 characters')
      .max(4, 'must be text of up to 4 characters')
      .optional(),
    created: time.optional(),
    expires: time.optional(),
    note: z.string('must be text').max(200, 'must be text of up to 200 characters').optional(),
    ...limit,
  })
  .refine(hasRate, NO_RATE)
const source = z
  .strictObject({
    name,
    origins: z.array(origin, 'must be a list of origins').optional(),
    names: z.record(z.string(), z.string().min(1), 'must be a map from this tool’s event names').optional(),
    ...limit,
    keys: z.array(key, 'must be a list of keys').optional(),
    webhooks: webhookSecrets.optional(),
    privacy: privacySettings.optional(),
  })
  .refine(hasRate, NO_RATE)
const workspace = z
  .strictObject({ name, ...limit, sources: z.array(source, 'must be a list of sources') })
  .refine(hasRate, NO_RATE)
const settings = z
  .strictObject({ workspaces: z.array(workspace, 'must be a list of workspaces') }, 'must be an object')
  .superRefine(({ workspaces }, ctx) => {
    const twice = (list: readonly string[], path: PropertyKey[], what: string) => {
      const seen = new Set<string>()
      for (const [i, one] of list.entries()) {
        if (seen.has(one)) ctx.addIssue({ code: 'custom', path: [...path, i], message: `${what} twice` })
        seen.add(one)
      }
    }
    twice(
      workspaces.map(w => w.name),
      ['workspaces'],
      'is there',
    )
    const first = new Map<string, string>()
    const posted = new Map<string, string>()
    for (const [w, { sources }] of workspaces.entries()) {
      const path = ['workspaces', w, 'sources']
      twice(
        sources.map(s => s.name),
        path,
        'is there',
      )
      for (const [s, { name, webhooks }] of sources.entries()) {
        if (webhooks === undefined) continue
        const before = posted.get(name)
        if (before === undefined) posted.set(name, `${workspaces[w]?.name}/${name}`)
        else
          ctx.addIssue({
            code: 'custom',
            path: [...path, s, 'webhooks'],
            message: `${before} has webhooks too, and /webhooks/…/${name} must be one source: give one of them another name`,
          })
      }
      for (const [s, { keys = [] }] of sources.entries())
        for (const [k, { digest }] of keys.entries()) {
          const at = [...path, s, 'keys', k]
          const before = first.get(digest)
          if (before === undefined) first.set(digest, at.join('.'))
          else ctx.addIssue({ code: 'custom', path: at, message: `is the same key as ${before}` })
        }
    }
  })

/** Workspaces with their sources and their keys, as a file has them. Of a key only the digest. */
export type Settings = z.output<typeof settings>
export type WorkspaceSettings = Settings['workspaces'][number]
export type SourceSettings = WorkspaceSettings['sources'][number]
export type KeySettings = NonNullable<SourceSettings['keys']>[number]

/**
 * Settings of the right shape: no name and no key twice.
 * @param place as problems call where they were read
 * @param lineOf the line that a path is in, where the text has lines that people know
 * @throws ConfigError with every problem, by its path, never with a value
 */
export function checkedSettings(
  content: unknown,
  place: string,
  lineOf?: (path: readonly PropertyKey[]) => number,
): Settings {
  const parsed = settings.safeParse(content)
  if (parsed.success) return parsed.data
  throw new ConfigError(
    parsed.error.issues.map(i => {
      const at = i.code === 'unrecognized_keys' ? [...i.path, ...i.keys.slice(0, 1)] : i.path
      const where = lineOf === undefined ? place : `${place}:${lineOf(at)}`
      return `${where}: ${i.path.map(String).join('.') || 'all of it'}: ${sentence(i)}`
    }),
  )
}

function sentence(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'unrecognized_keys') return issue.message
  const plain = issue.keys.filter(k => k === 'writeKey' || k === 'secretKey')
  return plain.length > 0
    ? `${plain.join(', ')}: a key itself is not kept any more, only its digest: list it under keys with kind and digest (docs/keys.md), or make a new one with \`hotlead key create\``
    : `${issue.keys.join(', ')}: there is no such setting`
}
