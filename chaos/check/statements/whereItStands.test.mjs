import { NEVER } from '../lead/counts.mjs'
import { nothingKnown } from '../lead/facts.mjs'
import { readModel } from '../model/read.mjs'
import { HOUR, NOON } from '../test/log.mjs'
import { wrongStory } from './explanations.mjs'
import { wrongByFacts, wrongByItself } from './whereItStands.mjs'

const model = readModel(`
signals: { a: { type: page } }
rules: [{ signal: a, points: 10 }]
scores: { product: { rules: [{ signal: a, points: 3 }], limit: 5 } }
fit: { rules: [{ attribute: size, brackets: [{ from: 10, points: 30 }], unknown: 2 }], limit: 25 }
grid: { fit: [{ name: A, atLeast: 20 }, { name: B }], score: [{ name: 1, atLeast: 5 }, { name: 2 }], of: product }
phases: [{ name: aware }, { name: buying, when: { count: { signal: a, atLeast: 2 } } }]
tiers: [{ name: COLD }, { name: HOT, announce: { again: 1h }, enter: { score: { atLeast: 20 } } }]`)

const facts = nothingKnown()
facts.signals.set('a', { ...NEVER, last: NOON, hours: [{ hour: NOON / HOUR, count: 2 }] })
facts.attributes.set('size', { value: 12, at: NOON })

const part = (rule, millipoints) => ({ rule, millipoints })
const product = {
  name: 'product',
  millipoints: 5_000,
  contributions: [part('a', 6_000), part('limit', -1_000)],
}
/** A rise to HOT as tiering tells it, the standing before it in since and left. */
const move = {
  from: 'COLD',
  to: 'HOT',
  at: NOON,
  cause: 'activity',
  announce: true,
  millipoints: 20_000,
  contributions: [part('a', 20_000)],
  scores: [product],
  fit: 25_000,
  grid: 'A1',
  phase: 'buying',
  attributes: [{ name: 'size', value: 12, at: NOON }],
  since: NOON - HOUR,
  left: [],
}
const alone = more => wrongByItself({ ...move, ...more }, model, move.left).map(w => w.join(': '))
const byFacts = more => wrongByFacts({ ...move, ...more }, model, facts).map(w => w.join(': '))

test('a move that tells what its model says', () => {
  expect([alone(), byFacts()]).toEqual([[], []])
})

test.each([
  ['another fit', { fit: 30_000 }, 'its fit is 30000'],
  ['no fit', { fit: null }, 'its fit is null'],
  ['another cell', { grid: 'A2' }, 'its cell is A2'],
  ['a phase that there is not', { phase: 'early' }, 'its phase is early'],
  ['a score too few', { scores: [], grid: 'A1' }, 'its scores are'],
  [
    'a score that does not sum',
    { scores: [{ ...product, millipoints: 6_000 }] },
    'product: the contributions sum',
  ],
  ['no announcement', { announce: false }, 'expected true'],
])('by itself: %s', (_what, more, words) => {
  expect(alone(more)).toContainEqual(expect.stringContaining(words))
})

test('announced again only so long after it was left', () => {
  const left = [{ tier: 'HOT', at: NOON - HOUR + 1 }]
  expect(wrongByItself(move, model, left)).toEqual([['hot', expect.stringContaining('expected false')]])
})

test.each([
  ['another tier', { to: 'COLD' }, 'its facts make it HOT'],
  ['another phase', { phase: 'aware' }, 'its phase is aware'],
  ['another cell', { grid: 'B1' }, 'its cell is B1'],
  [
    'another part of another score',
    { scores: [{ ...product, contributions: [part('a', 5_000)] }] },
    'product: the rule a',
  ],
])('by its facts: %s', (_what, more, words) => {
  expect(byFacts(more)).toEqual([expect.stringContaining(words)])
})

describe('what the command line tells of a lead', () => {
  const story = {
    at: NOON,
    tier: 'COLD',
    since: 0,
    score: 20,
    millipoints: 20_000,
    contributions: [part('a', 20_000)],
    limits: [],
    scores: [
      { name: 'product', millipoints: 5_000, rules: [part('a', 6_000)], limits: [part('limit', -1_000)] },
    ],
    fit: { millipoints: 25_000, rules: [{ points: 30 }], limits: [part('limit', -5_000)] },
    grid: 'A1',
    phase: 'buying',
  }
  const wrong = more => wrongStory({ ...story, ...more }, { facts }, model)
  test.each([
    ['all of it', {}, []],
    ['another score', { score: 21 }, ['score is 21']],
    ['a limit too few', { scores: [{ ...story.scores[0], limits: [] }] }, ['product: the limit adds 0']],
    ['a score too few', { scores: [] }, ['scores are score, of']],
    ['no fit', { fit: undefined }, ['its fit is undefined']],
    ['answers of its fit', { fit: { ...story.fit, rules: [] } }, ['the answers of its fit sum to -5000']],
    ['no phase', { phase: undefined }, ['its phase is undefined']],
  ])('%s', (_what, more, words) => {
    expect(wrong(more)).toEqual(words.map(w => expect.stringContaining(w)))
  })
})
