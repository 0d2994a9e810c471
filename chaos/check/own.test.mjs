import { readdirSync, readFileSync } from 'node:fs'
import { join, normalize } from 'node:path'

/** What a checker proves is worth nothing where it runs the code that it checks. */

const LIBRARIES = ['ioredis', 'kafkajs', 'yaml']
const files = readdirSync(__dirname, { recursive: true })
  .map(String)
  .filter(f => f.endsWith('.mjs') && !f.endsWith('.test.mjs'))

/** Every module that a file names, statically or not. */
function imported(source) {
  const ways = [
    /\bfrom\s+'([^']+)'/g,
    /^import\s+'([^']+)'/gm,
    /\b(?:import|require)\s*\(\s*['"`]?([^'"`)]*)/g,
  ]
  return ways.flatMap(way => [...source.matchAll(way)].map(found => found[1]))
}

function isAllowed(file, name) {
  if (LIBRARIES.includes(name) || name.startsWith('node:')) return true
  if (file.startsWith('test/') && name === 'fast-check') return true
  return name.startsWith('.') && !normalize(join(file, '..', name)).startsWith('..')
}

test('no file of the checker imports anything of the product', () => {
  expect(files.length).toBeGreaterThan(15)
  const forbidden = files.flatMap(file =>
    imported(readFileSync(join(__dirname, file), 'utf8'))
      .filter(name => !isAllowed(file, name))
      .map(name => `${file}: ${name}`),
  )
  expect(forbidden).toEqual([])
})

test('that would be seen', () => {
  const source =
    "import { a } from '@hotlead/model'\nconst b = await import('../../packages/model/src/index.ts')"
  expect(imported(source).filter(name => isAllowed('lead/facts.mjs', name))).toEqual([])
  expect(imported(source)).toHaveLength(2)
})
