import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePorts, startServers, type Up } from '@hotlead/local'

const root = fileURLToPath(new URL('../../../', import.meta.url))

/**
 * Real servers of this run alone: free ports, data in a temporary folder that goes with them. They end when this
 * process does, however it ends.
 */
export async function testServers(
  say: (line: string) => void = () => {},
): Promise<Up & { release(): Promise<void> }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'hotlead-test-'))
  const up = await startServers({
    dataDir,
    cacheDir: join(root, '.hotlead'),
    ports: await freePorts(),
    env: process.env,
    say,
  })
  return {
    ...up,
    async release() {
      await up.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
