import { topicNames } from '@hotlead/contracts'
import { redisKeys } from '@hotlead/stream'
import { Installation } from '@hotlead/testkit'
import { kafkaTools } from './test/startOver.ts'
import { visit, visits } from './test/visits.ts'

/** Kafka deletes events before the scorer has read them: retention, or a hand that slipped. */

// Each start of a service takes seconds, and each partition with a gap refuses by itself.
jest.setTimeout(240_000)

let hot: Installation
beforeEach(async () => {
  hot = await Installation.open()
  await hot.start('ingestor')
})
afterEach(() => hot.close())

const VISITORS = ['ann', 'bob', 'cem', 'dan', 'eve', 'fay']
const each = (views: number) => Object.fromEntries(VISITORS.map(v => [v, views]))

/** Deletes what `activity` holds now: all of it, or only what the scorer has folded. */
async function deleteRecords(which: 'all' | 'folded'): Promise<void> {
  const topic = topicNames(hot.env.HOTLEAD_TOPIC_PREFIX).activity
  const tools = await kafkaTools(hot)
  const partitions: { partition: number; offset: string }[] = []
  for (const { partition, high } of await tools.admin.fetchTopicOffsets(topic)) {
    const { pos } = redisKeys(hot.env.HOTLEAD_REDIS_PREFIX as string, 'scorer', partition)
    // A scorer that leaves may have written a tick that nobody has folded: that would be a loss.
    const offset = which === 'all' ? high : ((await hot.redis.hget(pos, 'next')) as string)
    partitions.push({ partition, offset })
  }
  await tools.admin.deleteTopicRecords({ topic, partitions })
  await tools.close()
}

/**
 * Starts the scorer and runs the command that it names, until it starts.
 * @param isKnown whether Redis knows what was folded, so that more than what is lost cannot be accepted
 * @returns what it said each time
 */
async function acceptAll(isKnown: boolean): Promise<string[]> {
  const said: string[] = []
  for (;;) {
    try {
      await hot.start('scorer')
      return said
    } catch (error) {
      const { message } = error as Error
      expect(message).toMatch(/scorer ended with 1 while starting/)
      const command = /hotlead (loss accept --partition \d+ --from \d+ --to \d+) /.exec(message)?.[1]
      if (command === undefined) throw error
      said.push(command)
      expect(message).toContain('docs/runbook/log-lost-its-start.md')
      if (isKnown)
        expect(await hot.hotlead(...command.replace(/--from \d+/, '--from 0').split(' '))).toMatchObject({
          code: 1,
          err: expect.stringMatching(
            /has folded .* up to \d+, so what is lost does not begin at 0.*accept the offsets/s,
          ),
        })
      expect(await hot.hotlead(...command.split(' '))).toMatchObject({ code: 0, err: '' })
    }
  }
}

test.each([
  ['and Redis is as it was', true, async () => {}],
  [
    'and Redis is lost too',
    false,
    async () => void (await hot.redis.unlink(...(await hot.redis.keys(`${hot.env.HOTLEAD_REDIS_PREFIX}*`)))),
  ],
])(
  'events that were not scored are gone, %s: refused, until a person accepts that very loss',
  async (_, isKnown, loseRedis) => {
    const scorer = await hot.start('scorer')
    await visit(hot, ...VISITORS)
    await hot.start('tiering')
    await hot.folded()
    expect(await scorer.stop()).toBe(0)
    await visit(hot, ...VISITORS, ...VISITORS)
    await deleteRecords('all')
    await visit(hot, ...VISITORS)
    await loseRedis()

    const commands = await acceptAll(isKnown)
    expect(await visits(hot)).toEqual(each(2))
    const { out } = await hot.hotlead('status')
    const [, partition, from] = /--partition (\d+) --from (\d+)/.exec(commands[0] as string) as string[]
    expect(out).toMatch(new RegExp(`partition ${partition} goes on without offsets ${from} to \\d+ since 20`))
    // What was accepted once is no licence for the next time.
    expect(await hot.hotlead(...(commands[0] as string).split(' '))).toMatchObject({ code: 1 })
  },
)

test('records that are gone but scored are no loss', async () => {
  const scorer = await hot.start('scorer')
  await visit(hot, ...VISITORS)
  await hot.start('tiering')
  await hot.folded()
  expect(await scorer.stop()).toBe(0)
  await deleteRecords('folded')
  await hot.start('scorer')
  await visit(hot, ...VISITORS)
  expect(await visits(hot)).toEqual(each(2))
})
