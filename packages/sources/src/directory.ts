import { hash } from 'node:crypto'
import { type Limit, PRIVACY, type Privacy, type Source } from '@hotlead/beacon'
import { privacyOf } from './privacySettings.ts'
import type { KeySettings, Settings, SourceSettings, WorkspaceSettings } from './settings.ts'
import { type WebhookSender, webhookSender } from './webhookSecrets.ts'

/** What a key allows. */
export interface Grant {
  source: Source
  /** ms since 1970 from which on it is refused; undefined: never. */
  expires: number | undefined
}

/** What the edge asks about keys and origins. */
export interface Sources {
  /** The grant of a key; undefined: nobody has it, or it was revoked. */
  find(key: string): Grant | undefined
  /** Whether any source allows the origin: all that a preflight, which carries no key, can be told. */
  knowsOrigin(origin: string): boolean
  /** The source of that name to which mail providers post. */
  sender(name: string): WebhookSender | undefined
  /** What all keys of a workspace may bring together; undefined: any number, or there is no such workspace. */
  quotaOf(workspace: string): Limit | undefined
  /** The policy of the source of that name; that of one which says nothing, where there is none. */
  privacyOf(workspace: string, source: string): Privacy
  /** Says that a key, by its id, has just let something in. */
  used(key: string): void
}

/** Seconds' worth of its rate that may come at once, where no burst is named: a page left in the background catches up. */
const BURST_SECONDS = 10

/**
 * The keys of all sources at one moment, each found by its digest in one step: how long that takes tells nothing about
 * another key, since nobody can choose a digest. 300 bytes a key.
 */
export class Directory implements Sources {
  readonly #grants = new Map<string, Grant>()
  readonly #origins = new Set<string>()
  readonly #senders = new Map<string, WebhookSender>()
  readonly #quotas = new Map<string, Limit>()
  /** By `workspace/source`, of those that say something. */
  readonly #privacy = new Map<string, Privacy>()

  constructor(settings: Settings) {
    for (const workspace of settings.workspaces) {
      const quota = limitOf(workspace)
      if (quota) this.#quotas.set(workspace.name, quota)
      for (const source of workspace.sources) {
        const origins = new Set(source.origins)
        const names = new Map(Object.entries(source.names ?? {}))
        const privacy = source.privacy === undefined ? PRIVACY : privacyOf(source.privacy)
        if (privacy !== PRIVACY) this.#privacy.set(`${workspace.name}/${source.name}`, privacy)
        if (source.webhooks)
          this.#senders.set(
            source.name,
            webhookSender(
              {
                workspace: workspace.name,
                name: source.name,
                key: '',
                names,
                limits: { key: undefined, workspace: quota },
                privacy,
              },
              source.webhooks,
            ),
          )
        for (const key of source.keys ?? []) {
          if (key.kind === 'write') for (const origin of origins) this.#origins.add(origin)
          this.#grants.set(
            key.digest.slice('sha256:'.length),
            grantOf(workspace, source, key, { origins, names, privacy }),
          )
        }
      }
    }
  }

  get keys(): number {
    return this.#grants.size
  }

  find(key: string): Grant | undefined {
    return this.#grants.get(hash('sha256', key, 'hex'))
  }

  knowsOrigin(origin: string): boolean {
    return isAllowed(this.#origins, origin)
  }

  sender(name: string): WebhookSender | undefined {
    return this.#senders.get(name)
  }

  quotaOf(workspace: string): Limit | undefined {
    return this.#quotas.get(workspace)
  }

  privacyOf(workspace: string, source: string): Privacy {
    return this.#privacy.get(`${workspace}/${source}`) ?? PRIVACY
  }

  used(): void {}
}

function grantOf(
  workspace: WorkspaceSettings,
  source: SourceSettings,
  key: KeySettings,
  shared: { origins: Set<string>; names: Map<string, string>; privacy: Privacy },
): Grant {
  const secret = key.kind === 'secret'
  return {
    source: {
      workspace: workspace.name,
      name: source.name,
      key: key.digest.slice('sha256:'.length, 'sha256:'.length + 12),
      secret,
      origins: secret ? new Set() : shared.origins,
      names: shared.names,
      limits: {
        // A source's rate is for its browsers, whose key anybody can read. Imports come by the secret key: that has its own.
        key: limitOf(key) ?? (secret ? undefined : limitOf(source)),
        workspace: limitOf(workspace),
      },
      privacy: shared.privacy,
    },
    expires: key.expires === undefined ? undefined : Date.parse(key.expires),
  }
}

function limitOf(o: { eventsPerSecond?: number | undefined; burst?: number | undefined }): Limit | undefined {
  const { eventsPerSecond: rate, burst } = o
  return rate === undefined ? undefined : { rate, burst: burst ?? Math.max(1, rate * BURST_SECONDS) }
}

/** Whether a page of that origin may use the source's write keys. */
export function allowsOrigin(source: Source, origin: string): boolean {
  return isAllowed(source.origins, origin)
}

function isAllowed(origins: ReadonlySet<string>, origin: string): boolean {
  return origins.has(origin) || origins.has('*') || (origins.has('loopback') && isLoopbackOrigin(origin))
}

export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
}

function isLoopbackOrigin(origin: string): boolean {
  return /^https?:/.test(origin) && URL.canParse(origin) && isLoopbackHost(new URL(origin).hostname)
}
