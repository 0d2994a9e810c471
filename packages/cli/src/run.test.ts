import { readFileSync } from 'node:fs'
import { run } from './run.ts'

async function typed(...argv: string[]) {
  const text = { out: '', err: '' }
  const stdout = { write: (written: string) => (text.out += written) }
  const stderr = { write: (written: string) => (text.err += written) }
  const code = await run(argv, {}, { stdout, stderr })
  return { code, ...text }
}

test.each(['--version', '-v'])('%s says which version this is', async option => {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  expect(await typed(option)).toEqual({ code: 0, out: `hotlead ${version}\n`, err: '' })
  expect(JSON.parse((await typed(option, '--json')).out)).toEqual({ version })
})

test.each([
  ['model', '--help'],
  ['model', '-h'],
  ['help', 'model'],
])('%s %s prints the help of every verb', async (...argv) => {
  const { code, out } = await typed(...argv)
  expect(code).toBe(0)
  expect(out).toContain('Usage: hotlead model check FILE')
  expect(out).toContain('Usage: hotlead model publish FILE')
})

test.each([
  [['leed', 'a1'], /no command “leed”/, /Did you mean `hotlead lead`\?/],
  [['modle', 'check'], /no command “modle”/, /Did you mean `hotlead model`\?/],
  [['model', 'chekc', 'x.yaml'], /model has no verb “chekc”/, /Did you mean `hotlead model check`\?/],
  [['model'], /model needs a verb/, /model check, model diff, model publish, model history, model rollback/],
  [['xyzzy'], /no command “xyzzy”/, /^See `hotlead --help`/m],
])('%p is refused with what was probably meant', async (argv, wrong, next) => {
  const { code, err } = await typed(...argv)
  expect(code).toBe(2)
  expect(err).toMatch(wrong)
  expect(err).toMatch(next)
})

test.each([
  [['--limit', '-1'], '--limit is “-1” and must be a number from 1 to 1000000.'],
  [['--limit=-1'], '--limit is “-1” and must be a number from 1 to 1000000.'],
  [['--limit', '--tier', 'HOT'], '--limit needs N after it.'],
  [['--limit'], '--limit needs N after it.'],
])('leads %p is refused in our words', async (argv, sentence) => {
  const { code, err } = await typed('leads', ...argv)
  expect(code).toBe(2)
  expect(err.split('\n')[0]).toBe(`hotlead: ${sentence}`)
})

test.each([
  ['lead', ''],
  ['forget', ' '],
  ['explain', ''],
  ['key', 'revoke', ''],
])('%s %j has nothing to go by', async (...argv) => {
  const { code, err } = await typed(...argv)
  expect(code).toBe(2)
  expect(err).toMatch(/^hotlead: (ID|LEAD|KEY) of hotlead .* is empty\.\nSee hotlead .* --help\./)
})

test('what was typed is repeated up to 60 characters', async () => {
  const { err } = await typed('dlq', 'list', '--since', 'x'.repeat(1_000))
  expect(err.split('\n')[0]).toBe(`hotlead: --since is “${'x'.repeat(59)}…” and must be a time.`)
})

describe('a wrong environment', () => {
  const before = process.env.HOTLEAD_URL
  beforeEach(() => {
    process.env.HOTLEAD_URL = 'nowhere'
  })
  afterEach(() => {
    if (before === undefined) delete process.env.HOTLEAD_URL
    else process.env.HOTLEAD_URL = before
  })

  test('is one JSON object for programs', async () => {
    const { code, out, err } = await typed('status', '--json')
    expect([code, out]).toEqual([78, ''])
    expect(JSON.parse(err)).toMatchObject({
      exitCode: 78,
      error: expect.stringContaining('HOTLEAD_URL'),
      problems: [expect.stringContaining('HOTLEAD_URL')],
    })
  })

  test('is told people like any other error', async () => {
    const { code, err } = await typed('status')
    expect(code).toBe(78)
    expect(err).toMatch(/^hotlead: HOTLEAD_URL is .* must be a URL .*\.\n.*environment/)
  })
})
