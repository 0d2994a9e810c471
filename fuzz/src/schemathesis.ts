import { spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const folder = join(root, '.hotlead/schemathesis')
const requirements = join(root, 'fuzz/requirements.txt')

export const VERSION = readFileSync(requirements, 'utf8').trim().split('==')[1] as string

/** The program, installed where it is not yet, in a folder for each version. @throws with what to do where it cannot be */
export async function installed(say: (line: string) => void): Promise<string> {
  const environment = join(folder, VERSION)
  const program = join(environment, 'bin/schemathesis')
  if (existsSync(program)) return program
  say(`installing schemathesis ${VERSION}, once`)
  try {
    await ran('python3', ['-m', 'venv', environment])
    await ran(join(environment, 'bin/pip'), ['install', '--quiet', '--requirement', requirements])
  } catch (cause) {
    // Half of one would be taken for a whole.
    rmSync(environment, { recursive: true, force: true })
    throw new Error(
      `schemathesis ${VERSION} cannot be installed: python3 must be 3.10 or later, with venv, and PyPI in reach`,
      { cause },
    )
  }
  return program
}

const running = new Set<ReturnType<typeof spawn>>()

/** Ends what a signal interrupts. */
export function stopRuns(): void {
  for (const child of running) child.kill('SIGKILL')
}

async function ran(command: string, args: readonly string[]): Promise<void> {
  const { code, said } = await outcome(command, args)
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}: ${said.slice(-2_000)}`)
}

/** Runs a program to its end. @returns its code, null where a signal ended it, and all that it said */
export function outcome(
  command: string,
  args: readonly string[],
): Promise<{ code: number | null; said: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    running.add(child)
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (said += chunk))
    child.on('error', reject)
    child.on('close', code => {
      running.delete(child)
      resolve({ code, said })
    })
  })
}
