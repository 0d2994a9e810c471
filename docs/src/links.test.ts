import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { headingsOf, linksOf } from './links.ts'
import { folder } from './pages.ts'

const root = fileURLToPath(new URL('../', folder))

/** Folders that hold what is not ours, or not for reading. */
const LEFT_OUT = new Set(['node_modules', '.hotlead', '.git', '.turbo', 'target', 'out'])

function textsBelow(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap(entry => {
    if (entry.isDirectory()) return LEFT_OUT.has(entry.name) ? [] : textsBelow(join(dir, entry.name))
    return entry.name.endsWith('.md') ? [relative(root, join(dir, entry.name))] : []
  })
}
const pages = textsBelow(root)

test('every link between the texts leads to a file, and to a heading that is there', () => {
  expect(pages.length).toBeGreaterThan(10)
  const dead = pages.flatMap(page => deadLinks(page).map(to => `${page}: ${to}`))
  expect(dead).toEqual([])
})

function deadLinks(page: string): string[] {
  const text = readFileSync(join(root, page), 'utf8')
  return linksOf(text).flatMap(({ path, heading }) => {
    const file = path === '' ? join(root, page) : join(root, dirname(page), path)
    if (!existsSync(file)) return [relative(root, file)]
    if (heading === undefined || statSync(file).isDirectory()) return []
    return headingsOf(readFileSync(file, 'utf8')).includes(heading)
      ? []
      : [`${relative(root, file)}#${heading}`]
  })
}

test('links in code and to other sites are none of ours', () => {
  const text = 'See [a](x/a.md#b), [b](#c) and [c](https://example.com).\n```\n[d](gone.md)\n```\n'
  expect(linksOf(text)).toEqual([
    { path: 'x/a.md', heading: 'b' },
    { path: '', heading: 'c' },
  ])
  expect(headingsOf('# What `npm start` does\n```\n# no heading\n```\n## 2. [a/b](c.md)')).toEqual([
    'what-npm-start-does',
    '2-ab',
  ])
})
