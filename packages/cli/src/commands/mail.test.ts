import { mailKey, readToken } from '@hotlead/beacon'
import { leadSubject } from '@hotlead/contracts'
import { DEMO_SECRET } from '@hotlead/service'
import { run } from '../run.ts'

const SECRET = { id: '0', secret: DEMO_SECRET }
const lead = leadSubject(DEMO_SECRET, { email: 'sato@example.co.jp' })

async function typed(...argv: string[]) {
  const text = { out: '', err: '' }
  const stdout = { write: (written: string) => (text.out += written) }
  const stderr = { write: (written: string) => (text.err += written) }
  const code = await run(argv, {}, { stdout, stderr })
  return { code, ...text }
}
const link = (...more: string[]) => typed('mail', 'link', ...more)
const WHO = ['--lead', 'Sato@example.co.jp', '--message', 'spring-1']
const WHERE = ['--link', 'price', '--to', 'https://www.example.com/pricing']

test('URLs whose tokens the edge reads as they were meant', async () => {
  const { code, out } = await link(...WHO, ...WHERE, '--workspace', 'acme')
  expect(code).toBe(0)
  const [, open, click] =
    /^open {3}http:\/\/127\.0\.0\.1:8088\/e\/o\/(.+)\.gif\nclick {2}http:.+\/e\/c\/(.+)\n$/.exec(
      out,
    ) as unknown as string[]
  const mail = { workspace: 'acme', lead, message: 'spring-1' }
  expect(readToken(open as string, [SECRET])).toEqual({ ...mail, click: undefined })
  const clicked = { link: 'price', target: 'https://www.example.com/pricing' }
  expect(readToken(click as string, [SECRET])).toEqual({ ...mail, click: clicked })
})

test('as JSON, and without a link the pixel alone', async () => {
  const { out } = await link('--lead', lead, '--message', 'm', '--json')
  const said = JSON.parse(out)
  expect(said).toEqual({ lead, message: 'm', key: '0', open: expect.stringMatching(/\/e\/o\/0\..+\.gif$/) })
})

test('the key of a workspace, for its mail tool', async () => {
  const { key } = mailKey(SECRET, 'acme')
  expect((await typed('mail', 'key', '--workspace', 'acme')).out).toBe(`0:${key}\n`)
  const { out } = await typed('mail', 'key', '--json')
  expect(JSON.parse(out)).toEqual({ workspace: 'demo', ...mailKey(SECRET, 'demo') })
})

test.each<[string[], RegExp]>([
  [[], /needs --lead\./],
  [['--lead', 'x', '--message', 'm'], /--lead must be an e-mail address, or l:…/],
  [['--lead', 'v:a', '--message', 'm'], /--lead must be an e-mail address, or l:…/],
  [['--lead', lead], /needs --message\./],
  [['--lead', lead, '--message', ''], /--message must be 1 to 100 characters/],
  [
    ['--lead', lead, '--message', 'a\nb'],
    /--message must be 1 to 100 characters without control characters, has 3/,
  ],
  [[...WHO, '--link', 'x'], /A link needs --to\./],
  [[...WHO, '--to', 'https://example.com'], /needs --link\./],
  [[...WHO, '--link', 'x', '--to', '/pricing'], /--to must be a whole URL/],
  [[...WHO, '--link', 'x', '--to', 'https://me:hush@example.com'], /--to must be a whole URL/],
  [[...WHO, '--workspace', 'a/b'], /--workspace must be 1 to 60/],
])('mail link %p is refused in our words', async (argv, sentence) => {
  const { code, err } = await link(...argv)
  expect([code, err.split('\n')[0]]).toEqual([2, expect.stringMatching(sentence)])
  expect(err).not.toContain('hush')
})
