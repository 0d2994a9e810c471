import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { headingsOf } from './links.ts'
import { folder } from './pages.ts'

const root = fileURLToPath(new URL('../', folder))
const PAGE = /docs\/runbook[\w/-]*\.md(?:#([\w-]+))?/g

function sourcesBelow(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap(entry => {
    const path = join(dir, entry.name)
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : sourcesBelow(path)
    return /\.[tj]s$/.test(entry.name) && !/\.test\.ts$/.test(entry.name) ? [path] : []
  })
}

test('a page of the runbook that an error names is there, with the heading', () => {
  const sources = ['packages', 'services', 'deploy'].flatMap(dir => sourcesBelow(join(root, dir)))
  const named = sources.flatMap(file => [...readFileSync(file, 'utf8').matchAll(PAGE)])
  expect(named.length).toBeGreaterThan(8)
  const dead = named.filter(([page, heading]) => {
    const path = join(root, page.split('#')[0] as string)
    if (!existsSync(path)) return true
    return heading !== undefined && !headingsOf(readFileSync(path, 'utf8')).includes(heading)
  })
  expect(dead.map(([page]) => page)).toEqual([])
})

test('every page of the runbook is reached from its first one', () => {
  const first = readFileSync(new URL('runbook.md', folder), 'utf8')
  for (const page of readdirSync(new URL('runbook/', folder))) {
    const others = readdirSync(new URL('runbook/', folder))
      .filter(p => p !== page)
      .map(p => readFileSync(new URL(`runbook/${p}`, folder), 'utf8'))
    expect([first.includes(`runbook/${page}`) || others.some(o => o.includes(page)), page]).toEqual([
      true,
      page,
    ])
  }
})
