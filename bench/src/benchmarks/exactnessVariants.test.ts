import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { mutant } from '@hotlead/testkit'
import { inTurn, VARIANTS } from './exactnessVariants.ts'

test.each([...VARIANTS])(
  '$name: every text to replace is in the sources, and what comes of it loads',
  variant => {
    const copy = mutant(variant.patches)
    const code = `import('${join(copy.root, 'packages/stream/src/index.ts')}').then(m => console.log(typeof m.runProcessor))`
    const { stdout, stderr } = spawnSync(join(copy.root, 'node_modules/node/bin/node'), ['-e', code], {
      encoding: 'utf8',
    })
    copy.remove()
    expect([stdout, stderr]).toEqual(['function\n', ''])
  },
)

test('without the comparison no script of the path touches a stamp', () => {
  const copy = mutant(VARIANTS[2].patches)
  const lua = ['commit', 'read'].map(name =>
    readFileSync(join(copy.root, `packages/stream/src/lua/${name}.lua`), 'utf8'),
  )
  copy.remove()
  for (const script of lua) expect(script).not.toMatch(/^[^-].*'stamp'/m)
})

test('every other round runs backwards', () => {
  expect([0, 1, 2].map(round => inTurn(['a', 'b', 'c'], round).join(''))).toEqual(['abc', 'cba', 'abc'])
})
