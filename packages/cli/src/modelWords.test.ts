import { readFileSync } from 'node:fs'
import { parseModel } from '@hotlead/model'
import { modelLines } from './modelWords.ts'

function linesOf(source: string): string[] {
  const parsed = parseModel(source)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return modelLines(parsed.model, { style: (_style, text) => text, width: 100 })
}

test('signals with points, caps and decay; tiers as trees, the highest first', () => {
  expect(
    linesOf(`
name: small
decay: { halfLife: 7d }
signals:
  page-view: { type: page }
  form: { type: track, name: Form Submitted }
  careers: { type: page, path: /careers }
  video: { type: track, name: Video Played }
rules:
  - { signal: page-view, points: 1, cap: { perDay: 10, total: 50 } }
  - { signal: form, points: 30, decay: { window: 30d } }
  - { signal: careers, points: -5, decay: none }
tiers:
  - name: COLD
  - name: WARM
    enter: { score: { atLeast: 15 } }
  - name: HOT
    announce: true
    dwell: 2d
    coolDown: 7d
    enter:
      all:
        - score: { atLeast: 40 }
        - any:
            - count: { signal: form, within: 30d, atLeast: 1 }
            - not: { recency: { signal: careers, within: 7d } }
    exit: { not: { all: [{ score: { atLeast: 10 } }, { followUps: { below: 1 } }] } }
`),
  ).toEqual([
    'Signals and what each match adds',
    '  signal        points  counts                               fades',
    '  page-view         +1  at most 10 a day, at most 50 in all  half-life 7d',
    '  form             +30  every one                            window 30d',
    '  careers           -5  every one                            no decay',
    '  video      no points  only counted',
    '',
    'HOT, announced on hot-leads',
    '  enters when all of',
    '    score ≥ 40',
    '    any of',
    '      count of form within 30d ≥ 1',
    '      not last careers within 7d',
    '  leaves when not all of',
    '    score ≥ 10',
    '    count of follow-up < 1',
    '  stays for at least 2d',
    '  after leaving, comes back after 7d at the earliest',
    '',
    'WARM',
    '  enters when score ≥ 15',
    '  leaves when that no longer holds',
    '',
    'COLD, where every lead begins',
  ])
})

test.each(['default', 'smp'])('models/%s.yaml can be said in words', name => {
  const source = readFileSync(new URL(`../../../models/${name}.yaml`, import.meta.url), 'utf8')
  expect(linesOf(source).join('\n')).toMatch(/HOT, announced[\s\S]+enters when all of/)
})
