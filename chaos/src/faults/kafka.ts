import { topicNames } from '@hotlead/contracts'
import { kafkaClient, Membership } from '@hotlead/kafka'
import { SESSION_TIMEOUT, sleep } from '../world.ts'
import type { Fault } from './fault.ts'

/** The broker, SIGKILLed and started again on its data. */
const killed: Fault = {
  kind: 'kafka-killed',
  weight: 0.6,
  draw: dice => {
    const away = dice.whole(0, 2_000)
    return { lane: 'kafka', lasts: away + 5_000, what: { away } }
  },
  async run({ servers: { kafka } }, { away }) {
    await kafka.kill()
    await sleep(Number(away))
    await kafka.start()
  },
}

/** ms that a passing member stays, and stays away. */
const EVERY = 2_000
const quiet = { debug() {}, info() {}, warn() {}, error() {} }

/** A member that joins the scorer's or tiering's group and leaves it every two seconds: partitions move each time. */
const memberPasses: Fault = {
  kind: 'member-passes',
  weight: 0.6,
  draw: dice => {
    const times = dice.whole(2, 3)
    const processor = dice.pick(['scorer', 'tiering'])
    return { lane: `group-${processor}`, lasts: times * 2 * EVERY, what: { processor, times } }
  },
  async run({ servers, topicPrefix }, { processor, times }) {
    for (let i = 0; i < Number(times); i++) {
      try {
        const member = await Membership.join({
          kafka: kafkaClient({ brokers: [servers.direct.HOTLEAD_KAFKA], clientId: 'chaos-member' }),
          groupId: `${topicPrefix}hotlead-${processor}`,
          topic: topicNames(topicPrefix)[processor === 'scorer' ? 'activity' : 'scores'],
          sessionTimeout: SESSION_TIMEOUT,
          log: quiet,
          onAssigned() {},
          onLost() {},
        })
        await sleep(EVERY)
        await member.leave()
      } catch {
        // The broker is away: nobody can join.
      }
      await sleep(EVERY)
    }
  },
}

export const KAFKA: readonly Fault[] = [killed, memberPasses]
