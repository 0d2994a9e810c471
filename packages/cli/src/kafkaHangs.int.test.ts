import { kafkaClient } from '@hotlead/kafka'
import { hotlead, launchService, ownEnvironment, type PlainKafka, plainKafka } from '@hotlead/testkit'
import { readConfig } from './config.ts'
import { connectKafka } from './connect.ts'
import { EXIT } from './exit.ts'
import { refusalOf } from './refusal.ts'

/** A Kafka that hangs takes connections and answers nothing: kafkajs needs half a minute, and words of its own, to say so. */

jest.setTimeout(240_000)

let kafka: PlainKafka
let env: Record<string, string>
beforeAll(async () => {
  kafka = await plainKafka()
  env = { ...ownEnvironment(), HOTLEAD_KAFKA: kafka.address }
  expect(await hotlead(env, ['setup'])).toMatchObject({ code: 0 })
})
afterEach(() => kafka.wake())
afterAll(() => kafka?.remove())

test.each([[['lead', 'a1']], [['dlq', 'list']]])(
  'hotlead %p names it and its address, and ends with 69 within seconds',
  async args => {
    kafka.hang()
    const since = performance.now()
    const { code, out, err } = await hotlead(env, args)
    expect([code, out]).toEqual([EXIT.unavailable, ''])
    expect(err.split('\n')).toEqual([
      `hotlead: Kafka at ${kafka.address} does not answer (no answer within 10000 ms).`,
      expect.stringContaining('start it anew'),
      '',
    ])
    expect(performance.now() - since).toBeLessThan(20_000)
  },
)

test('a command under which it begins to hang says the same', async () => {
  const config = readConfig(env)
  const client = await connectKafka(config)
  const admin = client.admin()
  await admin.connect()
  await admin.listTopics()
  kafka.hang()
  const late = kafkaClient({ brokers: config.HOTLEAD_KAFKA, clientId: 'test' }).admin()
  const asked = [admin.listTopics(), admin.fetchTopicMetadata(), late.connect().then(() => late.listTopics())]
  for (const answer of await Promise.allSettled(asked))
    expect(refusalOf((answer as PromiseRejectedResult).reason)).toMatchObject({
      exitCode: EXIT.unavailable,
      message: expect.stringMatching(
        /^Kafka at .* does not answer \((no broker answers|Request .* timed out)\)\.$/,
      ),
    })
})

test('a service that starts then says so in one sentence', async () => {
  kafka.hang()
  const scorer = await launchService('scorer', env)
  expect(await scorer.exited).toBe(1)
  expect(scorer.log()).toMatch(
    new RegExp(
      `"msg":"Kafka at ${kafka.address} cannot be used: start it .*HOTLEAD_KAFKA: (no broker answers|.* timed out)`,
    ),
  )
})
