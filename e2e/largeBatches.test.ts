import { factsOf } from '@hotlead/model'
import { Installation } from '@hotlead/testkit'

/** Batches larger than one partition's share of a fetch: what was answered 200 must be counted. */

let hot: Installation
afterAll(() => hot.close())

test('every event answered 200 is counted, also where a visitor sends large ones', async () => {
  hot = await Installation.open()
  await hot.start('ingestor')
  const wide = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`p${i}`, 'x'.repeat(250)]))
  const visitors = Array.from({ length: 8 }, (_, i) => `big-${i}`)
  for (const v of visitors)
    for (let round = 0; round < 3; round++) {
      const said = await Promise.all(
        Array.from({ length: 4 }, () =>
          hot.post('/v1/batch', {
            batch: Array.from({ length: 16 }, () => ({
              type: 'page',
              anonymousId: v,
              properties: { url: 'https://x.io/blog/a', ...wide },
            })),
          }),
        ),
      )
      expect(new Set(said)).toEqual(new Set([200]))
    }
  await Promise.all([hot.start('scorer'), hot.start('tiering')])
  await hot.folded()
  const activity = (await hot.read('activity')).filter(r => r.decoded.event)
  const counted = new Map<string, number>()
  for (const { key, decoded } of await hot.read('scores')) {
    const f = decoded.lead && factsOf(decoded.lead, 'page-view')
    if (f) counted.set(key, f.older + f.buckets.reduce((s, b) => s + b.count, 0))
  }
  expect({ inLog: activity.length, counted: Object.fromEntries([...counted].sort()) }).toEqual({
    inLog: 8 * 3 * 4 * 16,
    counted: Object.fromEntries(visitors.map(v => [`demo/v:${v}`, 3 * 4 * 16])),
  })
}, 240_000)
