import { rmSync } from 'node:fs'
import type { testServers } from './testServers.ts'

export default async function teardown(): Promise<void> {
  await (
    globalThis as { hotleadTestServers?: Awaited<ReturnType<typeof testServers>> }
  ).hotleadTestServers?.release()
  rmSync(process.env.NODE_COMPILE_CACHE as string, { recursive: true, force: true })
}
