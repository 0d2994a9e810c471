import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { addresses, root, type Settings } from './settings.ts'

/** `hotlead setup` on these servers, as a person would run it. @returns its lines; @throws with what it says */
export function setUp(settings: Settings): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'packages/cli/src/main.ts'), 'setup'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...addresses(settings) },
    })
    const end = () => child.kill()
    process.once('exit', end)
    const output = { out: '', err: '' }
    child.stdout.on('data', chunk => (output.out += chunk))
    child.stderr.on('data', chunk => (output.err += chunk))
    child.on('error', reject)
    child.on('close', code => {
      process.off('exit', end)
      if (code === 0) resolve(output.out.trim().split('\n'))
      else reject(new Error(`the set-up failed (\`hotlead setup\`, status ${code}):\n${output.err.trim()}`))
    })
  })
}
