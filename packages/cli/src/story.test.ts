import { readFileSync } from 'node:fs'
import type { Lead } from '@hotlead/contracts'
import { newLead, observe, once, parseModel } from '@hotlead/model'
import { parsePosition } from '@hotlead/stream'
import { stateAt } from './foresight.ts'
import { type KeyView, rebuildingText, tierStateOf } from './reading.ts'
import { storyOf } from './story.ts'
import { storyLines } from './storyLines.ts'

const parsed = parseModel(readFileSync(new URL('../../../models/default.yaml', import.meta.url), 'utf8'))
if (!parsed.ok) throw new Error('the default model has problems')
const { model } = parsed
const NOW = Date.UTC(2026, 10, 24, 12, 30)
const DAY = 86_400_000

/** Seven pages in seven days, prices twice and a form: parts with thousandths. */
function view(): KeyView {
  let lead = newLead()
  for (let i = 0; i < 7; i++)
    lead = observe(
      model,
      lead,
      { at: NOW - i * DAY, id: i, signals: ['page-view'].map(once), what: `page /blog/${i}` },
      NOW,
    )
  for (const id of [10, 11])
    lead = observe(
      model,
      lead,
      { at: NOW - 3 * DAY, id, signals: ['page-view', 'pricing'].map(once), what: 'page /pricing' },
      NOW,
    )
  lead = observe(
    model,
    lead,
    {
      at: NOW - DAY,
      id: 20,
      signals: ['form-submit'].map(once),
      what: 'track Form\u001b[2JSubmitted',
      attributes: { email: 'sato@example.co.jp', company: 'Example KK' },
    },
    NOW,
  )
  const score = {
    offset: 9,
    clock: NOW,
    model: model.version,
    cause: 'activity' as const,
    millipoints: 0,
    contributions: [],
    lead,
    models: null,
    recounts: null,
    forgotten: null,
  }
  const standing = {
    offset: 3,
    source: 9,
    tier: 'HOT',
    number: 2,
    since: NOW - 3_600_000,
    left: [],
    forgotten: null,
    wakeAt: null,
    snapshot: null,
  }
  return { key: 'demo/l:x', partition: 1, score, standing }
}

const storyAt = (at: number, of = view()) =>
  storyOf({
    workspace: 'demo',
    subject: 'l:x',
    visitor: 'v:a1',
    lead: of.score?.lead as Lead,
    state: stateAt(model, of.score?.lead as Lead, tierStateOf(model, of), NOW, at),
    model,
    at,
  })
const look = { style: (_style: string, text: string) => text, width: 100 }

test('contributions sum to the score exactly, at any time', () => {
  for (const at of [NOW, NOW + 1, NOW + 1.5 * DAY, NOW + 100 * DAY]) {
    const story = storyAt(at)
    expect(story.contributions.reduce((sum, c) => sum + c.millipoints, 0)).toBe(story.millipoints)
  }
})

test('the shown lines add up as well', () => {
  const lines = storyLines(storyAt(NOW + 1.5 * DAY), model, 'sato@example.co.jp', false, look)
  const from = lines.indexOf('Where the score comes from') + 2
  const to = lines.findIndex((line, i) => i >= from && line.startsWith('  score'))
  const adds = (line: string) =>
    Math.round(Number(/(-?\d+\.\d{3})(?=\s{2}\S*(half|no|$)|$)/.exec(line)?.[1]) * 1000)
  const sum = lines.slice(from, to).reduce((all, line) => all + adds(line), 0)
  expect(to - from).toBe(3)
  expect(sum).toBe(adds(lines[to] as string))
  expect(sum).toBe(storyAt(NOW + 1.5 * DAY).millipoints)
})

test('it says when the lead changes next and to what, by the same model', () => {
  const { next } = storyAt(NOW)
  expect(next?.tier).toBe('WARM')
  const at = next?.at as number
  expect(storyAt(at - 1)).toMatchObject({ tier: 'HOT' })
  expect(storyAt(at)).toMatchObject({ tier: 'WARM', since: at, transition: 3 })
  expect(storyLines(storyAt(at), model, 'x', false, look).join('\n')).not.toContain('due now')
  expect(storyAt(at).tiers.find(t => t.tier === 'HOT')?.exitHolds).toBe(true)
  expect(storyAt(at - 1000).tiers.find(t => t.tier === 'HOT')?.exitHolds).toBe(false)
})

test('a lead that tiering does not keep is in the lowest tier since it was first seen', () => {
  const story = storyAt(NOW, { ...view(), standing: undefined })
  expect(story).toMatchObject({ tier: 'COLD', since: NOW - 6 * DAY, transition: 0 })
  // It ought to be HOT at once: tiering has not read the snapshot yet.
  expect(storyLines(story, model, 'x', false, look)).toContain(
    'HOT is due now: tiering moves it with its next tick.',
  )
})

test('conditions stand with their values; what an event brings cannot steer the terminal', () => {
  const text = storyLines(storyAt(NOW), model, 'sato@example.co.jp', true, look).join('\n')
  expect(text).toMatch(/✓ count of pricing within 7d ≥ 2 +is 2/)
  expect(text).toMatch(/✗ count of page-view within 7d ≥ 40 +is 9/)
  expect(text).toContain('HOT: leaves when  (not so)')
  expect(text).toContain('v:a1 is this lead')
  expect(text).toContain('company  Example KK')
  expect(text).not.toContain('\u001b')
})

test('a state that is being rebuilt is not shown', () => {
  const at = (fields: Record<string, string>) =>
    parsePosition({ token: 't', stamp: 't', rebuildUntil: '9', ...fields })
  expect(rebuildingText('scorer', 2, at({ next: '5' }))).toBe(
    'The scorer is rebuilding partition 2 (offset 5 of 9).',
  )
  expect(rebuildingText('scorer', 2, at({}))).toMatch(/just begun/)
  expect(rebuildingText('tiering', 2, undefined)).toMatch(/Redis holds nothing of partition 2/)
  expect(rebuildingText('scorer', 2, at({ next: '9' }))).toBeUndefined()
})
