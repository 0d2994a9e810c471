import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { progressText } from './progress.ts'
import { loadState, type ReplayState, saveState, statePath } from './state.ts'

const folder = mkdtempSync(join(tmpdir(), 'hotlead-state-'))
afterAll(() => rmSync(folder, { recursive: true }))
const STATE = { digest: 'd1', startedAt: 1, shift: 2, lines: 3, finishedAt: undefined }

test('what was saved comes back', () => {
  const path = join(folder, 'new', 'a.json')
  expect(loadState(path, 'd1')).toBeUndefined()
  saveState(path, STATE)
  expect(loadState(path, 'd1')).toEqual(STATE)
  saveState(path, { ...STATE, finishedAt: 9 })
  expect(loadState(path, 'd1')).toEqual({ ...STATE, finishedAt: 9 })
})

test('another log’s state, or a damaged one, is refused', () => {
  const path = join(folder, 'b.json')
  saveState(path, STATE)
  expect(() => loadState(path, 'd2')).toThrow(/not the state of this file/)
  writeFileSync(path, '{')
  expect(() => loadState(path, 'd1')).toThrow(/not the state/)
  writeFileSync(path, JSON.stringify({ ...STATE, shift: null }))
  expect(loadState(path, 'd1')).toBeDefined()
  expect(() => loadState<ReplayState>(path, 'd1', ['shift'])).toThrow(/not the state/)
})

test('a place that cannot be written is named with the way out', () => {
  const path = join(folder, 'c.json')
  writeFileSync(path, '')
  expect(() => saveState(join(path, 'below.json'), STATE)).toThrow(/cannot be written/)
})

test('each log, edge and key has a state of its own', () => {
  const paths = [
    statePath('d', 'http://a', 'k'),
    statePath('e', 'http://a', 'k'),
    statePath('d', 'http://b', 'k'),
    statePath('d', 'http://a', 'l'),
  ]
  expect(new Set(paths).size).toBe(4)
  expect(statePath('d', 'http://a', 'k', '/elsewhere')).toMatch(/^\/elsewhere\/[0-9a-f]{16}\.json$/)
  expect(statePath('d', 'http://a', 'k')).toBe(paths[0])
})

test('a line of progress', () => {
  expect(progressText(6_000, 10_000, 4810.4)).toBe(
    '[##############··········]  60 %  6,000 of 10,000 lines  4,810 events/s',
  )
  expect(progressText(0, 0, 0)).toContain('100 %')
})
