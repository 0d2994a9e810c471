import type { RedisClient } from './index.ts'
import { infoFields } from './memoryPolicy.ts'

/**
 * What a person should know of a Redis that works: that it is a replica, which takes no writes, or keeps nothing on disk.
 * Neither is a mistake for certain, and neither loses anything: states are built again from the log.
 * @throws where this user may not ask
 */
export async function remarks(client: RedisClient): Promise<string[]> {
  const masters = 'nodes' in client ? client.nodes('master') : [client]
  const each = await Promise.all(
    masters.map(async node => {
      const fields = infoFields(`${await node.info('replication')}\r\n${await node.info('persistence')}`)
      const { host, port } = node.options
      if (fields.get('role') === 'slave')
        return [`${host}:${port} is a replica and takes no writes: set HOTLEAD_REDIS to its master`]
      if (fields.get('aof_enabled') !== '0') return []
      // Managed services forbid CONFIG: then nothing is said.
      const [, save] = (await node.config('GET', 'save').catch(() => [])) as string[]
      return save === ''
        ? [`${host}:${port} keeps nothing on disk: after its restart every partition is rebuilt from the log`]
        : []
    }),
  )
  return each.flat()
}
