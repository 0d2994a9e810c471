import type { HotLead } from '@hotlead/contracts'
import { announcementJson, announcementLines } from './announcement.ts'

const HOT: HotLead = {
  workspace: 'demo',
  lead: 'l:x',
  tier: 'HOT',
  from: 'WARM',
  since: Date.UTC(2026, 10, 24, 9, 30),
  number: 2,
  cause: 'merge',
  model: '1629358957a2',
  millipoints: 46_001,
  contributions: [
    { rule: 'pricing', millipoints: 16_001 },
    { rule: 'form-submit', millipoints: 30_000 },
  ],
  conditions: [
    { text: 'score ≥ 40', value: '46.001', holds: true },
    { text: 'count of demo-request ≥ 1', value: '0', holds: false },
  ],
  scores: [],
  fit: null,
  grid: null,
  phase: null,
  attributes: [{ name: 'email', value: 'sato@example.co.jp', at: 0 }],
  visitors: ['v:a1'],
  recent: Array.from({ length: 7 }, (_, i) => ({
    id: i,
    at: Date.UTC(2026, 10, 24, 9, i),
    what: `page /${i}`,
  })),
  tiersOffset: 4,
}
const look = { style: (_style: string, text: string) => text }

test('who, since when, why, and what they did last', () => {
  expect(announcementLines(HOT, look)).toEqual([
    'HOT sato@example.co.jp  l:x',
    '  since 2026-11-24 09:30:00 UTC, from WARM (as its visitor became known), score 46.001',
    '  form-submit 30.000 + pricing 16.001',
    '  ✓ score ≥ 40                 is 46.001',
    '  ✗ count of demo-request ≥ 1  is 0',
    '  2026-11-24 09:06:00 UTC  page /6',
    '  2026-11-24 09:05:00 UTC  page /5',
    '  2026-11-24 09:04:00 UTC  page /4',
    '  2026-11-24 09:03:00 UTC  page /3',
    '  2026-11-24 09:02:00 UTC  page /2',
  ])
})

test('a model that only counts adds no line of points', () => {
  const lines = announcementLines({ ...HOT, contributions: [], conditions: [], recent: [] }, look)
  expect(lines).toHaveLength(2)
})

test('for programs, with the id that the CloudEvents header has', () => {
  expect(announcementJson(HOT)).toMatchObject({
    id: 'demo/l:x#2',
    score: 46.001,
    email: 'sato@example.co.jp',
    number: 2,
  })
})

test('what came in with an event cannot steer the terminal', () => {
  const nasty = {
    ...HOT,
    attributes: [],
    lead: 'v:\u001b]0;x\u0007',
    recent: [{ id: 1, at: 0, what: '\u001b[2J' }],
  }
  const text = announcementLines(nasty, look).join()
  expect(text.includes('\u001b') || text.includes('\u0007')).toBe(false)
})
