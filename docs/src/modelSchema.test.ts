import { readdirSync, readFileSync } from 'node:fs'
import { modelJsonSchema, parseModel } from '@hotlead/model'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { parse } from 'yaml'

const folder = new URL('../../models/', `file://${__filename}`)
const models = readdirSync(folder).filter(file => file.endsWith('.yaml'))
const valid = new Ajv2020({ strict: false }).compile(modelJsonSchema())

test.each(models)('models/%s is what editors accept', file => {
  expect([valid(parse(readFileSync(new URL(file, folder), 'utf8'))), valid.errors]).toEqual([true, null])
})

const SOUND = {
  name: 'x',
  signals: { a: { type: 'page' } },
  tiers: [{ name: 'A' }, { name: 'B', enter: { score: { above: 1 } } }],
}

test.each<[string, object]>([
  ['a misspelt section', { ...SOUND, rulez: [] }],
  ['a misspelt setting of a rule', { ...SOUND, rules: [{ signal: 'a', pionts: 1 }] }],
  ['points as text', { ...SOUND, rules: [{ signal: 'a', points: 'ten' }] }],
  ['a misspelt condition', { ...SOUND, segments: { s: { not: { scor: { above: 1 } } } } }],
  ['an event type', { ...SOUND, signals: { a: { type: 'pag' } } }],
])('%s is marked by editors as it is by the check', (_what, content) => {
  expect(valid(SOUND)).toBe(true)
  expect(parseModel(JSON.stringify(SOUND)).ok).toBe(true)
  expect([valid(content), parseModel(JSON.stringify(content)).ok]).toEqual([false, false])
})
