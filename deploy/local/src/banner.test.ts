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

test('with sources of one’s own nothing of it is for the workspace demo', () => {
  const lines = banner(readSettings({}), { HOTLEAD_SOURCES: 'sources.yaml' }, '.hotlead')
  expect(lines.join('\n')).not.toContain('demo')
  expect(lines).toContain('npx hotlead lead ada@example.com --workspace <workspace>')
  expect(lines).toContain('npx hotlead model publish models/default.yaml --workspace <workspace>')
  expect(lines.find(line => line.includes('replay'))).toMatch(/^HOTLEAD_KEY=<secret key> /)
})
