import { parseModel } from '@hotlead/model'
import { countedOtherwise } from './countedOtherwise.ts'

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

/** Models and when each was made active; the last is active. */
function asked(
  history: [text: string, ...at: number[]][],
  after: string,
  o: { start?: number; taken?: { facts: string[]; at: number } } = {},
): string[] {
  const published = history.map(([text, ...activations]) => {
    const { version, name } = read(text).model
    return { workspace: 'demo', version, name, source: text, publishedAt: 0, activations }
  })
  const latest = published.toSorted((a, b) => Math.max(...a.activations) - Math.max(...b.activations)).at(-1)
  const taken = o.taken ? { id: 'r', offset: 5, ...o.taken } : null
  const active = [0, 1].map(() => ({
    version: latest?.version,
    recounts: { taken, prepared: null, ended: null },
  }))
  return countedOtherwise({ published, active, read: read(after), start: o.start ?? 0 })
}

const [A, B, C] = [source('/a'), source('/b'), source('/c')]

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
        [source('/b', '/d'), 2],
      ],
      B,
    ),
    ['docs', 'pricing'],
  ],
  ['points alone', asked([[A, 1]], A.replace('points: 10', 'points: 11')), []],
  ['it reads further back', asked([[A, 1]], source('/a', '/docs', '{ window: 30d }')), ['docs', 'pricing']],
  ['it reads less far back', asked([[source('/a', '/docs', '{ window: 30d }'), 1]], A), []],
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
  [
    'it was counted anew',
    asked(
      [
        [A, 1],
        [B, 5],
      ],
      B,
      { taken: { at: 4, facts: ['pricing'] } },
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
      { taken: { at: 4, facts: ['docs'] } },
    ),
    ['pricing'],
  ],
  [
    'it was counted anew, and otherwise since',
    asked(
      [
        [A, 1],
        [B, 5, 9],
        [C, 7],
      ],
      B,
      { taken: { at: 4, facts: ['pricing'] } },
    ),
    ['pricing'],
  ],
])('%s', (_what, found, expected) => expect(found).toEqual(expected))

test('partitions that took different recounts: as if there had been none', () => {
  const published = [A, B].map((text, i) => {
    const { version, name } = read(text).model
    return { workspace: 'demo', version, name, source: text, publishedAt: 0, activations: [i] }
  })
  const active = ['r', 's'].map(id => ({
    version: published[1]?.version,
    recounts: { taken: { id, offset: 5, at: 1, facts: ['pricing'] }, prepared: null, ended: null },
  }))
  expect(countedOtherwise({ published, active, read: read(B), start: 0 })).toEqual(['pricing'])
})
