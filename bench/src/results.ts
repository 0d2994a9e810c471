import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Result } from './context.ts'
import type { Options } from './options.ts'

const OUT = fileURLToPath(new URL('../out/', import.meta.url))

export interface Machine {
  cpu: string
  cores: number
  /** GB */
  memory: number
  node: string
  kernel: string
}

/** A result with where and when it was measured: one file in bench/out/. */
export interface Stored extends Result {
  machine: Machine
  /** ISO 8601 */
  date: string
  /** Of the working copy; `+` after it where files differed from it. */
  commit: string
  /** Load average of one minute before the run: above about 0.3 somebody else was at work. */
  loadBefore: number
  options: Options
}

export function machine(): Machine {
  const [first] = cpus()
  return {
    cpu: first?.model ?? 'unknown',
    cores: cpus().length,
    memory: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
    kernel: release(),
  }
}

export function loadNow(): number {
  return Math.round((loadavg()[0] as number) * 100) / 100
}

function git(...args: string[]): string {
  try {
    return execFileSync('git', args, {
      encoding: 'utf8',
      cwd: OUT,
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    return ''
  }
}

/** Writes a result. Quick runs and profiled ones go to folders of their own: their figures are not for the README. */
export function store(result: Result, options: Options, loadBefore: number): Stored {
  const folder = options.quick ? 'quick' : options.profile ? 'profiled' : ''
  mkdirSync(join(OUT, folder), { recursive: true })
  const changed = git('status', '--porcelain') === '' ? '' : '+'
  const stored: Stored = {
    ...result,
    machine: machine(),
    date: new Date().toISOString(),
    commit: `${git('rev-parse', '--short', 'HEAD')}${changed}`,
    loadBefore,
    options,
  }
  writeFileSync(join(OUT, folder, `${result.name}.json`), `${JSON.stringify(stored, null, 2)}\n`)
  return stored
}

/** All full results there are, by name. */
export function stored(): Stored[] {
  if (!existsSync(OUT)) return []
  return readdirSync(OUT)
    .filter(f => f.endsWith('.json'))
    .sort()
    .map(f => JSON.parse(readFileSync(join(OUT, f), 'utf8')) as Stored)
}
