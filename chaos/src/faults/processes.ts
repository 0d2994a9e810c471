import { SERVICES, type ServiceName } from '../instances.ts'
import { instance, namesOf, SESSION_TIMEOUT, sleep } from '../world.ts'
import type { Fault } from './fault.ts'

/** SIGKILL, and a new process after a while. */
function killed(service: ServiceName, weight: number): Fault {
  return {
    kind: `${service}-killed`,
    weight,
    draw: (dice, shape) => {
      const away = dice.whole(0, 1_500)
      const name = dice.pick(namesOf(shape, service))
      return { lanes: [name], lasts: away + 2_500, what: { name, away } }
    },
    async run(world, { name, away }) {
      const one = instance(world, name)
      await one.kill()
      await sleep(Number(away))
      one.start()
    },
  }
}

/** SIGTERM and a new process: what a deployment does. */
function restarted(service: ServiceName, weight: number): Fault {
  return {
    kind: `${service}-restarted`,
    weight,
    draw: (dice, shape) => {
      const name = dice.pick(namesOf(shape, service))
      return { lanes: [name], lasts: 4_000, what: { name } }
    },
    async run(world, { name }) {
      const one = instance(world, name)
      await one.stop()
      one.start()
    },
  }
}

/** SIGSTOP and SIGCONT: below the session time-out nobody notices; past it another takes over, and the sleeper wakes. */
function stopped(service: ServiceName, kind: string, weight: number, from: number, to: number): Fault {
  return {
    kind: `${service}-${kind}`,
    weight,
    draw: (dice, shape) => {
      const lasts = dice.whole(from, to)
      const name = dice.pick(namesOf(shape, service))
      return { lanes: [name], lasts, what: { name, lasts } }
    },
    async run(world, { name, lasts }) {
      const one = instance(world, name)
      one.signal('SIGSTOP')
      await sleep(Number(lasts))
      one.signal('SIGCONT')
    },
  }
}

const WEIGHTS: Record<ServiceName, { killed: number; restarted: number; paused: number; slept: number }> = {
  ingestor: { killed: 3, restarted: 0.7, paused: 1, slept: 0 },
  scorer: { killed: 1.6, restarted: 0.5, paused: 1, slept: 1 },
  tiering: { killed: 1.6, restarted: 0.5, paused: 1, slept: 1 },
}

export const PROCESSES: readonly Fault[] = SERVICES.flatMap(service => {
  const weights = WEIGHTS[service]
  return [
    killed(service, weights.killed),
    restarted(service, weights.restarted),
    stopped(service, 'paused', weights.paused, 200, SESSION_TIMEOUT - 1_500),
    ...(weights.slept > 0
      ? [stopped(service, 'slept', weights.slept, SESSION_TIMEOUT + 1_500, SESSION_TIMEOUT + 4_000)]
      : []),
  ]
})
