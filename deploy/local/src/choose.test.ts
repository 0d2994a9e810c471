import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Containers, chooseMaker } from './choose.ts'

/** Chooses with a PATH that has nothing but these commands, each a shell line. */
async function choose(asked: string | undefined, containers: Containers, commands: Record<string, string>) {
  const PATH = mkdtempSync(join(tmpdir(), 'hotlead-path-'))
  for (const [name, line] of Object.entries(commands)) {
    writeFileSync(join(PATH, name), `#!/bin/sh\n${line}\n`)
    chmodSync(join(PATH, name), 0o755)
  }
  const env = { HOTLEAD_SERVERS: asked, PATH }
  try {
    const { kind, why } = await chooseMaker({ env, cacheDir: '/nowhere', containers, say: () => {} })
    return `${kind}: ${why}`
  } catch (error) {
    return (error as Error).message
  } finally {
    rmSync(PATH, { recursive: true })
  }
}

const ENGINE = '[ "$1" = version ] && echo 27.1 && exit 0; exit 1'
const PLUGIN = '[ "$1" = version ] && echo 27.1; exit 0'

test.each<[string, string | undefined, Containers, Record<string, string>, string]>([
  ['no engine', undefined, 'compose', {}, 'java: no Docker Engine answers'],
  ['a client without an engine', '', 'compose', { docker: 'exit 1' }, 'java: no Docker Engine answers'],
  [
    'an engine without Compose',
    undefined,
    'compose',
    { docker: ENGINE },
    'java: a Docker Engine answers, but neither `docker compose` nor `docker-compose` is there',
  ],
  [
    'an engine and the plugin',
    undefined,
    'compose',
    { docker: PLUGIN },
    'docker: a Docker Engine answers (27.1), by `docker compose`',
  ],
  [
    'an engine and the old Compose',
    undefined,
    'compose',
    { docker: ENGINE, 'docker-compose': 'exit 0' },
    'docker: a Docker Engine answers (27.1), by `docker-compose`',
  ],
  ['Java by hand', 'java', 'compose', { docker: PLUGIN }, 'java: HOTLEAD_SERVERS says so'],
  [
    'Docker by hand without an engine',
    'docker',
    'testcontainers',
    {},
    'HOTLEAD_SERVERS is docker and no Docker Engine answers: start Docker (with Compose), or set HOTLEAD_SERVERS=java',
  ],
  ['anything else', 'podman', 'compose', {}, 'HOTLEAD_SERVERS is “podman” and must be docker or java'],
])('%s', async (_name, asked, containers, commands, answer) => {
  expect(await choose(asked, containers, commands)).toBe(answer)
})
