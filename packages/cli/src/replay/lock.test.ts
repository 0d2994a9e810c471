import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EXIT } from '../exit.ts'
import { lockState } from './lock.ts'

const folder = mkdtempSync(join(tmpdir(), 'hotlead-lock-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('while another process holds it, it is refused by its pid; once that is gone, it is taken over', async () => {
  const path = join(folder, 'new', 'a.json')
  const other = spawn(process.execPath, ['-e', 'process.stdin.resume()'])
  try {
    lockState(path)
    writeFileSync(`${path}.lock`, `${other.pid}`)
    expect(() => lockState(path)).toThrow(
      expect.objectContaining({
        exitCode: EXIT.failed,
        message: expect.stringContaining(`by the process ${other.pid}`),
      }),
    )
    expect(readFileSync(`${path}.lock`, 'utf8')).toBe(`${other.pid}`)
  } finally {
    other.kill()
    await once(other, 'exit')
  }
  const release = lockState(path)
  expect(readFileSync(`${path}.lock`, 'utf8')).toBe(`${process.pid}`)
  release()
  expect(readdirSync(join(folder, 'new'))).toEqual([])
})

test('a lock whose pid is still being written is another’s; an old one without a pid is nobody’s', () => {
  const path = join(folder, 'b.json')
  writeFileSync(`${path}.lock`, '')
  expect(() => lockState(path)).toThrow(/being sent already/)
  utimesSync(`${path}.lock`, 1, 1)
  lockState(path)()
  expect(existsSync(`${path}.lock`)).toBe(false)
})

test('a place that cannot be written is named with the way out', () => {
  const file = join(folder, 'c')
  writeFileSync(file, '')
  expect(() => lockState(join(file, 'state.json'))).toThrow(
    expect.objectContaining({ next: expect.stringContaining('--state') }),
  )
})
