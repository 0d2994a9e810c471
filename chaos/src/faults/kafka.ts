import { Child } from '@hotlead/bench/child'
import { topicNames } from '@hotlead/contracts'
import { SESSION_TIMEOUT, sleep } from '../world.ts'
import type { Fault } from './fault.ts'
import type { PassingOrder } from './passingMember.ts'

/** The broker, SIGKILLed and started again on its data. */
const killed: Fault = {
  kind: 'kafka-killed',
  weight: 0.6,
  draw: dice => {
    const away = dice.whole(0, 2_000)
    return { lanes: ['kafka'], lasts: away + 5_000, what: { away } }
  },
  async run({ servers: { kafka }, inDoubt }, { away }) {
    inDoubt()
    await kafka.kill()
    await sleep(Number(away))
    await kafka.start()
  },
}

/**
 * The broker, SIGSTOPped for longer than a consumer is waited for: its connections stand, requests time out, and what was
 * given up comes to life again beside what is in its place.
 */
const hangs: Fault = {
  kind: 'kafka-hangs',
  // A round with it lasts a minute or two longer: at 0.3, a quarter of the rounds had it; now one in twelve.
  weight: 0.1,
  draw: dice => {
    const lasts = dice.whole(20_000, 45_000)
    return { lanes: ['kafka'], lasts, what: { lasts } }
  },
  async run({ servers: { kafka }, inDoubt }, { lasts }) {
    const pid = kafka.process?.()?.pid
    if (pid === undefined) throw new Error('Kafka does not run')
    // What is under way it takes when it wakes.
    inDoubt()
    process.kill(pid, 'SIGSTOP')
    await sleep(Number(lasts))
    process.kill(pid, 'SIGCONT')
  },
}

/** ms that a passing member stays, and stays away. */
const EVERY = 2_000

/** A member that joins the scorer's or tiering's group and leaves it every two seconds: partitions move each time. */
const memberPasses: Fault = {
  kind: 'member-passes',
  weight: 0.6,
  draw: dice => {
    const times = dice.whole(2, 3)
    const processor = dice.pick(['scorer', 'tiering'])
    return { lanes: [`group-${processor}`], lasts: times * 2 * EVERY, what: { processor, times } }
  },
  async run({ servers, topicPrefix }, { processor, times }) {
    const member = new Child(new URL('passingMember.ts', import.meta.url), () => {})
    member.tell({
      kafka: servers.direct.HOTLEAD_KAFKA,
      groupId: `${topicPrefix}hotlead-${processor}`,
      topic: topicNames(topicPrefix)[processor === 'scorer' ? 'activity' : 'scores'],
      sessionTimeout: SESSION_TIMEOUT,
      every: EVERY,
    } satisfies PassingOrder)
    await sleep(Number(times) * 2 * EVERY)
    member.stop()
  },
}

export const KAFKA: readonly Fault[] = [killed, hangs, memberPasses]
