import { type Activity, Codec } from '@hotlead/contracts'
import type { LogRecord } from '@hotlead/kafka'
import { FOLDED } from '@hotlead/processors'
import type { Log } from '@hotlead/whatif'
import fc from 'fast-check'
import { DAY, form, InMemory, page } from './inMemory.ts'

/** Whatever may happen to three visitors and two leads, and the log that comes of it. */

export const ANN = 'ann@example.com'
export const BOB = 'bob@example.com'
export const HOUR = 3_600_000

/** Read as those do who only fold it. */
const reading = new Map<number, Codec<Activity>>()
function readingFor({ id }: Codec<Activity>): Codec<Activity> {
  const codec = reading.get(id) ?? new Codec<Activity>('activity', id, FOLDED)
  reading.set(id, codec)
  return codec
}

/**
 * The log as it stands, to be folded by any models.
 * @param o.from by partition: what retention left begins there @param o.less so many of its last records are not in it
 * @param o.pause before each chunk
 */
export function logOf(
  all: InMemory,
  o: { from?: readonly number[]; less?: readonly number[]; pause?: () => Promise<void> } = {},
): Log<LogRecord> {
  const { cluster } = all.driver
  const codec = readingFor(all.codecs.activity)
  const chunks = async function* (partition: number) {
    const whole = cluster.partition('activity', partition)
    const records = whole.slice(0, Math.max(0, whole.length - (o.less?.[partition] ?? 0)))
    for (let i = o.from?.[partition] ?? 0; i < records.length; i += 7) {
      await o.pause?.()
      yield records.slice(i, i + 7)
    }
  }
  return {
    workspace: 'demo',
    partitions: Array.from({ length: cluster.partitions }, (_, p) => chunks(p)),
    partitionOf: key => cluster.partitionOf(key),
    decode: r => codec.decode(r.value as Buffer),
  }
}

export const who = fc.constantFrom('a', 'b', 'c')
export const path = fc.constantFrom('/', '/pricing', '/product/x', '/careers', '/download/y')
export const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ pages: fc.array(path, { minLength: 1, maxLength: 4 }), by: who }) },
  { weight: 2, arbitrary: fc.record({ form: fc.constantFrom(ANN, BOB, undefined), by: who }) },
  { weight: 1, arbitrary: fc.record({ identify: fc.constantFrom(ANN, BOB), by: who }) },
  { weight: 1, arbitrary: fc.record({ call: fc.constantFrom(ANN, BOB) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      tell: fc.constantFrom(ANN, BOB, 'v:a', 'v:b', 'v:c'),
      as: fc.constantFrom('won', 'lost'),
    }),
  },
  { weight: 3, arbitrary: fc.record({ wait: fc.constantFrom(700, 5_000, HOUR, 3 * DAY, 40 * DAY) }) },
)
export type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

export async function play(steps: readonly Step[], partitions: number, model: string): Promise<InMemory> {
  const all = await InMemory.open(model, partitions)
  for (const [i, s] of steps.entries()) {
    // What is produced apart has a stamp apart.
    all.driver.cluster.clock += 1 + ((i * 37) % 400)
    if ('pages' in s) await all.send('batch', { batch: s.pages.map(p => page(s.by, p)) })
    else if ('form' in s) await all.send('track', form(s.by, s.form))
    else if ('identify' in s) await all.send('identify', { anonymousId: s.by, traits: { email: s.identify } })
    else if ('call' in s) await all.call(s.call)
    else if ('tell' in s) await all.tell(s.tell, s.as)
    else await all.driver.advance(s.wait, Math.min(s.wait, 6 * HOUR))
  }
  return all
}

/** Rises and falls quickly, waits, and is announced again. */
export const RISING = `
name: rising
signals: { page-view: { type: page }, form: { type: track, name: Form Submitted }, careers: { type: page, path: /careers } }
rules:
  - { signal: page-view, points: 5, decay: { linear: 5d } }
  - { signal: form, points: 20, decay: { window: 2d } }
  - { signal: careers, points: -20, decay: { halfLife: 2h } }
tiers:
  - name: COLD
  - name: WARM
    enter: { score: { atLeast: 10 } }
    dwell: 1d
  - name: HOT
    announce: { again: 10d }
    coolDown: 12h
    enter: { all: [{ score: { atLeast: 20 } }, { not: { followUps: { within: 7d, atLeast: 1 } } }] }
    exit: { any: [{ score: { below: 15 } }, { followUps: { since: tier, atLeast: 1 } }] }
`
