import { run } from '../src/run.ts'

/** What a command line says and how it ends, in this process and with this environment. */
export async function typed(
  env: Readonly<Record<string, string>>,
  ...argv: string[]
): Promise<{ code: number; out: string; err: string }> {
  const text = { out: '', err: '' }
  const stdout = { write: (written: string) => (text.out += written) }
  const stderr = { write: (written: string) => (text.err += written) }
  const before = { ...process.env }
  Object.assign(process.env, env)
  try {
    return { code: await run(argv, {}, { stdout, stderr }), ...text }
  } finally {
    for (const name of Object.keys(env))
      if (before[name] === undefined) delete process.env[name]
      else process.env[name] = before[name]
  }
}
