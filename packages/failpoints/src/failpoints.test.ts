import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { POINTS, parseFailpoints } from './index.ts'

const root = join(__dirname, '../../..')

test('point=action[@nth], several with semicolons', () => {
  expect(parseFailpoints('commit.before=kill@3; ingest.sent=delay:50;')).toEqual([
    { point: 'commit.before', action: 'kill', nth: 3, ms: 0 },
    { point: 'ingest.sent', action: 'delay', nth: 1, ms: 50 },
  ])
})

test.each([
  ['commit.before', /has "commit.before", and must have point=action/],
  ['commit.before=explode', /an action of kill, pause, error or delay:ms/],
  ['commit.before=kill@0', /nth from 1/],
  ['commit.befor=kill', /names "commit.befor", which is no failpoint: there are acquire.begin/],
])('%s is refused with what is right', (text, sentence) => {
  expect(() => parseFailpoints(text)).toThrow(sentence)
})

test('each point of the table is passed in one place of the code, and only behind the constant', () => {
  const found = new Map<string, number>()
  for (const folder of ['packages', 'services'])
    for (const file of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
      if (!/^[^/]+\/src\/.*[.]ts$/.test(file) || /[.]test[.]ts$|^failpoints\/|^testkit\//.test(file)) continue
      const text = readFileSync(join(root, folder, file), 'utf8')
      for (const [, name = ''] of text.matchAll(/failpoint\(\s*'([^']*)'/g))
        found.set(name, (found.get(name) ?? 0) + 1)
      const calls = text.match(/await failpoint\(/g)?.length ?? 0
      expect([file, text.match(/FAILPOINTS\b[^\n]*\)\s+await failpoint\(/g)?.length ?? 0]).toEqual([
        file,
        calls,
      ])
    }
  expect([...found].sort()).toEqual(
    Object.keys(POINTS)
      .map(name => [name, 1])
      .sort(),
  )
})

/** Passes a point three times in a process of its own. */
function pass(failpoints: string) {
  const url = pathToFileURL(join(__dirname, 'index.ts'))
  const code = `import('${url}').then(async ({ FAILPOINTS, failpoint }) => {
    for (let i = 1; i <= 3; i++) {
      if (FAILPOINTS) await failpoint('commit.before').catch(e => console.log(e.message))
      console.log(i)
    }
  })`
  return spawnSync(join(root, 'node_modules/node/bin/node'), ['-e', code], {
    env: { ...process.env, HOTLEAD_FAILPOINTS: failpoints },
    encoding: 'utf8',
  })
}

test('kill ends the process at the nth pass and says so; error throws once; unset does nothing', () => {
  const killed = pass('commit.before=kill@2')
  expect([killed.signal, killed.stdout, killed.stderr]).toEqual([
    'SIGKILL',
    '1\n',
    'failpoint commit.before: kill, pass 2\n',
  ])
  expect(pass('commit.before=error@2').stdout).toBe('1\nfailpoint commit.before\n2\n3\n')
  expect(pass('').stdout).toBe('1\n2\n3\n')
})
