import { topicNames } from '@hotlead/contracts'
import { describeTopics, kafkaClient } from '@hotlead/kafka'
import { type Installation, until } from '@hotlead/testkit'

/** A client of the installation's Kafka, for what ops do by Kafka's own tools. */
export async function kafkaTools(hot: Installation) {
  const kafka = kafkaClient({ brokers: [hot.env.HOTLEAD_KAFKA as string], clientId: 'ops' })
  const admin = kafka.admin()
  await admin.connect()
  return {
    admin,
    async deleteTopics(...topics: string[]): Promise<void> {
      await admin.deleteTopics({ topics })
      await until(
        () => describeTopics(kafka, topics),
        d => d.topics.size === 0,
      )
    },
    close: () => admin.disconnect(),
  }
}

/** Follows docs/runbook/start-over.md: every service is stopped before. */
export async function startOver(hot: Installation): Promise<void> {
  const tools = await kafkaTools(hot)
  const names = topicNames(hot.env.HOTLEAD_TOPIC_PREFIX)
  await tools.deleteTopics(names.scores, names.tiers, names['hot-leads'])
  await tools.close()
  hot.env.HOTLEAD_REDIS_PREFIX = `${hot.env.HOTLEAD_REDIS_PREFIX}new:`
  const done = await hot.hotlead('setup')
  expect(done).toMatchObject({ code: 0 })
}
