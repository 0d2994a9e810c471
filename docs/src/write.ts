// Writes the pages of docs/ that are made from code: `npm run docs`. A test fails where page and code differ.
import { writeFileSync } from 'node:fs'
import { folder, PAGES } from './pages.ts'

for (const [file, page] of Object.entries(PAGES)) {
  writeFileSync(new URL(file, folder), page())
  console.log(`docs/${file}`)
}
