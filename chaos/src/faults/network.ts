import { sleep, type World } from '../world.ts'
import type { Fault } from './fault.ts'

type Name = 'redis' | 'kafka' | 'registry'
const proxy = (world: World, name: Name) => world.servers.proxies[name]

/** The server's proxy, at which something is broken now. */
function breaking(world: World, name: Name) {
  if (name === 'kafka') world.inDoubt()
  return proxy(world, name)
}

/** Nobody can connect, and whoever was connected is not any more, until it is healed. */
export function takeAway(world: World, name: Name): void {
  breaking(world, name).refuse(true)
  proxy(world, name).cut()
}

/** Every connection is reset at once; clients come back by themselves. */
function cut(name: Name, weight: number): Fault {
  return {
    kind: `${name}-cut`,
    weight,
    draw: dice => ({
      lanes: [`${name}-network`],
      lasts: 50,
      what: { times: dice.whole(1, 3), every: dice.whole(5, 200) },
    }),
    async run(world, { times, every }) {
      for (let i = 0; i < Number(times); i++) {
        if (i > 0) await sleep(Number(every))
        breaking(world, name).cut()
      }
    },
  }
}

/** What clients sent is done, the answers never come, and the connections are gone: each command's fate is unknown. */
function repliesLost(name: Name, weight: number): Fault {
  return {
    kind: `${name}-replies-lost`,
    weight,
    draw: dice => {
      const held = dice.whole(5, 400)
      return { lanes: [`${name}-network`], lasts: held, what: { held } }
    },
    async run(world, { held }) {
      breaking(world, name).hold({ up: false, down: true })
      await sleep(Number(held))
      proxy(world, name).cut()
      proxy(world, name).heal()
    },
  }
}

/** Connections stand and nothing passes, then everything does. */
function stalled(name: Name, weight: number, longest: number): Fault {
  return {
    kind: `${name}-stalled`,
    weight,
    draw: dice => {
      const lasts = dice.whole(300, longest)
      return { lanes: [`${name}-network`], lasts, what: { lasts } }
    },
    async run(world, { lasts }) {
      breaking(world, name).hold({ up: true, down: true })
      await sleep(Number(lasts))
      proxy(world, name).heal()
    },
  }
}

function slow(name: Name, weight: number, most: number): Fault {
  return {
    kind: `${name}-slow`,
    weight,
    draw: dice => {
      const lasts = dice.whole(1_000, 5_000)
      return {
        lanes: [`${name}-network`],
        lasts,
        what: { lasts, up: dice.whole(0, most), down: dice.whole(1, most) },
      }
    },
    async run(world, { lasts, up, down }) {
      breaking(world, name).slow({ up: Number(up), down: Number(down) })
      await sleep(Number(lasts))
      proxy(world, name).heal()
    },
  }
}

function away(name: Name, weight: number, longest: number): Fault {
  return {
    kind: `${name}-away`,
    weight,
    draw: dice => {
      const lasts = dice.whole(500, longest)
      return { lanes: [`${name}-network`], lasts, what: { lasts } }
    },
    async run(world, { lasts }) {
      takeAway(world, name)
      await sleep(Number(lasts))
      proxy(world, name).heal()
    },
  }
}

export const NETWORK: readonly Fault[] = [
  cut('redis', 4),
  repliesLost('redis', 4),
  stalled('redis', 2, 4_000),
  slow('redis', 2, 200),
  away('redis', 1, 4_000),
  cut('kafka', 3),
  repliesLost('kafka', 3),
  stalled('kafka', 1, 6_000),
  slow('kafka', 2, 150),
  away('kafka', 1, 4_000),
  away('registry', 2, 6_000),
]
