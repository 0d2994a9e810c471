import type { Log } from '../packages/stream/src/log.ts'
import { form, InMemory, page } from './test/inMemory.ts'
import { readFileSync } from 'node:fs'
import { PartitionOwner } from '../packages/stream/src/owner.ts'

const acquire = PartitionOwner.acquire
if (process.env.REVIEW_COMPACT) PartitionOwner.acquire = ((o: object) => acquire.call(PartitionOwner, { ...o, compactionLag: 86_400_000 } as never)) as never

function rng(seed: number) {
  let s = seed >>> 0
  return () => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0
    return s / 2 ** 32
  }
}
const DEFAULT = readFileSync(`${__dirname}/../models/default.yaml`, 'utf8')

async function play(seed: number, faulty: boolean) {
  const r = rng(seed)
  const f = rng(seed * 7919 + 13)
  const all = await InMemory.open('default', 2)
  const { driver } = all
  let faults = 0
  if (faulty) {
    const log = driver.cluster.log.bind(driver.cluster)
    driver.cluster.log = (id, p, source): Log => {
      const inner = log(id, p, source)
      return {
        ...inner,
        async fence() {
          const pub = await inner.fence()
          const maybe = async <T>(list: readonly T[], send: (l: readonly T[]) => Promise<unknown>) => {
            const x = f()
            if (x < 0.03) { faults++; throw new Error('before') }
            if (x < 0.06) { faults++; await send(list.slice(0, Math.ceil(f() * list.length))); throw new Error('partial') }
            if (x < 0.09) { faults++; await send(list); throw new Error('after') }
            return send(list)
          }
          return {
            ...pub,
            own: (t, l) => maybe(l, x => pub.own(t, x)) as Promise<number[]>,
            elsewhere: async l => void (await maybe(l, x => pub.elsewhere(x))),
          }
        },
      }
    }
  }
  const dumps: (() => void)[] = []
  async function settle(act: () => Promise<unknown>) {
    try { await act() } catch { }
    for (let i = 0; ; i++) {
      if (i > 500) throw new Error('never settles')
      try { await driver.run(1); return } catch (e) {
        driver.crash('scorer'); driver.crash('tiering')
        if (i > 490) throw e
      }
    }
  }
  const sent: string[] = []
  for (let step = 0; step < 120; step++) {
    const v = `v${Math.floor(r() * 4)}`
    const x = r()
    const id = `${step}`
    if (x < 0.55) await all.write('page', { ...page(v, ['/', '/pricing', '/blog/a', '/team'][Math.floor(r() * 4)] as string), messageId: id })
    else if (x < 0.7) await all.write('track', { ...form(v, r() < 0.5 ? `p${Math.floor(r() * 3)}@x.io` : undefined), messageId: id })
    else if (x < 0.72) {
      const n = Math.floor(r() * 3)
      const src = n === 0 ? DEFAULT : DEFAULT.replaceAll('WARM', `TEPID${n}`)
      // write the control without running
      const run = driver.run.bind(driver)
      driver.run = async () => {}
      await all.publish(src)
      driver.run = run
    }
    const y = r()
    if (y < 0.3) driver.cluster.clock += Math.floor(r() * 3000)
    if (y > 0.93) {
      // time passes in steps, ticked at fixed moments so that both runs have one log
      const ms = [5_000, 3_600_000 * 5, 86_400_000 * 4][Math.floor(r() * 3)] as number
      await settle(async () => {})
      driver.cluster.clock += ms
      for (let p = 0; p < 2; p++) driver.cluster.append('activity', p, { key: '#', value: all.codecs.activity.encode({ kind: 'tick', via: null, event: null, link: null, merge: null, followUp: null, control: null, tick: { owner: 'x' } } as never) })
    }
    if (r() < 0.5) await settle(async () => {})
    if (faulty) {
      if (f() < 0.1) { driver.crash('scorer'); faults++ }
      if (f() < 0.1) { driver.crash('tiering'); faults++ }
      for (const name of ['scorer', 'tiering']) for (let p = 0; p < 2; p++) {
        if (f() < 0.1) { const d = driver.store(name, p).dump(); dumps.push(() => driver.store(name, p).restore(structuredCloneDump(d))) }
      }
      if (dumps.length && f() < 0.06) { faults++; (dumps[Math.floor(f() * dumps.length)] as () => void)() }
      if (process.env.REVIEW_COMPACT && f() < 0.2) for (const topic of ['scores', 'tiers']) for (let p = 0; p < 2; p++) {
        const records = driver.cluster.partition(topic, p)
        const latest = new Map(records.map(x => [x.key, x.offset]))
        const kept = records.filter(x => x.timestamp > driver.cluster.clock - 86_400_000 || latest.get(x.key) === x.offset)
        records.length = 0
        records.push(...kept)
      }
      if (f() < 0.02) { faults++; driver.store(f() < 0.5 ? 'scorer' : 'tiering', f() < 0.5 ? 0 : 1).restore(undefined) }
    }
  }
  driver.cluster.clock += 1500
  for (let p = 0; p < 2; p++) driver.cluster.append('activity', p, { key: '#', value: all.codecs.activity.encode({ kind: 'tick', via: null, event: null, link: null, merge: null, followUp: null, control: null, tick: { owner: 'x' } } as never) })
  await settle(async () => {})
  const who = ['v:v0', 'v:v1', 'v:v2', 'v:v3', 'p0@x.io', 'p1@x.io', 'p2@x.io']
  const out: Record<string, unknown> = {}
  for (const w of who) {
    if (!all.knows(w)) continue
    out[w] = {
      counts: all.counts(w), alias: all.score(w).lead.alias, model: all.score(w).model,
      moves: process.env.REVIEW_COMPACT ? [] : all.transitions(w).map(t => `${t.number} ${t.from}>${t.to}`), number: all.transitions(w).at(-1)?.number,
      last: all.transitions(w).at(-1)?.to,
    }
  }
  const hot = all.hot().map(h => h.id).sort()
  return { out, hot, faults }
}
const structuredCloneDump = (d: any) => ({ stamp: d.stamp, position: d.position, states: new Map(d.states), timers: new Map(d.timers), indexes: new Map([...d.indexes].map(([n, m]: any) => [n, new Map(m)])) })

const SEEDS = Number(process.env.REVIEW_SEEDS ?? 60)
test('faults', async () => {
  let bad = 0
  for (let seed = 1; seed <= SEEDS; seed++) {
    const clean = await play(seed, false)
    let dirty
    try { dirty = await play(seed, true) } catch (e) { console.log(seed, 'THROWS', (e as Error).stack?.slice(0, 600)); bad++; continue }
    const a = JSON.stringify({ ...clean, faults: 0 }), b = JSON.stringify({ ...dirty, faults: 0 })
    const gaps = Object.values(dirty.out).some((o: any) => o.moves.some((m: string, i: number) => Number(m.split(' ')[0]) !== i + 1))
    if (gaps || new Set(dirty.hot).size !== dirty.hot.length) { bad++; console.log(seed, 'GAP/REPEAT', JSON.stringify(dirty, null, 1).slice(0, 3000)) }
    else if (a !== b) {
      bad++
      const diffs = Object.keys({ ...clean.out, ...dirty.out }).filter(k => JSON.stringify(clean.out[k]) !== JSON.stringify(dirty.out[k]))
      console.log(seed, 'DIFF faults', dirty.faults, diffs.map(k => `${k}\n  ${JSON.stringify(clean.out[k])}\n  ${JSON.stringify(dirty.out[k])}`).join('\n'), JSON.stringify(clean.hot) === JSON.stringify(dirty.hot) ? '' : `hot ${clean.hot} | ${dirty.hot}`)
    }
  }
  console.log('bad', bad, 'of', SEEDS)
  expect(bad).toBe(0)
}, 300_000)
