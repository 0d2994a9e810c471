import type { testServers } from './testServers.ts'

export default async function teardown(): Promise<void> {
  await (
    globalThis as { hotleadTestServers?: Awaited<ReturnType<typeof testServers>> }
  ).hotleadTestServers?.release()
}
