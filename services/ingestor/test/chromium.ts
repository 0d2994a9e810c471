import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliDecompressSync } from 'node:zlib'

const SYSTEM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const cache = fileURLToPath(new URL('../../../.hotlead/', import.meta.url))

export interface Chromium {
  executablePath: string
  env: Record<string, string | undefined>
  /** Whether it keeps pages that are left for the way back. A headless shell, which is what npm has, does not. */
  putsPagesAside: boolean
}

/**
 * A Chromium for tests: that of HOTLEAD_CHROMIUM (a path), the machine's own, else the one inside the npm package @sparticuz/chromium (Linux on x64),
 * unpacked once into `.hotlead/` in about 2 s. Undefined where there is neither.
 */
export function findChromium(): Chromium | undefined {
  const system = process.env.HOTLEAD_CHROMIUM ?? SYSTEM.find(existsSync)
  if (system) return { executablePath: system, env: process.env, putsPagesAside: true }
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined
  const dir = unpacked()
  // NSS and its like come with the package, so that a bare machine needs no apt-get; all of them, as they fit together.
  return {
    executablePath: join(dir, 'chromium'),
    env: { ...process.env, LD_LIBRARY_PATH: join(dir, 'lib') },
    putsPagesAside: false,
  }
}

/**
 * The folder of the package's browser. Not by the package's own code: that unpacks to a fixed name in /tmp and runs
 * whatever lies there. Unpacked beside and renamed, so that two test processes, or one that is killed, leave no half.
 */
function unpacked(): string {
  const main = createRequire(import.meta.url).resolve('@sparticuz/chromium')
  const from = join(main, '../..')
  const { version } = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8')) as { version: string }
  const dir = join(cache, `chromium-${version}`)
  if (existsSync(dir)) return dir
  mkdirSync(cache, { recursive: true })
  const draft = mkdtempSync(join(cache, 'chromium-draft-'))
  const inflate = (name: string) => brotliDecompressSync(readFileSync(join(from, 'bin', name)))
  writeFileSync(join(draft, 'chromium'), inflate('chromium.br'), { mode: 0o755 })
  const tar = spawnSync('tar', ['-x', '-C', draft], { input: inflate('al2023.tar.br'), encoding: 'utf8' })
  if (tar.status !== 0)
    throw new Error(`the libraries of @sparticuz/chromium could not be unpacked: ${tar.stderr}`)
  try {
    renameSync(draft, dir)
  } catch (error) {
    rmSync(draft, { recursive: true })
    if (!existsSync(dir)) throw error
  }
  return dir
}
