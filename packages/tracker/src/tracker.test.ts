import { gzipSync } from 'node:zlib'
import { opened } from '../test/page.ts'
import { trackerScript } from './index.ts'
import { minified } from './minify.ts'

test('the served file is that of its source', async () => {
  expect(trackerScript()).toBe(await minified())
})

test('at most 3 KB gzipped', () => {
  expect(gzipSync(trackerScript()).length).toBeLessThanOrEqual(3_072)
})

test('a page that is made ready ahead counts once somebody turns to it', () => {
  const { sent, shown } = opened('https://shop.example/prices', '', true)
  expect(sent).toEqual([])
  shown()
  expect(sent).toEqual([expect.objectContaining({ type: 'page' })])
})
