import assert from 'node:assert/strict'
import { settled } from './scheduler.ts'
import { Script } from './script.ts'

/** A schedule that broke an earlier version of the protocol, and what must come of it. */
export interface Played {
  title: string
  play(s: Script): Promise<void>
}

/**
 * Findings of `model-check/FINDINGS.md` by their numbers, each as the schedule that shows it. P, Q and R of the findings
 * are the workers a, b and c.
 */
export const PLAYED: Readonly<Record<number, Played>> = {
  1: {
    title: 'forty forwards, a crash before the commit, and all of them once more: they count once',
    async play(s) {
      const a = s.hand('counter')
      await a.run()
      s.append(
        ...Array.from({ length: 40 }, (): [string, { forward: string; add: number }] => [
          'v',
          { forward: 'z', add: 1 },
        ]),
      )
      await a.to('store.commit')
      await a.step('crashBefore')
      await s.hand('counter', 'b').run()
      await s.holds('b')
      assert.match(s.counts, /z@\d+=40$/)
    },
  },
  2: {
    title: 'a key that is HOT in the changelog before anyone judged it is announced',
    async play(s) {
      s.append(['a', { add: 10 }])
      await s.hand('counter').run()
      await s.hand('lamp').run()
      assert.equal(s.lit, 'a1')
      await s.holds()
    },
  },
  3: {
    title: 'an owner whose commit failed is at its end, with all that it had in memory',
    async play(s) {
      const lamp = s.hand('lamp')
      await lamp.run()
      const { owner } = lamp.worker
      assert(owner)
      s.append(['a', { add: 10 }])
      await s.hand('counter').run()
      await lamp.to('store.commit')
      await lamp.step('refused')
      const { cluster } = s.world
      const { records, next, highWatermark } = cluster.fetch('counts', 0, owner.next, 10)
      const again = owner.process(records, next, highWatermark).then(
        () => 'goes on',
        error => error.message,
      )
      assert.equal(await Promise.race([again, settled().then(() => 'makes calls')]), 'this owner has ended')
      await s.holds()
      assert.equal(s.switches, 'a1+')
    },
  },
  4: {
    title:
      'A HOT, A COLD, B HOT announced; Redis lost; A’s HOT snapshot compacted away: A’s numbers go on from the changelog',
    async play(s) {
      const [counter, lamp] = [s.hand('counter'), s.hand('lamp')]
      for (const add of [10, -10]) {
        s.append(['a', { add }])
        await counter.run()
        await lamp.run()
      }
      s.append(['b', { add: 10 }])
      await counter.run()
      await lamp.run()
      assert.equal(s.switches, 'a1+ a2− b1+')
      s.slot('lamp').store.restore(undefined)
      s.world.cluster.compact('counts', 0, 1_000)
      s.append(['a', { add: 10 }])
      await counter.run()
      await s.hand('lamp', 'b').run()
      await s.holds('b')
      assert.equal(s.switches, 'a1+ a2− b1+ a3+')
    },
  },
  5: {
    title: 'a zombie that holds a key as missing cannot write it over what others announced',
    async play(s) {
      const counter = s.hand('counter')
      const [p, q] = [s.hand('lamp', 'a'), s.hand('lamp', 'b')]
      await p.run()
      s.append(['a', { add: 3 }])
      await counter.run()
      await p.to('store.commit')
      s.append(['a', { add: 7 }])
      await counter.run()
      s.append(['a', { add: -7 }])
      await counter.run()
      await q.run()
      assert.equal(s.switches, 'a1+ a2−')
      await p.step()
      assert(p.hasLost)
      await s.holds('b')
    },
  },
  6: {
    title:
      'Redis falls back to what an owner that slept left there, and HOT is compacted away: the lead still cools',
    async play(s) {
      const counter = s.hand('counter')
      const [p, q, r] = [s.hand('lamp', 'a'), s.hand('lamp', 'b'), s.hand('lamp', 'c')]
      await p.run()
      s.append(['b', { add: 1 }])
      await counter.run()
      await p.run()
      const dump = s.slot('lamp').store.dump()
      s.append(['a', { add: 10 }])
      await counter.run()
      await q.run()
      s.append(['a', { add: -10 }])
      await counter.run()
      s.slot('lamp').store.restore(dump)
      s.world.cluster.compact('counts', 0, 1_000)
      await p.run()
      await r.run()
      await s.holds('c')
      assert.equal(s.switches, 'a1+ a2−')
    },
  },
  7: {
    title: 'a snapshot that an overtaken owner sent is refused, however late it comes',
    async play(s) {
      const [p, q] = [s.hand('counter', 'a'), s.hand('counter', 'b')]
      await p.run()
      s.append(['a', { add: 1 }])
      await p.to('log.own')
      s.append(['a', { add: 2 }])
      await q.run()
      s.append(['b', { add: 4 }])
      await q.run()
      await p.step()
      assert(p.hasLost)
      s.world.cluster.compact('counts', 0, 1_000)
      s.slot('counter').store.restore(undefined)
      await s.holds('b')
      assert.equal(s.counts, 'a@1=3 b@2=4')
    },
  },
  8: {
    title: 'a rebuild folds again from before the newest snapshot’s record, however long ago that was',
    async play(s) {
      s.append(['a', { add: 1 }])
      await s.hand('counter').run()
      s.append(['b', { add: 2 }])
      s.world.cluster.clock += 3 * 3_600_000
      s.append(['c', { add: 4 }])
      s.slot('counter').store.restore(undefined)
      await s.hand('counter', 'b').run()
      await s.holds('b')
    },
  },
  9: {
    title: 'what is published after the position is not published again by its rightful owner',
    async play(s) {
      const p = s.hand('counter')
      await p.run()
      s.append(['a', { add: 1 }], ['b', { add: 1 }])
      const dump = s.slot('counter').store.dump()
      await p.run()
      s.append(['a', { add: 1 }])
      await p.run()
      s.slot('counter').store.restore(dump)
      await s.hand('counter', 'b').run()
      await s.holds('b')
      assert.equal(s.counts, 'a@0=1 b@1=1 a@2=2')
    },
  },
  10: {
    title: 'of two owners that rebuild in chunks the overtaken one writes none',
    async play(s) {
      const counter = s.hand('counter')
      const sizes = { chunk: 1, slice: 1 }
      for (const key of ['a', 'b', 'c']) {
        s.append([key, { add: 1 }])
        await counter.run()
      }
      s.slot('counter').store.restore(undefined)
      const p = await s.hand('counter', 'b', sizes).to('store.write')
      const q = await s.hand('counter', 'c', sizes).to('store.wipe')
      await q.step()
      await p.step()
      assert(p.hasLost)
      await q.run()
      await s.holds('c')
    },
  },
  12: {
    title:
      'what a timer puts out carries the offset of the record that moved the clock, and so is known to be published',
    async play(s) {
      const [counter, lamp] = [s.hand('counter'), s.hand('lamp')]
      s.append(['a', { add: 10 }])
      await counter.run()
      await lamp.run()
      s.tick(10_000)
      await counter.run()
      await lamp.to('log.own')
      await lamp.step('crashAfter')
      const [mark] = s.world.cluster
        .history('counts', 0)
        .filter(r => r.key === '#')
        .slice(-1)
      const off = s.world.cluster.history('switches', 0).at(-1)
      assert.equal(JSON.parse(String(off?.value)).offset, mark?.offset)
      await s.holds('b')
      assert.equal(s.switches, 'a1+ a2−')
    },
  },
  18: {
    title: 'a read is refused where the state fell back: an absent key is not taken for a new one',
    async play(s) {
      const [counter, p] = [s.hand('counter'), s.hand('lamp', 'a', { cache: 1 })]
      await p.run()
      const dump = s.slot('lamp').store.dump()
      s.append(['a', { add: 10 }])
      await counter.run()
      await p.run()
      s.append(['b', { add: 1 }])
      await counter.run()
      await p.run()
      s.slot('lamp').store.restore(dump)
      s.append(['a', { add: 1 }])
      await counter.run()
      await p.run()
      assert(p.hasLost)
      await s.holds('b')
      assert.equal(s.switches, 'a1+')
    },
  },
  19: {
    title: 'Redis that falls back by one write, the owner’s own, is noticed',
    async play(s) {
      const [counter, p, q] = [s.hand('counter'), s.hand('lamp', 'a'), s.hand('lamp', 'b', { chunk: 1 })]
      await p.run()
      s.append(['a', { add: 10 }])
      await counter.run()
      await p.to('store.commit')
      await q.to('store.write')
      const dump = s.slot('lamp').store.dump()
      await q.run()
      s.slot('lamp').store.restore(dump)
      s.append(['a', { add: 1 }])
      await counter.run()
      await q.run()
      await s.holds('b')
      assert.equal(s.switches, 'a1+')
    },
  },
  20: {
    title: 'a write that was sent again arrives after later ones, and changes nothing',
    async play(s) {
      const [counter, p, q] = [s.hand('counter'), s.hand('lamp', 'a'), s.hand('lamp', 'b')]
      await p.run()
      s.append(['a', { add: 10 }])
      await counter.run()
      await p.to('store.commit')
      await q.to('store.write')
      await q.step('copied')
      await q.run()
      s.append(['a', { add: -10 }])
      await counter.run()
      await q.run()
      assert.equal(s.switches, 'a1+ a2−')
      await s.arrive()
      s.append(['a', { add: 10 }])
      await counter.run()
      await s.hand('lamp', 'c').run()
      await s.holds('c')
      assert.equal(s.switches, 'a1+ a2− a3+')
    },
  },
  21: {
    title: 'a copy of the claim that reaches an emptied Redis gives nobody the partition',
    async play(s) {
      const [counter, q] = [s.hand('counter'), s.hand('lamp', 'b')]
      s.append(['a', { add: 10 }])
      await counter.run()
      await s.hand('lamp').run()
      await q.to('store.claim')
      await q.step('copied')
      await q.run()
      s.slot('lamp').store.restore(undefined)
      await s.arrive()
      s.append(['a', { add: 1 }])
      await counter.run()
      await q.run()
      assert(q.hasLost)
      await s.holds('c')
      assert.equal(s.switches, 'a1+')
    },
  },
  22: {
    title:
      'nothing is published up to and at the last announced source: off and on again from one record stand once',
    async play(s) {
      const [counter, p] = [s.hand('counter'), s.hand('lamp')]
      s.append(['a', { add: 10 }])
      await counter.run()
      await p.run()
      s.world.cluster.clock += 10_000
      s.append(['a', { add: 1 }])
      await counter.run()
      s.tick(2_000)
      await counter.run()
      // The mark that would have put A out is gone: its next count puts it out, at its own time, and on.
      s.world.cluster.compact('counts', 0, 1_000)
      await p.to('log.own')
      await p.step('crashAfter')
      assert.equal(s.switches, 'a1+ a2− a3+')
      await s.hand('lamp', 'b').run()
      await s.holds('b')
      assert.equal(s.switches, 'a1+ a2− a3+ a4−')
    },
  },
  23: {
    title: 'a state that lacks what the changelog names below its position is built anew',
    async play(s) {
      const [counter, p] = [s.hand('counter'), s.hand('lamp', 'a')]
      await p.run()
      const dump = s.slot('lamp').store.dump()
      s.append(['a', { add: 10 }])
      await counter.run()
      await s.hand('lamp', 'b').run()
      s.append(['a', { add: -10 }])
      await counter.run()
      s.slot('lamp').store.restore(dump)
      s.world.cluster.compact('counts', 0, 1_000)
      // It folds [0, end), where nothing asks for a switch, so no fence stops it.
      await p.run()
      await s.hand('lamp', 'c').run()
      await s.holds('c')
      assert.equal(s.switches, 'a1+ a2−')
    },
  },
  24: {
    title:
      'the fence covers the projection: an overtaken owner cannot project what its successor has projected',
    async play(s) {
      const [counter, p, q] = [s.hand('counter'), s.hand('lamp', 'a'), s.hand('lamp', 'b')]
      await p.run()
      s.append(['a', { add: 10 }])
      await counter.run()
      await p.to('log.own')
      await p.step()
      assert.equal(p.call.call.about(), 'lit a')
      await q.to('log.own')
      assert.equal(q.call.call.about(), 'lit a')
      await p.step()
      await q.run()
      await s.holds('b')
      assert.equal(s.lit, 'a1')
    },
  },
  25: {
    title: 'ends are read behind the fence: what lands before it is known',
    async play(s) {
      const [counter, p, q] = [s.hand('counter'), s.hand('lamp', 'a'), s.hand('lamp', 'b')]
      await p.run()
      s.append(['a', { add: 10 }])
      await counter.run()
      await p.to('log.own')
      await q.to('log.fence.mark')
      await p.step()
      await q.run()
      await s.holds('b')
      assert.equal(s.switches, 'a1+')
    },
  },
  26: {
    title:
      'not answered: where the changelog is compacted before anyone acquires, an announcement is lost; hence its lag',
    async play(s) {
      const [counter, p] = [s.hand('counter'), s.hand('lamp')]
      await p.run()
      for (const [key, add] of [
        ['a', 10],
        ['a', -10],
        ['b', 10],
      ] as const) {
        s.append([key, { add }])
        await counter.run()
      }
      await p.to('log.own')
      await p.step('crashAfter')
      s.world.cluster.compact('switches', 0, 1_000)
      await s.hand('lamp', 'b').run()
      assert.equal(s.switches, 'a1+ a2− b1+')
      assert.equal(s.lit, 'b1')
    },
  },
  27: {
    title: 'what a key gives away is out before its snapshot says so',
    async play(s) {
      const p = s.hand('counter')
      await p.run()
      s.append(['v', { add: 5 }])
      await p.run()
      s.append(['v', { give: 'z' }])
      while (!['log.own', 'log.elsewhere'].includes(p.call.call.name)) await p.step()
      await p.step()
      await p.step('crashBefore')
      await s.hand('counter', 'b').run()
      await s.holds('b')
      assert.match(s.counts, /z@\d+=5$/)
    },
  },
  29: {
    title: 'poison of a backlog is buried, where a record over a minute later is published and Redis lost',
    async play(s) {
      const p = s.hand('counter')
      await p.run()
      s.poison('p')
      s.world.cluster.clock += 70_000
      s.append(['a', { add: 1 }])
      await p.to('log.deadLetter')
      await p.step('crashBefore')
      s.slot('counter').store.restore(undefined)
      await s.hand('counter', 'b').run()
      await s.holds('b')
    },
  },
  30: {
    title: 'an owner that a late claim gives its partition back does not take its old ends for lost records',
    async play(s) {
      const [p, q] = [s.hand('counter', 'a'), s.hand('counter', 'b')]
      await p.to('store.claim')
      await p.step('copied')
      await p.to('store.take')
      s.append(['a', { add: 1 }])
      await q.run()
      await s.arrive()
      await p.step()
      await p.run()
      assert.deepEqual([...s.world.refusals], [])
      await s.holds('b')
    },
  },
  31: {
    title: 'poison is buried before the first of several commits that a crowd of timers takes',
    async play(s) {
      const [counter, p] = [s.hand('counter'), s.hand('lamp', 'a', { cache: 1, wakes: 1 })]
      for (const key of ['a', 'b', 'c']) s.append([key, { add: 10 }])
      await counter.run()
      await p.run()
      // Seven is what no lamp can read.
      s.append(['d', { add: 7 }])
      s.tick(10_000)
      await counter.run()
      await p.to('store.commit')
      await p.step('crashAfter')
      await s.hand('lamp', 'b').run()
      await s.holds('b')
    },
  },
  33: {
    title: 'a state behind the start of the log is built anew where the changelog as a whole covers the gap',
    async play(s) {
      const p = s.hand('counter')
      await p.run()
      s.append(['a', { add: 1 }], ['b', { add: 1 }])
      await p.to('log.own')
      await p.step('crashAfter')
      // It adopts both snapshots, and commits the first record only.
      const q = s.hand('counter', 'b', { batch: () => 1 })
      await q.to('log.fetch')
      await q.to('store.commit')
      await q.step()
      const dump = s.slot('counter').store.dump()
      await q.run()
      s.slot('counter').store.restore(dump)
      s.world.cluster.truncate('adds', 0, 2)
      await s.hand('counter', 'c').run()
      await s.holds('c')
    },
  },
}

/** Plays one finding. @throws AssertionError where it is broken */
export async function playFinding(number: number): Promise<void> {
  const played = PLAYED[number]
  if (!played) throw new Error(`finding ${number} has no schedule`)
  await played.play(new Script())
}
