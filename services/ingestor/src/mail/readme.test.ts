import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { mailKey, readToken, signToken } from '@hotlead/beacon'
import { leadSubject } from '@hotlead/contracts'

/** The programs that the README gives to mail tools, run as they stand there. */
const README = readFileSync(join(__dirname, '../../README.md'), 'utf8')
const SECRET = { id: '7', secret: 'the secret of an edge' }
const { id, key } = mailKey(SECRET, 'demo')
const env = { EDGE: 'https://t.example.com', MAIL_KEY: `${id}:${key}`, HOTLEAD_SECRET: 'another secret' }

const mail = {
  workspace: 'demo',
  lead: leadSubject(env.HOTLEAD_SECRET, { email: 'ann@example.com' }),
  message: 'spring-1',
}
const click = { link: 'price', target: 'https://www.example.com/pricing' }
const expected = [
  `${env.EDGE}/e/o/${signToken({ ...mail, click: undefined }, { id, key })}.gif`,
  `${env.EDGE}/e/c/${signToken({ ...mail, click }, { id, key })}`,
]

test.each([
  ['js', process.execPath, ['--input-type=module', '-']],
  ['python', 'python3', ['-']],
])('the program in %s makes the URLs that the edge takes', (language, command, args) => {
  const program = new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's').exec(README)?.[1] ?? ''
  const { stdout, stderr, error } = spawnSync(command, args, {
    input: program,
    env: { PATH: process.env.PATH, ...env },
    encoding: 'utf8',
  })
  if ((error as NodeJS.ErrnoException)?.code === 'ENOENT') {
    console.log(`not run, since there is no ${command}`)
    return
  }
  expect(stderr).toBe('')
  expect(stdout.trim().split('\n')).toEqual(expected)
})

test('and they say what they should', () => {
  const token = expected[1]?.split('/').at(-1) as string
  expect(readToken(token, [SECRET])).toEqual({ ...mail, click })
})
