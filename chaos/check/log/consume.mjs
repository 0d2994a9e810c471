import { randomUUID } from 'node:crypto'

/** ms without any progress after which a reading is given up: 1.4 million snapshots took longer than this altogether. */
const PATIENCE = 180_000

/**
 * Reads exactly the given stretches by an ordinary consumer, in the order of each partition.
 *
 * A consumer never sees transaction markers, and a partition may end with some: how far it has read is what kafkajs
 * tells of each batch (END_BATCH_PROCESS), not the last record.
 *
 * @param stretches Map of topic → Map of partition → { from, to }; records in [from, to)
 * @param onBatch told of each run of records, in order; awaited
 */
export async function consume(kafka, readUncommitted, stretches, onBatch) {
  const positions = new Map()
  for (const [topic, partitions] of stretches)
    for (const [partition, { from, to }] of partitions)
      if (from < to) positions.set(`${topic}/${partition}`, { topic, partition, next: from, to })
  if (positions.size === 0) return
  const groupId = `hotlead-check-${randomUUID()}`
  const consumer = kafka.consumer({
    groupId,
    readUncommitted,
    sessionTimeout: 60_000,
    rebalanceTimeout: 60_000,
    maxWaitTimeInMs: 200,
    allowAutoTopicCreation: false,
  })
  const left = () => [...positions.values()].filter(p => p.next < p.to)
  let timer
  try {
    await consumer.connect()
    await consumer.subscribe({
      topics: [...new Set([...positions.values()].map(p => p.topic))],
      fromBeginning: true,
    })
    await new Promise((done, failed) => {
      timer = setTimeout(() => {
        const where = left().map(p => `${p.topic}/${p.partition} at ${p.next} of ${p.to}`)
        failed(
          new Error(`the topics were not read any further for ${PATIENCE / 1000} s: ${where.join(', ')}`),
        )
      }, PATIENCE)
      // Before the first fetch, and again should the group be joined anew.
      consumer.on(consumer.events.GROUP_JOIN, () => {
        for (const { topic, partition, next } of positions.values())
          consumer.seek({ topic, partition, offset: `${next}` })
      })
      consumer.on(consumer.events.CRASH, ({ payload }) => failed(payload.error))
      consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
        const position = positions.get(`${payload.topic}/${payload.partition}`)
        const last = Number(payload.lastOffset)
        if (position && last >= position.next) {
          position.next = last + 1
          timer.refresh()
        }
        if (left().length === 0) done()
      })
      consumer
        .run({
          autoCommit: false,
          async eachBatch({ batch, heartbeat }) {
            const position = positions.get(`${batch.topic}/${batch.partition}`)
            if (!position) return
            const records = batch.messages
              .map(m => ({
                key: m.key === null ? '' : m.key.toString(),
                value: m.value,
                headers: m.headers,
                offset: Number(m.offset),
                timestamp: Number(m.timestamp),
              }))
              .filter(r => r.offset >= position.next && r.offset < position.to)
            try {
              if (records.length > 0) await onBatch(batch.topic, batch.partition, records)
            } catch (error) {
              failed(error)
            }
            await heartbeat()
          },
        })
        .catch(failed)
    })
  } finally {
    clearTimeout(timer)
    await consumer.disconnect().catch(() => {})
    const admin = kafka.admin()
    await admin
      .connect()
      .then(() => admin.deleteGroups([groupId]))
      .catch(() => {})
    await admin.disconnect().catch(() => {})
  }
}
