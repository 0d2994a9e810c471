import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Installation, until } from '@hotlead/testkit'

/** A new model takes effect on the leads that are there, and alarms nobody unless it was told to. */

const MODEL = readFileSync(join(__dirname, '../models/default.yaml'), 'utf8')
const EASY = MODEL.replace('score: { atLeast: 40 }', 'score: { atLeast: 26 }')
const EASIER = MODEL.replace('score: { atLeast: 40 }', 'score: { atLeast: 25 }')

let hot: Installation
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hotlead-model-'))
  hot = await Installation.open()
  await Promise.all([hot.start('ingestor'), hot.start('scorer'), hot.start('tiering')])
})
afterAll(async () => {
  await hot.close()
  rmSync(folder, { recursive: true, force: true })
})

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

async function visits(names: readonly string[], blogs: number): Promise<void> {
  const page = (anonymousId: string, path: string) => ({ type: 'page', anonymousId, properties: { path } })
  const batch = names.flatMap(name => [
    ...Array.from({ length: blogs }, (_, i) => page(name, `/blog/${i}`)),
    page(name, '/pricing'),
    page(name, '/pricing'),
  ])
  expect(await hot.post('/v1/batch', { batch })).toBe(200)
  await hot.folded()
}

const movedToHot = async () =>
  (await hot.read('tiers')).filter(r => r.decoded.to === 'HOT').map(r => [r.key, r.decoded.cause])

test('points of a new model count for the past at once; nobody is alarmed but by --announce', async () => {
  // Eight blog pages and two of prices: 10 × 1 + 2 × 8 = 26 points; with seven it is 25.
  const eight = Array.from({ length: 8 }, (_, i) => `eager-${i}`)
  const keys = eight.map(name => `demo/v:${name}`)
  await visits(eight, 8)
  await visits(['nearly'], 7)
  expect(await movedToHot()).toEqual([])

  const published = await hot.hotlead('model', 'publish', file('easy.yaml', EASY))
  expect({ code: published.code, err: published.err }).toEqual({ code: 0, err: '' })
  const moved = await until(movedToHot, list => list.length >= eight.length)
  expect(moved.sort()).toEqual(keys.map(key => [key, 'model']).sort())
  await hot.folded()
  expect(await hot.read('hot-leads')).toEqual([])

  const again = JSON.parse((await hot.hotlead('model', 'publish', file('easy.yaml', EASY), '--json')).out)
  expect(again.partitions).toBe(0)

  const loud = await hot.hotlead('model', 'publish', file('easier.yaml', EASIER), '--announce')
  expect(loud.code).toBe(0)
  const announced = await until(
    () => hot.read('hot-leads'),
    list => list.length > 0,
  )
  expect(announced.map(r => [r.key, r.decoded.cause])).toEqual([['demo/v:nearly', 'announcedModel']])
})

test('a file that is no model changes nothing and names each problem with its line', async () => {
  const { code, out } = await hot.hotlead('model', 'publish', file('bad.yaml', 'name: x\nrules: 7\n'))
  expect(code).toBe(1)
  expect(out).toMatch(/bad\.yaml:2:\d+ {2}rules: /)
})
