import { readFileSync } from 'node:fs'
import { folder, PAGES } from './pages.ts'

test.each(Object.keys(PAGES))('docs/%s is what the code says: if not, run `npm run docs`', file => {
  expect(readFileSync(new URL(file, folder), 'utf8')).toBe(PAGES[file]?.())
})
