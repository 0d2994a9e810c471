import { openRedis, remarks } from '@hotlead/redis'
import { plainRedis } from '@hotlead/testkit'

test('a Redis without disk and a replica are told, an ordinary one is not', async () => {
  const [first, second] = await Promise.all([plainRedis(), plainRedis()])
  const [master, replica] = [openRedis(first.url), openRedis(second.url)]
  const { port } = new URL(first.url)
  expect(await remarks(master)).toEqual([expect.stringMatching(/keeps nothing on disk/)])
  await master.config('SET', 'save', '3600 1')
  expect(await remarks(master)).toEqual([])
  await replica.call('REPLICAOF', '127.0.0.1', port)
  expect(await remarks(replica)).toEqual([expect.stringMatching(/is a replica and takes no writes/)])
  for (const client of [master, replica]) client.disconnect()
  await Promise.all([first.stop(), second.stop()])
})
