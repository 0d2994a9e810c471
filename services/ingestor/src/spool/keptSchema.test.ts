import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KeptSchema } from './keptSchema.ts'

const root = mkdtempSync(join(tmpdir(), 'hotlead-kept-schema-'))
afterAll(() => rmSync(root, { recursive: true }))

test('an id is kept until there is another, each topic’s by itself', async () => {
  const kept = new KeptSchema(join(root, 'new'), 'activity')
  expect(await kept.read()).toBeUndefined()
  await kept.keep(7)
  await kept.keep(8)
  expect(await new KeptSchema(join(root, 'new'), 'activity').read()).toBe(8)
  expect(await new KeptSchema(join(root, 'new'), 'other-activity').read()).toBeUndefined()
  expect(readdirSync(join(root, 'new'))).toEqual(['.activity-schema.json'])
})

test.each([
  ['of another schema', (text: string) => text.replace(/"digest":"./, '"digest":"_')],
  ['torn', (text: string) => text.slice(0, -3)],
  ['no number', (text: string) => text.replace('7', '"x"')],
])('%s: none', async (_, change) => {
  const kept = new KeptSchema(root, 'activity')
  await kept.keep(7)
  const path = join(root, '.activity-schema.json')
  const text = readFileSync(path, 'utf8')
  writeFileSync(path, change(text))
  expect(await kept.read()).toBeUndefined()
})
