import { topicNames } from '@hotlead/contracts'
import { describeTopics, kafkaClient } from '@hotlead/kafka'
import { Installation, until } from '@hotlead/testkit'
import { visit, visits } from './test/visits.ts'

/** Somebody changes a topic: services that run stop, those that start refuse, each with the sentence and the way out. */

// Several starts and ends of services, some by a look every five seconds.
jest.setTimeout(240_000)

let hot: Installation
let kafka: ReturnType<typeof kafkaClient>
let admin: ReturnType<typeof kafka.admin>
let names: ReturnType<typeof topicNames>
beforeEach(async () => {
  hot = await Installation.open()
  kafka = kafkaClient({ brokers: [hot.env.HOTLEAD_KAFKA as string], clientId: 'change-test' })
  admin = kafka.admin()
  await admin.connect()
  names = topicNames(hot.env.HOTLEAD_TOPIC_PREFIX)
})
afterEach(async () => {
  await admin.disconnect()
  await hot.close()
})

const view = (who: string) => ({ type: 'page', anonymousId: who, properties: { path: '/pricing' } })
async function expectScoring(who: string): Promise<void> {
  expect(await hot.post('/v1/batch', { batch: [view(who)] })).toBe(200)
  await hot.folded()
  expect((await hot.hotlead('lead', who)).out).toContain(who)
}

async function setStamps(type: string): Promise<void> {
  await admin.alterConfigs({
    validateOnly: false,
    resources: [
      {
        type: 2,
        name: names.activity,
        configEntries: [
          { name: 'message.timestamp.type', value: type },
          { name: 'cleanup.policy', value: 'delete' },
        ],
      },
    ],
  })
}

test('the clock of activity becomes the clients’: scorer and tiering stop, and go on once it is the broker’s again', async () => {
  await hot.start('ingestor')
  const running = await Promise.all([hot.start('scorer'), hot.start('tiering')])
  await expectScoring('before')
  await setStamps('CreateTime')
  const sentence =
    /activity has message\.timestamp\.type=CreateTime and must have LogAppendTime: .*docs\/runbook\/timestamp-type\.md/
  for (const service of running) {
    expect(await service.exited).toBe(1)
    expect(service.log()).toMatch(sentence)
  }
  await expect(hot.start('scorer')).rejects.toThrow(sentence)
  expect((await hot.hotlead('status')).out).toMatch(/kafka +up .*message\.timestamp\.type=CreateTime/)
  await setStamps('LogAppendTime')
  await Promise.all([hot.start('scorer'), hot.start('tiering')])
  await expectScoring('after')
  expect((await hot.hotlead('lead', 'before')).out).toContain('before')
})

test('partitions are added under running services: nothing is sent to where keys would move, and all of them stop', async () => {
  const running = [await hot.start('ingestor'), await hot.start('scorer'), await hot.start('tiering')]
  await expectScoring('before')
  await hot.folded()
  await admin.createPartitions({ topicPartitions: [{ topic: names.activity, count: 7 }] })
  await until(
    () => describeTopics(kafka, [names.activity]),
    d => d.topics.get(names.activity)?.partitions === 7,
  )
  const sentence = /activity has 7 partitions and must have 4: .*docs\/runbook\/partition-count\.md/
  for (const service of running) {
    expect(await service.exited).toBe(1)
    expect(service.log()).toMatch(sentence)
  }
  for (const name of ['ingestor', 'scorer', 'tiering'] as const)
    await expect(hot.start(name)).rejects.toThrow(sentence)
  expect((await hot.hotlead('status')).out).toMatch(/kafka +up .*activity has 7 partitions/)
  const added = await admin.fetchTopicOffsets(names.activity)
  expect(added.filter(p => p.partition >= 4).map(p => p.high)).toEqual(['0', '0', '0'])

  // The way out: they stay empty, and leads where they are.
  hot.env.HOTLEAD_IDLE_PARTITIONS = '3'
  const again = await Promise.all([hot.start('ingestor'), hot.start('scorer'), hot.start('tiering')])
  await visit(hot, 'before', 'after')
  expect(await visits(hot)).toEqual({ before: 2, after: 1 })
  expect((await hot.hotlead('status')).out).not.toContain('partitions')

  // Somebody else spreads keys over all of them.
  const producer = kafka.producer()
  await producer.connect()
  await producer.send({ topic: names.activity, messages: [{ key: 'demo/v:x', value: null, partition: 5 }] })
  await producer.disconnect()
  for (const service of again) {
    expect(await service.exited).toBe(1)
    expect(service.log()).toMatch(/partition 5 of topic \S*activity was added to the 4 .*and holds records/)
  }
})

test.each(['scores', 'tiers', 'hot-leads'] as const)(
  'another partition count of %s is refused',
  async name => {
    await admin.createPartitions({ topicPartitions: [{ topic: names[name], count: 5 }] })
    await expect(hot.start('tiering')).rejects.toThrow(
      new RegExp(`${name} has 5 partitions and must have 4: .*docs/runbook/partition-count\\.md`),
    )
    expect((await hot.hotlead('setup')).err).toMatch(/has 5 partitions/)
  },
)
