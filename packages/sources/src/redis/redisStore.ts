import { randomBytes } from 'node:crypto'
import { type RedisClient, script } from '@hotlead/redis'
import { ConfigError } from '@hotlead/service'
import { checkedSettings, type Settings, type WorkspaceSettings } from '../settings.ts'
import type { SourceStore } from '../store.ts'

const FIELD = 'workspace:'

/**
 * Sources in Redis, for many ingestors: one hash, with a version and one field a workspace. A version begins with its
 * time, each later than the one before, so a Redis that fell back to an earlier dump is told from a change.
 * 10,000 keys are 2 MB.
 * @param place as sentences call it, without a password
 */
export function redisStore(client: RedisClient, prefix: string, place: string): SourceStore {
  const key = sourcesKey(prefix)
  const write = script(client, 'writeSources', new URL('lua/write.lua', import.meta.url))
  /** As they were read last: one that did not change is not checked again (20 µs a key). */
  const known = new Map<string, { text: string; workspace: WorkspaceSettings }>()
  function workspaceOf(field: string, text: string): WorkspaceSettings {
    const before = known.get(field)
    if (before?.text === text) return before.workspace
    const what = `${place}: ${field}`
    const workspace = checkedSettings({ workspaces: [parsed(text, what)] }, what)
      .workspaces[0] as WorkspaceSettings
    known.set(field, { text, workspace })
    return workspace
  }
  async function put(settings: Settings, over: string | undefined, version: string): Promise<boolean> {
    const { workspaces } = checkedSettings(settings, place)
    const fields = workspaces.flatMap(w => [FIELD + w.name, JSON.stringify(w)])
    return (await write([key], [over ?? '', version, ...fields])) !== 0
  }
  return {
    place,
    mark: async () => (await client.hget(key, 'version')) ?? undefined,
    async read() {
      const { version, ...fields } = await client.hgetall(key)
      if (version === undefined) return undefined
      const workspaces = Object.entries(fields)
        .filter(([field]) => field.startsWith(FIELD))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([field, text]) => workspaceOf(field, text))
      for (const field of known.keys()) if (!(field in fields)) known.delete(field)
      return { settings: { workspaces }, version, writtenAt: timeOf(version) }
    },
    write(settings, over) {
      const time = Math.max(Date.now(), timeOf(over ?? '') + 1)
      return put(settings, over, `${time}-${randomBytes(8).toString('hex')}`)
    },
    restore: ({ settings, version }, over) => put(settings, over, version),
  }
}

export function sourcesKey(prefix: string): string {
  return `${prefix}{sources}`
}

function timeOf(version: string): number {
  return Number(version.split('-', 1)[0])
}

function parsed(text: string, what: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new ConfigError([`${what}: must be JSON`])
  }
}
