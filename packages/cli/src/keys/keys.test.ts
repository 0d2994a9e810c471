import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { digestOf } from '@hotlead/sources'
import { typed } from '../../test/typed.ts'

/** `hotlead key` on a file of this machine. No Redis is there: nobody knows when keys were used. */
const folder = mkdtempSync(join(tmpdir(), 'hotlead-keys-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const env = { HOTLEAD_SOURCES: '', HOTLEAD_REDIS: 'redis://127.0.0.1:1' }
const SITE = ['--workspace', 'acme', '--source', 'site']
async function json(...args: string[]) {
  const done = await typed(env, ...args, '--json')
  if (done.code !== 0) throw new Error(`${args.join(' ')} ended with ${done.code}: ${done.err}`)
  return JSON.parse(done.out)
}

test('a file keeps its comments and its mode, and has no key in it', async () => {
  const path = join(folder, 'commented.yaml')
  writeFileSync(path, '# Ask Kim.\nworkspaces:\n  - name: acme # the group\n    sources: []\n', {
    mode: 0o640,
  })
  env.HOTLEAD_SOURCES = path
  const { key } = await json('key', 'create', ...SITE)
  const text = readFileSync(path, 'utf8')
  expect(text).toContain('# Ask Kim.')
  expect(text).toContain('# the group')
  expect(text).toContain(digestOf(key))
  expect(text).not.toContain(key)
  expect(statSync(path).mode & 0o777).toBe(0o640)
})

test('a new file is its owner’s alone', async () => {
  env.HOTLEAD_SOURCES = join(folder, 'new.yaml')
  await json('key', 'create', ...SITE)
  expect(statSync(env.HOTLEAD_SOURCES).mode & 0o777).toBe(0o600)
})

test('the list: by id and last four, expired ones named, uses unknown without Redis; limits are kept', async () => {
  const path = join(folder, 'list.yaml')
  env.HOTLEAD_SOURCES = path
  const limits = ['--events-per-second', '5', '--burst', '7', '--expires', '+90d']
  const { key, id, last4 } = await json('key', 'create', ...SITE, '--note', 'spring', ...limits)
  expect(readFileSync(path, 'utf8')).toMatch(/eventsPerSecond: 5\n\s+burst: 7\n/)
  expect(
    (await json('key', 'create', ...SITE, '--origins', 'https://a.example, https://b.example')).origins,
  ).toEqual(['https://a.example', 'https://b.example'])
  writeFileSync(path, readFileSync(path, 'utf8').replace(/expires: .*/, 'expires: 2026-01-31T00:00:00Z'))
  const { code, out } = await typed(env, 'key', 'list')
  expect(code).toBe(0)
  const [head, first, second] = out.split('\n')
  expect(head?.split(/ {2,}/)).toEqual([
    'workspace',
    'source',
    'kind',
    'id',
    'ends in',
    'created',
    'expires',
    'last used',
    'note',
  ])
  expect(first).toMatch(
    new RegExp(`^acme +site +write +${id} +${last4} +\\S+ +2026-01-31 \\(over\\) +\\? +spring$`),
  )
  expect(second).toMatch(/\?$/)
  expect(out).not.toContain(key)
  expect(await typed(env, 'key', 'list', '--workspace', 'other')).toMatchObject({
    code: 0,
    out: '',
    err: expect.stringMatching(/^There is no workspace “other” in .*list.yaml; it has acme\./),
  })
  // Both are of this source, and every id begins with four digits: none is meant by nothing of it.
  expect(await typed(env, 'key', 'revoke', id.slice(0, 3))).toMatchObject({ code: 3 })
  expect(await typed(env, 'key', 'revoke', id.slice(0, 8))).toMatchObject({ code: 0 })
  expect((await json('key', 'list')).keys).toHaveLength(1)
})

test('a file that is broken is named, with what is wrong, and is not written over', async () => {
  const path = join(folder, 'broken.yaml')
  writeFileSync(path, 'workspaces: [{ name: a/b, sources: [] }]')
  env.HOTLEAD_SOURCES = path
  const refused = await typed(env, 'key', 'create', ...SITE)
  expect(refused).toMatchObject({
    code: 78,
    out: '',
    err: expect.stringMatching(/workspaces\.0\.name: must be 1 to 60.*\n.*names this file/),
  })
  expect(readFileSync(path, 'utf8')).toBe('workspaces: [{ name: a/b, sources: [] }]')
})

test('a file that cannot be is told of HOTLEAD_SOURCES', async () => {
  env.HOTLEAD_SOURCES = join(folder, 'missing', 'sources.yaml')
  expect(await typed(env, 'key', 'create', ...SITE)).toMatchObject({
    code: 78,
    out: '',
    err: expect.stringMatching(/^hotlead: There is no folder .*missing\.\nHOTLEAD_SOURCES must name/),
  })
  env.HOTLEAD_SOURCES = folder
  expect(await typed(env, 'key', 'list')).toMatchObject({
    code: 78,
    err: expect.stringMatching(/is a directory\.\nHOTLEAD_SOURCES must name/),
  })
})

test.each([
  ['sources', 'import'],
  ['dlq', 'retry', '0:1', '--mended'],
])('%s %s of no file says so, and what to give', async (...args) => {
  const missing = join(folder, 'nowhere.yaml')
  const none = await typed(env, ...args, missing)
  expect(none).toMatchObject({
    code: 3,
    err: expect.stringMatching(/: There is no file .*nowhere.yaml\.\nGive /),
  })
  const directory = await typed(env, ...args, folder)
  expect(directory).toMatchObject({ code: 1, err: expect.stringMatching(/ is a directory\.\nGive /) })
})

test('without HOTLEAD_SOURCES there are the demo keys, to which none is added', async () => {
  env.HOTLEAD_SOURCES = ''
  expect((await json('key', 'list')).keys.map((k: { last4: string }) => k.last4)).toEqual(['demo', 'demo'])
  expect((await typed(env, 'key', 'list')).out).not.toContain('?')
  expect(await typed(env, 'key', 'create', ...SITE)).toMatchObject({
    code: 78,
    out: '',
    err: expect.stringMatching(/HOTLEAD_SOURCES is not set.*HOTLEAD_SOURCES=sources.yaml/s),
  })
})

test.each<[string[], RegExp]>([
  [['--source', 's'], /needs --workspace/],
  [['--workspace', 'w'], /needs --source/],
  [['--workspace', 'a/b', '--source', 's'], /--workspace is “a\/b” and must be/],
  [[...SITE, '--kind', 'read'], /--kind is “read” and must be write or secret/],
  [[...SITE, '--origins', 'https://a.example,b.example'], /--origins has “b.example”, which is no origin/],
  [[...SITE, '--kind', 'secret', '--origins', 'https://a.example'], /--origins is for write keys/],
  [[...SITE, '--expires', '90d'], /--expires lies in the past.*--expires \+90d/s],
  [[...SITE, '--expires', 'yesterday'], /must be a time\.\nFor instance --expires \+90d, or --expires 2027/],
  [[...SITE, '--burst', '5'], /--burst needs --events-per-second/],
])('key create %p is refused before anything is made', async (args, sentence) => {
  env.HOTLEAD_SOURCES = join(folder, 'never.yaml')
  expect(await typed(env, 'key', 'create', ...args)).toMatchObject({
    code: 2,
    out: '',
    err: expect.stringMatching(sentence),
  })
  expect(() => statSync(join(folder, 'never.yaml'))).toThrow(/ENOENT/)
})
