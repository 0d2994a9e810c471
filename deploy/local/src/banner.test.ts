import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { banner } from './banner.ts'
import { readSettings, root } from './settings.ts'

test('what to try next is what README.md says to try', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  const lines = banner(readSettings({}), {}, '.hotlead')
  const commands = lines.slice(lines.indexOf('Try next, in another terminal:') + 1)
  const curl = commands.slice(0, commands.indexOf("]}'") + 1)
  expect(curl).toHaveLength(5)
  expect(readme).toContain(`\n${curl.join('\n')}\n`)
  for (const command of commands.slice(curl.length)) expect(readme).toContain(`\`${command}\``)
})
