import type { RedisClient } from './index.ts'

export interface MemoryPolicy {
  address: string
  /** Bytes; 0: no limit, so nothing is ever evicted. */
  maxmemory: number
  policy: string
}

/**
 * What each master does when it is full. INFO tells, which managed services allow where they forbid CONFIG.
 * @throws where this user may not ask
 */
export async function memoryPolicies(client: RedisClient): Promise<MemoryPolicy[]> {
  // A Cluster client knows no node before its first answer.
  await client.ping()
  const masters = 'nodes' in client ? client.nodes('master') : [client]
  return Promise.all(
    masters.map(async node => {
      const fields = infoFields(await node.info('memory'))
      const { host, port } = node.options
      return {
        address: `${host}:${port}`,
        maxmemory: Number(fields.get('maxmemory') ?? 0),
        policy: fields.get('maxmemory_policy') ?? 'noeviction',
      }
    }),
  )
}

/** One sentence for each master that would throw keys away when it is full. */
export function evicting(policies: readonly MemoryPolicy[]): string[] {
  return policies.flatMap(({ address, maxmemory, policy }) =>
    maxmemory === 0 || policy === 'noeviction'
      ? []
      : [
          `Redis at ${address} has maxmemory-policy ${policy} with maxmemory ${maxmemory}: once full it would throw leads ` +
            `away one by one, and their scores would be wrong with nobody told. Set maxmemory-policy to noeviction, as ` +
            'docs/runbook/redis-evicts.md says',
        ],
  )
}

/** Lines `name:value` of INFO. */
export function infoFields(info: string): Map<string, string> {
  const fields = new Map<string, string>()
  for (const line of info.split('\r\n')) {
    const colon = line.indexOf(':')
    if (colon > 0 && !line.startsWith('#')) fields.set(line.slice(0, colon), line.slice(colon + 1))
  }
  return fields
}
