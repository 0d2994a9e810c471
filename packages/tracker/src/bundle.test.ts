import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { runInNewContext } from 'node:vm'
import { bundled } from './bundle.ts'

const dir = mkdtempSync(join(tmpdir(), 'hotlead-bundle-'))
afterAll(() => rmSync(dir, { recursive: true }))

function write(files: Record<string, string>): URL {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text)
  return pathToFileURL(join(dir, 'main.js'))
}

test('each module runs once, after those that it needs, and leaves no global behind', () => {
  const entry = write({
    'main.js':
      "import { b } from './b.js'\nimport { a } from './a.js'\nlog.push(['main', a(), b].join(' '))\n",
    'b.js': "import { a } from './a.js'\nlog.push('b')\nexport const b = a() + 1\n",
    'a.js': "log.push('a')\nlet n = 1\nexport function a() {\n  return n++\n}\n",
  })
  const page = { log: [] as string[] }
  runInNewContext(bundled(entry), page)
  expect(page).toEqual({ log: ['a', 'b', 'main 2 2'] })
})

test.each([
  ['a name that two modules declare', 'const n = 1\n', 'n is declared in'],
  ['a renamed import', "import { n as m } from './a.js'\n", 'import { n as m }'],
  ['an export by default', 'export default 1\n', 'export default 1'],
  ['an import over several lines', "import {\n  n,\n} from './a.js'\n", 'import {'],
])('%s is refused', (_name, text, problem) => {
  const entry = write({ 'main.js': `import { n } from './a.js'\n${text}`, 'a.js': 'export const n = 1\n' })
  expect(() => bundled(entry)).toThrow(problem)
})
