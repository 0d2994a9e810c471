import { kafkaClient, Membership } from '@hotlead/kafka'
import { sleep } from '../world.ts'

/** What the process of a passing member is told. */
export interface PassingOrder {
  kafka: string
  groupId: string
  topic: string
  sessionTimeout: number
  /** ms that it stays, and stays away. */
  every: number
}

const quiet = { debug() {}, info() {}, warn() {}, error() {} }

/** Joins a consumer group and leaves it, again and again until it is killed: a client that lost its broker may never leave. */
process.once('message', async ({ kafka, every, ...group }: PassingOrder) => {
  for (;;) {
    try {
      const client = kafkaClient({ brokers: [kafka], clientId: 'chaos-member' })
      const member = await Membership.join({
        ...group,
        kafka: client,
        log: quiet,
        onAssigned() {},
        onLost() {},
      })
      await sleep(every)
      await member.leave()
    } catch {
      // The broker is away: nobody can join.
    }
    await sleep(every)
  }
})
