import { parseModel } from '@hotlead/model'
import { countedOtherwise } from './countedOtherwise.ts'

/** Further apart than clocks. */
const TENS = 600_000

const source = (pricing: string, docs = '/docs', decay = 'none') => `
name: prices
decay: ${decay}
signals:
  pricing: { type: page, path: ${pricing} }
  docs: { type: page, path: ${docs} }
rules:
  - { signal: pricing, points: 10 }
  - { signal: docs, points: 1 }
tiers:
  - name: COLD
  - { name: HOT, announce: true, enter: { score: { atLeast: 30 } } }
`

function read(text: string) {
  const parsed = parseModel(text)
  if (!parsed.ok) throw new Error(parsed.problems[0]?.message)
  return parsed
}

/** Models and when each was made active, in tens of minutes, the last of them now; and what was counted anew then. */
function asked(
  history: [text: string, ...at: number[]][],
  after: string,
  o: { start?: number; anew?: Record<number, string[]> } = {},
): string[] {
  const published = history.map(([text, ...at]) => {
    const { version, name } = read(text).model
    const recounts = at.flatMap(t => {
      const facts = o.anew?.[t]
      return facts ? [{ id: `r${t}`, at: t * TENS, facts }] : []
    })
    const activations = at.map(t => t * TENS)
    return { workspace: 'demo', version, name, source: text, publishedAt: 0, activations, recounts }
  })
  const latest = published.toSorted((a, b) => Math.max(...a.activations) - Math.max(...b.activations)).at(-1)
  const active = [{ version: latest?.version }, { version: latest?.version }]
  return countedOtherwise({ published, active, read: read(after), start: (o.start ?? 1) * TENS })
}

const [A, B, C] = [source('/a'), source('/b'), source('/c')]
const D = source('/b', '/d')
const WINDOW = source('/a', '/docs', '{ window: 30d }')

test.each<[string, string[], string[]]>([
  ['there was no model: all', asked([], A), ['docs', 'pricing']],
  ['the model before it matched otherwise', asked([[A, 1]], B), ['pricing']],
  [
    'it is active already, without the past',
    asked(
      [
        [A, 1],
        [B, 2],
      ],
      B,
    ),
    ['pricing'],
  ],
  [
    'one more lies between',
    asked(
      [
        [A, 1],
        [B, 2],
        [C, 3],
      ],
      C,
    ),
    ['pricing'],
  ],
  [
    'back to the one before',
    asked(
      [
        [A, 1, 3],
        [B, 2],
      ],
      A,
    ),
    ['pricing'],
  ],
  [
    'two models differ in two signals',
    asked(
      [
        [A, 1],
        [D, 2],
      ],
      B,
    ),
    ['docs', 'pricing'],
  ],
  ['points alone', asked([[A, 1]], A.replace('points: 10', 'points: 11')), []],
  ['it reads further back', asked([[A, 1]], WINDOW), ['docs', 'pricing']],
  ['it reads less far back', asked([[WINDOW, 1]], A), []],
  [
    'the log has nothing of the other’s time',
    asked(
      [
        [A, 1],
        [B, 5],
      ],
      B,
      { start: 6 },
    ),
    [],
  ],
  [
    'the log has a little of it',
    asked(
      [
        [A, 1],
        [B, 5],
      ],
      B,
      { start: 4 },
    ),
    ['pricing'],
  ],
  ['the log is older than the first model', asked([[A, 5]], A), ['docs', 'pricing']],
  ['it is, and that was counted anew', asked([[A, 5]], A, { anew: { 5: ['docs', 'pricing'] } }), []],
  [
    'it was counted anew',
    asked(
      [
        [A, 1],
        [B, 5],
      ],
      B,
      { anew: { 5: ['pricing'] } },
    ),
    [],
  ],
  [
    'another fact was',
    asked(
      [
        [A, 1],
        [B, 5],
      ],
      B,
      { anew: { 5: ['docs'] } },
    ),
    ['pricing'],
  ],
  [
    'and otherwise since',
    asked(
      [
        [A, 1],
        [B, 5, 9],
        [C, 7],
      ],
      B,
      { anew: { 5: ['pricing'] } },
    ),
    ['pricing'],
  ],
  [
    'one fact after the other',
    asked(
      [
        [A, 1],
        [B, 5],
        [D, 7],
      ],
      D,
      { anew: { 5: ['pricing'], 7: ['docs'] } },
    ),
    [],
  ],
])('%s', (_what, found, expected) => expect(found).toEqual(expected))

test('a model that is active and was never noted', () => {
  const published = [A, B].map(text => {
    const { version, name } = read(text).model
    const activations = text === A ? [TENS] : []
    return { workspace: 'demo', version, name, source: text, publishedAt: 0, activations, recounts: [] }
  })
  const active = [{ version: published[1]?.version }]
  expect(countedOtherwise({ published, active, read: read(A), start: TENS })).toEqual(['pricing'])
})
