import { gzipSync } from 'node:zlib'
import { trackerScript } from './index.ts'
import { minified } from './minify.ts'

test('the served file is that of its source', async () => {
  expect(trackerScript()).toBe(await minified())
})

test('at most 3 KB gzipped', () => {
  expect(gzipSync(trackerScript()).length).toBeLessThanOrEqual(3_072)
})
