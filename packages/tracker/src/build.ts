// Writes generated/tracker.min.js from tracker.js: `pnpm build` here. A test fails where the two differ.
import { mkdirSync, writeFileSync } from 'node:fs'
import { minified } from './minify.ts'

mkdirSync(new URL('generated/', import.meta.url), { recursive: true })
writeFileSync(new URL('generated/tracker.min.js', import.meta.url), await minified())
