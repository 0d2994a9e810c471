import { readFileSync } from 'node:fs'
import type { Event, Lead } from '@hotlead/contracts'
import { judge, type Model, newLead, observe, parseModel, Situation, signalsOf } from '@hotlead/model'
import { guideDraft } from './guideOutcomes.ts'

/** Every model of docs/model.md is parsed, and every table under it worked out. */

const guide = readFileSync(new URL('../model.md', `file://${__filename}`), 'utf8')
const NOON = Date.UTC(2026, 0, 5, 12)
const STATE = { tier: 'COLD', since: NOON, left: [] }

const models = new Map<string, string>()
const sections = guide.split(/^## /m).slice(1)

function parsed(source: string): { model: Model; content: unknown } {
  const files = (name: string) => {
    const text = models.get(name)
    return text === undefined ? undefined : { file: name, source: text }
  }
  const found = parseModel(source, { file: 'docs/model.md', files })
  if (!found.ok)
    throw new Error(found.problems.map(p => `${p.line}:${p.column} ${p.path}: ${p.message}`).join('\n'))
  return found
}

/** `/pricing` is a page, anything else a tracked event of that name; one a minute. */
function eventOf(word: string, i: number): Event {
  const isPage = word.startsWith('/')
  return {
    id: String(i),
    type: isPage ? 'page' : 'track',
    name: isPage ? '' : word,
    at: NOON + i * 60_000,
    timestamp: null,
    sentAt: null,
    receivedAt: NOON,
    anonymousId: 'a',
    userId: null,
    page: isPage ? { host: 'www.example.com', path: word, search: '', referrer: '', title: '' } : null,
    properties: {},
    traits: {},
    context: {},
    ip: null,
    userAgent: null,
    source: 'web',
    signed: true,
    flags: [],
  }
}

function leadOf(model: Model, did: string, known: string): Lead {
  const attributes = Object.fromEntries(
    listOf(known).map(word => [
      word.split(' ')[0],
      /^\d+$/.test(word.split(' ')[1] ?? '') ? Number(word.split(' ')[1]) : word.split(' ')[1],
    ]),
  ) as Record<string, string | number>
  return listOf(did).reduce(
    (lead, word, i) => {
      const event = eventOf(word, i)
      return observe(
        model,
        lead,
        { at: event.at, signals: signalsOf(model, event), id: i + 1, what: word },
        event.at,
      )
    },
    observe(model, newLead(), { at: NOON, signals: [], id: 999, what: 'identify', attributes }, NOON),
  )
}

function listOf(text: string): string[] {
  return text === '' || text === 'nothing' ? [] : text.split(', ')
}

/** Rows of the tables in a text as records by the words of their heads. */
function rowsOf(text: string): Record<string, string>[] {
  const lines = text.split('\n').filter(l => l.startsWith('| '))
  const cells = (line: string) => line.slice(2, -2).split(' | ')
  const [head = '', , ...rows] = lines
  return rows.map(row => Object.fromEntries(cells(head).map((name, i) => [name, cells(row)[i] ?? ''])))
}

const cases = sections.flatMap(section => {
  const title = section.split('\n')[0] as string
  const yaml = /```yaml\n([\s\S]*?)```/.exec(section)?.[1]
  if (yaml === undefined) return []
  const name = /^name: (.*)$/m.exec(yaml)?.[1] as string
  models.set(name, yaml)
  const { model } = parsed(yaml)
  return rowsOf(section).map(row => [title, JSON.stringify(row), model, row] as const)
})

test('the guide has five models and their tables', () => {
  expect([...models.keys()]).toEqual(['guide', 'guide-2', 'guide-3', 'guide-4', 'guide-5'])
  expect(cases.length).toBeGreaterThanOrEqual(20)
})

test('the calibrated one is what `hotlead calibrate` makes of the leads that the guide made up', () => {
  expect(models.get('guide-5')).toBe(guideDraft(parsed(models.get('guide-4') as string), 'guide-5'))
})

test.each(cases)('%s: %s', (_title, _row, model, row) => {
  const lead = leadOf(model, row['what a lead did'] ?? '', row['what is known'] ?? '')
  const at = NOON + 10 * 60_000
  const s = new Situation(model, lead, at, STATE)
  const found: Record<string, string> = {
    score: String(s.score()),
    fit: String(s.fit),
    grid: s.cell,
    phase: s.phase,
    tier: judge(model, lead, STATE, at),
  }
  const expected = Object.entries(row).filter(([name]) => name in found)
  expect(expected.length).toBeGreaterThan(0)
  expect(Object.fromEntries(expected.map(([name]) => [name, found[name]]))).toEqual(
    Object.fromEntries(expected),
  )
})
