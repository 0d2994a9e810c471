import { readFileSync } from 'node:fs'
import { type Activity, NO_ACTIVITY } from '@hotlead/contracts'
import type { Log, Publisher } from '../packages/stream/src/log.ts'
import { form, InMemory, page } from './test/inMemory.ts'

/**
 * The whole path in memory under faults drawn from a seed: sends that fail before, in the middle of or after their
 * records, crashes, stores that fall back to an older dump or come back empty. Whatever happens, the leads, their moves
 * and their announcements must be those of the same log undisturbed. Batches of one record: how batches are cut decides
 * which tiers a lead passes through within one.
 */

const SEEDS = 40
const STEPS = 120
const MODEL = readFileSync(`${__dirname}/../models/default.yaml`, 'utf8')
const PEOPLE = ['v:v0', 'v:v1', 'v:v2', 'v:v3', 'p0@x.io', 'p1@x.io', 'p2@x.io']
const TICK: Activity = { ...NO_ACTIVITY, kind: 'tick', tick: { owner: 'x' } }

function chance(seed: number): () => number {
  let s = seed >>> 0
  return () => {
    s = (Math.imul(s, 1_664_525) + 1_013_904_223) >>> 0
    return s / 2 ** 32
  }
}

/** Sends that fail now and then: nothing written, a part of it, or all of it with the answer lost. */
function failing(publisher: Publisher, draw: () => number): Publisher {
  async function send<T, R>(list: readonly T[], write: (list: readonly T[]) => Promise<R>): Promise<R> {
    const x = draw()
    if (x >= 0.09) return write(list)
    if (x >= 0.06) await write(list)
    else if (x >= 0.03) await write(list.slice(0, Math.ceil(draw() * list.length)))
    throw new Error('the send failed, or its answer did')
  }
  return {
    ...publisher,
    own: (topic, list) => send(list, l => publisher.own(topic, l)),
    elsewhere: list => send(list, l => publisher.elsewhere(l)),
  }
}

async function play(seed: number, isFaulty: boolean) {
  const [story, fault] = [chance(seed), chance(seed * 7919 + 13)]
  const whole = (below: number) => Math.floor(story() * below)
  const all = await InMemory.open('default', 2)
  const { driver } = all
  const { cluster } = driver
  if (isFaulty) {
    const log = cluster.log.bind(cluster)
    cluster.log = (id, partition, source): Log => {
      const inner = log(id, partition, source)
      return { ...inner, fence: async () => failing(await inner.fence(), fault) }
    }
  }
  async function settle(): Promise<void> {
    for (let tries = 0; ; tries++) {
      try {
        return await driver.run(1)
      } catch (error) {
        if (tries === 500) throw error
        driver.crash('scorer')
        driver.crash('tiering')
      }
    }
  }
  function tick(): void {
    for (let p = 0; p < 2; p++)
      cluster.append('activity', p, { key: '#', value: all.codecs.activity.encode(TICK) })
  }

  const dumps: (() => void)[] = []
  function disturb(): void {
    for (const name of ['scorer', 'tiering']) {
      if (fault() < 0.1) driver.crash(name)
      for (let p = 0; p < 2; p++) {
        const store = driver.store(name, p)
        if (fault() < 0.1) {
          const dump = store.dump()
          dumps.push(() => {
            // Put back as a copy: the dump itself may come back once more.
            store.restore(dump)
            store.restore(store.dump())
          })
        }
        if (fault() < 0.01) store.restore(undefined)
      }
    }
    if (dumps.length > 0 && fault() < 0.06) dumps[Math.floor(fault() * dumps.length)]?.()
  }

  for (let step = 0; step < STEPS; step++) {
    const [visitor, what, messageId] = [`v${whole(4)}`, story(), String(step)]
    if (what < 0.55) {
      const path = ['/', '/pricing', '/blog/a', '/team'][whole(4)] as string
      await all.write('page', { ...page(visitor, path), messageId })
    } else if (what < 0.7) {
      const email = story() < 0.5 ? `p${whole(3)}@x.io` : undefined
      await all.write('track', { ...form(visitor, email), messageId })
    } else if (what < 0.72) {
      const n = whole(3)
      const { run } = driver
      driver.run = async () => {}
      await all.publish(n === 0 ? MODEL : MODEL.replaceAll('WARM', `TEPID${n}`))
      driver.run = run
    }
    const pause = story()
    if (pause < 0.3) cluster.clock += whole(3_000)
    if (pause > 0.93) {
      // Ticked at fixed moments, so that both runs have one log.
      await settle()
      cluster.clock += [5_000, 5 * 3_600_000, 4 * 86_400_000][whole(3)] as number
      tick()
    }
    if (story() < 0.5) await settle()
    if (isFaulty) disturb()
  }
  cluster.clock += 1_500
  tick()
  await settle()
  const leads = PEOPLE.filter(who => all.knows(who)).map(who => ({
    who,
    counts: all.counts(who),
    alias: all.score(who).lead.alias,
    model: all.score(who).model,
    moves: all.transitions(who).map(t => `${t.number} ${t.from} → ${t.to}`),
  }))
  return {
    leads,
    announced: all
      .hot()
      .map(h => h.id)
      .sort(),
  }
}

test('leads, moves and announcements are the same under any faults', async () => {
  for (let seed = 1; seed <= SEEDS; seed++)
    expect({ seed, ...(await play(seed, true)) }).toEqual({ seed, ...(await play(seed, false)) })
}, 240_000)
