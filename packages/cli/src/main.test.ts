import { spawnSync } from 'node:child_process'
import { existsSync, openSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))

const withFullDisk = existsSync('/dev/full') ? test : test.skip

withFullDisk('what could not be written is told, and no success', () => {
  const { status, stderr } = spawnSync(process.execPath, [MAIN, '--help'], {
    stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'],
    encoding: 'utf8',
  })
  expect(stderr).toBe('hotlead: its output could not be written: ENOSPC: no space left on device, write\n')
  expect(status).toBe(1)
})

test('a reader that has seen enough is no error', () => {
  const command = '{ "$0" "$1" --help; echo $? >&2; } | head -n 1'
  const { stdout, stderr } = spawnSync('sh', ['-c', command, process.execPath, MAIN], { encoding: 'utf8' })
  expect([stdout, stderr]).toEqual(['hotlead: which leads are close to buying, and why.\n', '0\n'])
})
