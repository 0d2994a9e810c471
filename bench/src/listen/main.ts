import { randomUUID } from 'node:crypto'
import { openCodecs, topicNames } from '@hotlead/contracts'
import { kafkaClient } from '@hotlead/kafka'
import { now } from '../measure/clock.ts'
import type { ListenMessage, ListenOrder, Seen } from './messages.ts'

/** A plain kafkajs consumer of `hot-leads` with the client's defaults, as a sales tool would have it. */
process.once('message', async ({ kafka, registry }: ListenOrder) => {
  const tell = (message: ListenMessage) => process.send?.(message)
  const codecs = await openCodecs(registry)
  const client = kafkaClient({ brokers: [kafka], clientId: 'hotlead-bench-listener' })
  const consumer = client.consumer({ groupId: `bench-${randomUUID()}` })
  let unsent: Seen[] = []
  await consumer.connect()
  await consumer.subscribe({ topic: topicNames()['hot-leads'], fromBeginning: true })
  consumer.on(consumer.events.GROUP_JOIN, () => void tell({ kind: 'ready' }))
  // Told in bulk: a message each would cost us the time that we measure.
  setInterval(() => {
    if (unsent.length > 0) tell({ kind: 'seen', seen: unsent })
    unsent = []
  }, 200)
  await consumer.run({
    async eachMessage({ message }) {
      if (!message.value) return
      const hot = codecs['hot-leads'].decode(message.value)
      const time = now()
      const subjects = [hot.lead, ...hot.visitors]
      unsent.push({ subjects, time, since: hot.since, published: Number(message.timestamp) })
    },
  })
})
