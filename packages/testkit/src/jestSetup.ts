import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testServers } from './testServers.ts'

/** One set of servers for the run; tests read where they are from the environment. */
export default async function setup(): Promise<void> {
  // Of its own and for the run: patched sources come from another folder each time.
  process.env.NODE_COMPILE_CACHE = mkdtempSync(join(tmpdir(), 'hotlead-compiled-'))
  const up = await testServers(line => process.stderr.write(`${line}\n`))
  process.env.HOTLEAD_TEST_KAFKA = up.kafka
  process.env.HOTLEAD_TEST_REDIS = up.redis
  process.env.HOTLEAD_TEST_REGISTRY = up.registry
  ;(globalThis as { hotleadTestServers?: typeof up }).hotleadTestServers = up
}
