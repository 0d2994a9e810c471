import { type Difference, differences } from './differences.ts'

const MODEL = {
  name: 'x',
  decay: { halfLife: '7d' },
  signals: { page: { type: 'page' }, form: { type: 'track', name: 'Form' } },
  rules: [
    { signal: 'page', points: 1, cap: { perDay: 10 } },
    { signal: 'form', table: { of: 'property.plan', points: { team: 10 } } },
  ],
  tiers: [
    { name: 'COLD' },
    { name: 'HOT', enter: { all: [{ score: { atLeast: 40 } }, { fit: { above: 1 } }] } },
  ],
}

/** `what change effect: path before → after; …` */
function told(after: object): string[] {
  return differences(MODEL, { ...MODEL, ...after }).map(
    (d: Difference) =>
      `${d.what} ${d.change} ${d.effect}: ${d.settings.map(s => `${s.path} ${s.before} → ${s.after}`).join('; ')}`,
  )
}

test.each<[string, object, string[]]>([
  ['nothing', {}, []],
  ['the order of settings', { decay: { ...MODEL.decay } }, []],
  ['a decay', { decay: { halfLife: '14d' } }, ['decay changed at once: halfLife 7d → 14d']],
  [
    'points and a cap',
    { rules: [{ signal: 'page', points: 2, cap: { perDay: 10, total: 50 } }, MODEL.rules[1]] },
    ['rule page changed at once: points 1 → 2; cap.total undefined → 50'],
  ],
  [
    'a rule less',
    { rules: [MODEL.rules[0]] },
    [
      'rule form removed at once:  { signal: form, table: { of: property.plan, points: { team: 10 } } } → undefined',
    ],
  ],
  [
    'what a signal matches',
    { signals: { ...MODEL.signals, page: { type: 'page', path: '/x' } } },
    ['signal page changed from now on: path undefined → /x'],
  ],
  [
    'a new signal',
    { signals: { ...MODEL.signals, mail: { name: 'Mail' } } },
    ['signal mail added from now on:  undefined → { name: Mail }'],
  ],
  [
    'the points of a row',
    { rules: [MODEL.rules[0], { signal: 'form', table: { of: 'property.plan', points: { team: 20 } } }] },
    ['rule form changed at once: table.points.team 10 → 20'],
  ],
  [
    'a row more',
    {
      rules: [
        MODEL.rules[0],
        { signal: 'form', table: { of: 'property.plan', points: { team: 10, big: 20 } } },
      ],
    },
    ['rule form changed from now on: table.points.big undefined → 20'],
  ],
  [
    'a bound deep in a tier',
    {
      tiers: [
        MODEL.tiers[0],
        { name: 'HOT', enter: { all: [{ score: { atLeast: 50 } }, { fit: { above: 1 } }] } },
      ],
    },
    ['tier HOT changed at once: enter.all[0].score.atLeast 40 → 50'],
  ],
  [
    'tiers the other way round',
    { tiers: MODEL.tiers.toReversed() },
    ['tiers changed at once: order COLD, HOT → HOT, COLD'],
  ],
])('%s', (_what, after, expected) => expect(told(after)).toEqual(expected))
