import type { RedisClient } from '@hotlead/redis'

/**
 * When each key was used last, by its id, in ms since 1970: what a person must know before revoking one. Ingestors write
 * it every few seconds, so it may be that much too early, and nothing depends on it.
 */
export async function noteUse(
  client: RedisClient,
  prefix: string,
  used: ReadonlyMap<string, number>,
): Promise<void> {
  if (used.size > 0) await client.hset(useKey(prefix), Object.fromEntries(used))
}

export async function lastUse(client: RedisClient, prefix: string): Promise<Map<string, number>> {
  const all = await client.hgetall(useKey(prefix))
  return new Map(Object.entries(all).map(([id, at]) => [id, Number(at)]))
}

/** Of a key that is gone. */
export async function forgetUse(client: RedisClient, prefix: string, id: string): Promise<void> {
  await client.hdel(useKey(prefix), id)
}

function useKey(prefix: string): string {
  return `${prefix}{sources}:used`
}
