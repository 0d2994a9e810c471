import fc from 'fast-check'
import { NOW, packed, posted, SNOWPLOWS, taken } from '../../../test/snowplow.ts'
import type { Format } from '../format.ts'
import { SNOWPLOW, SNOWPLOW_PIXEL } from '../snowplow.ts'

describe('whatever comes, nothing throws: each event is in the log’s shape, or has named problems', () => {
  const NAMES =
    'e aid eid uid duid nuid tnuid dtm stm ttm url page refr ua ip lang tz res ds vp sid vid p tv se_ac se_va pp_may tr_tt ue_pr ue_px co cx'
  const json = fc.jsonValue({ maxDepth: 3 })
  const self = fc.record({
    schema: fc.oneof(
      json,
      fc
        .tuple(
          fc.constantFrom(SNOWPLOWS, 'com.acme'),
          fc.constantFrom(
            'submit_form',
            'link_click',
            'site_search',
            'change_form',
            'screen_view',
            'identify',
            'user',
            '__proto__',
          ),
        )
        .map(([vendor, name]) => `iglu:${vendor}/${name}/jsonschema/1-0-0`),
    ),
    data: fc.oneof(
      json,
      fc.record({ elements: json, terms: json, name: json, email: json }, { requiredKeys: [] }),
    ),
  })
  const wrapped = fc.record({ data: fc.oneof(json, self, fc.array(self)) })
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '',
      'pv',
      'pp',
      'se',
      'ue',
      'tr',
      'ti',
      '0',
      '1e99',
      String(NOW),
      '8x9',
      'null',
      'ann@example.com',
      'https://x.example/?utm_source=%',
    ),
    wrapped.map(packed),
    wrapped.map(w => JSON.stringify(w)),
  )
  const event = fc.oneof(
    json,
    fc.dictionary(fc.oneof(fc.string(), fc.constantFrom(...NAMES.split(' '))), fc.oneof(json, text)),
    fc.record({ e: text, duid: text, ue_px: wrapped.map(packed), co: wrapped.map(w => JSON.stringify(w)) }),
  )
  function holds(format: Format, body: Buffer) {
    for (const outcome of taken(format, body, { body: true })) {
      if (outcome.kind === 'ok')
        expect(outcome.event.value.event?.type).toMatch(/^(page|track|screen|identify)$/)
      else {
        expect(outcome.problems.length).toBeGreaterThan(0)
        for (const problem of outcome.problems) expect(problem).toMatch(/^[\w[\], .]+: /)
      }
    }
  }

  test('posted', () => {
    const bodies = fc.oneof(
      fc.array(event, { maxLength: 4 }).map(events => posted(...events)),
      json.map(value => Buffer.from(JSON.stringify(value))),
      fc.uint8Array().map(bytes => Buffer.from(bytes)),
    )
    fc.assert(
      fc.property(bodies, body => holds(SNOWPLOW, body)),
      { numRuns: 1_000 },
    )
  })

  test('as a query', () => {
    const queries = fc.oneof(
      fc.dictionary(fc.constantFrom(...NAMES.split(' ')), text).map(o => new URLSearchParams(o).toString()),
      fc.string({ unit: 'binary' }),
    )
    fc.assert(
      fc.property(queries, query => holds(SNOWPLOW_PIXEL, Buffer.from(query))),
      { numRuns: 1_000 },
    )
  })
})
