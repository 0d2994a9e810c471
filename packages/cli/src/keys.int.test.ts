import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { digestOf, keyId } from '@hotlead/sources'
import { Installation, type RunningService, until } from '@hotlead/testkit'
import { typed } from '../test/typed.ts'

/** `hotlead key` and `hotlead sources` beside an edge that runs. */

let hot: Installation
const folder = mkdtempSync(join(tmpdir(), 'hotlead-keys-'))
beforeAll(async () => {
  hot = await Installation.open()
})
afterAll(async () => {
  await hot?.close()
  rmSync(folder, { recursive: true, force: true })
})

const SITE = ['--workspace', 'acme', '--source', 'site']
const hotlead = (...args: string[]) => typed(hot.env, ...args)
async function json(...args: string[]) {
  const done = await hotlead(...args, '--json')
  if (done.code !== 0) throw new Error(`${args.join(' ')} ended with ${done.code}: ${done.err}`)
  return JSON.parse(done.out)
}
async function page(edge: RunningService, key: string, origin?: string): Promise<number> {
  const answer = await fetch(`${edge.url}/v1/page`, {
    method: 'POST',
    headers: { 'x-write-key': key, ...(origin ? { origin } : {}) },
    body: JSON.stringify({ anonymousId: 'a' }),
  })
  await answer.arrayBuffer()
  return answer.status
}

describe.each([
  ['a file', () => join(folder, 'rotation.yaml')],
  ['Redis', () => 'redis'],
])('keys in %s', (_name, place) => {
  beforeAll(() => {
    hot.env.HOTLEAD_SOURCES = place()
  })

  test('rotation, as docs/keys.md says it: no request by a key that holds is refused', async () => {
    const made = await hotlead(
      'key',
      'create',
      ...SITE,
      '--origins',
      'https://acme.example',
      '--note',
      'spring',
    )
    expect(made).toMatchObject({ code: 0, out: expect.stringMatching(/^wk_[0-9A-Za-z]{32}\n$/) })
    expect(made.err).toMatch(/is shown once: .* keeps only its digest/)
    expect(made.err).toMatch(/acme is a new workspace/)
    const old = made.out.trim()
    const edge = await hot.start('ingestor')
    let key = old
    const refused: number[] = []
    let sent = 0
    let isOver = false
    const traffic = (async () => {
      while (!isOver) {
        const status = await page(edge, key, 'https://acme.example')
        sent++
        if (status !== 200) refused.push(status)
      }
    })()

    // 1. A second key beside the first.
    const fresh = (await json('key', 'create', ...SITE, '--note', 'autumn')).key as string
    await until(
      () => page(edge, fresh, 'https://acme.example'),
      status => status === 200,
    )
    expect(await page(edge, fresh, 'https://evil.example')).toBe(401)
    // 2. The pages get it.
    key = fresh
    const switched = Date.now()
    // 3. The list shows that nobody uses the old one any more.
    const keys = await until(
      async () => (await json('key', 'list', ...SITE)).keys as Record<string, string>[],
      ([first, second]) => Date.parse(second?.lastUsed ?? '') > switched && first?.lastUsed !== null,
    )
    expect(keys.map(k => [k.note, k.kind, k.last4, k.id])).toEqual([
      ['spring', 'write', old.slice(-4), keyId(digestOf(old))],
      ['autumn', 'write', fresh.slice(-4), keyId(digestOf(fresh))],
    ])
    expect(Date.parse(keys[0]?.lastUsed as string)).toBeLessThanOrEqual(
      Date.parse(keys[1]?.lastUsed as string),
    )
    // 4. The old one goes.
    const gone = await hotlead('key', 'revoke', keys[0]?.id as string)
    expect(gone.out).toMatch(
      new RegExp(`^Revoked the write key ${keys[0]?.id} \\(…${old.slice(-4)}\\) of acme/site`),
    )
    expect(gone.err).toMatch(/It was used .* whoever still has it is answered 401 now/)
    await until(
      () => page(edge, old),
      status => status === 401,
    )
    const before = sent
    await until(
      () => sent,
      n => n > before + 20,
    )
    isOver = true
    await traffic
    expect(refused).toEqual([])
    expect((await json('key', 'list')).keys).toHaveLength(1)
    await edge.kill()
  })

  test('a leaked secret key is revoked by itself, and what is not there is said', async () => {
    const { key } = await json('key', 'create', '--workspace', 'acme', '--source', 'crm', '--kind', 'secret')
    expect(key).toMatch(/^sk_[0-9A-Za-z]{32}$/)
    expect(await hotlead('key', 'revoke', key)).toMatchObject({
      code: 0,
      err: 'acme/crm has no key any more.\n',
    })
    const again = await hotlead('key', 'revoke', key)
    expect(again).toMatchObject({ code: 3, out: '', err: expect.stringContaining('There is no such key.') })
    expect(again.err).not.toContain(key)
    expect(await hotlead('key', 'revoke', 'ffff')).toMatchObject({ code: 3 })
  })

  test('exported, edited, imported; not over what somebody else has changed since', async () => {
    const path = join(folder, 'export.yaml')
    const exported = (await hotlead('sources', 'export')).out
    expect(exported).toMatch(/^# version \S+\n/)
    writeFileSync(path, exported.replace('- name: site', '- name: site\n        eventsPerSecond: 50'))
    const { key } = await json('key', 'create', ...SITE)
    expect(await hotlead('sources', 'import', path)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/was changed since .*Export again/s),
    })
    await hotlead('key', 'revoke', key)
    writeFileSync(
      path,
      (await hotlead('sources', 'export')).out.replace(
        '- name: site',
        '- name: site\n        eventsPerSecond: 50',
      ),
    )
    expect(await hotlead('sources', 'import', path)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/has 1 workspace with 1 key: 0 came, 0 went/),
    })
    const { workspaces } = await json('sources', 'export')
    expect(workspaces[0].sources[0].eventsPerSecond).toBe(50)
    // A file that was never exported from there, without its keys.
    writeFileSync(path, 'workspaces: []')
    expect(await hotlead('sources', 'import', path)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/1 key of .* is not in .*export.yaml: write key .* of acme\/site/),
    })
    writeFileSync(path, 'workspaces: [')
    expect(await hotlead('sources', 'import', path)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/Correct the file/),
    })
    expect((await json('key', 'list')).keys).toHaveLength(1)
  })
})
