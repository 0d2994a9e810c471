import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../../', import.meta.url))
/** What services and simulations are made of; links between packages are relative and so stay within the copy. */
const SOURCES = [
  'packages',
  'services',
  'deploy',
  'schemas',
  'models',
  'e2e',
  'package.json',
  'tsconfig.json',
  'pnpm-workspace.yaml',
]

/** A text of the sources that another takes the place of. */
export interface Patch {
  /** From the root of the workspace. */
  file: string
  find: string
  replace: string
}

/**
 * A copy of the workspace's sources with patches applied, to run programs from: what a broken product does.
 * @throws where a text to replace is not there exactly once, which names file and text: the sources have moved on
 */
export function mutant(patches: readonly Patch[]): { root: string; remove(): void } {
  const copy = mkdtempSync(join(tmpdir(), 'hotlead-mutant-'))
  try {
    for (const name of SOURCES)
      cpSync(join(root, name), join(copy, name), {
        recursive: true,
        verbatimSymlinks: true,
        filter: file => !['.turbo', '.hotlead'].includes(basename(file)),
      })
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
    for (const { file, find, replace } of patches) {
      const path = join(copy, file)
      const text = readFileSync(path, 'utf8')
      const times = text.split(find).length - 1
      if (times !== 1) throw new Error(`${file} has ${times} times, and must have once: ${find}`)
      writeFileSync(
        path,
        text.replace(find, () => replace),
      )
    }
  } catch (error) {
    rmSync(copy, { recursive: true, force: true })
    throw error
  }
  return { root: copy, remove: () => rmSync(copy, { recursive: true, force: true }) }
}
