import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { CONTROLS } from './controls.ts'
import { mutant } from './mutant.ts'

test.each(Object.entries(CONTROLS))('%s: every text to replace is in the sources', (_, { patches }) => {
  mutant(patches).remove()
})

test('programs run from the copy, with what was replaced', () => {
  const copy = mutant([{ file: 'packages/stream/src/errors.ts', find: 'ownership_lost', replace: 'changed' }])
  const code = `import('${join(copy.root, 'packages/stream/src/index.ts')}').then(m => console.log(new m.OwnershipLostError('x').code))`
  const { stdout, stderr } = spawnSync(join(copy.root, 'node_modules/node/bin/node'), ['-e', code], {
    encoding: 'utf8',
  })
  copy.remove()
  expect([stdout, stderr]).toEqual(['changed\n', ''])
})

test('a text that is not there, or twice, is named', () => {
  const patch = { file: 'packages/stream/src/errors.ts', find: 'no such text', replace: '' }
  expect(() => mutant([patch])).toThrow(/errors.ts has 0 times, and must have once: no such text/)
})
