import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const PROGRAM = fileURLToPath(new URL('../admission/main.ts', import.meta.url))
/** Nobody listens there. */
const AWAY = 'redis://127.0.0.1:1'

export const WAYS = [
  { what: 'nothing', kind: 'nothing', isThere: true, passes: 5_000_000 },
  { what: 'admit: one of 10,000 keys, its origin', kind: 'admit', isThere: true, passes: 500_000 },
  { what: 'limit: key and workspace', kind: 'limit', isThere: true, passes: 2_000_000 },
  { what: 'limit: Redis away', kind: 'limit', isThere: false, passes: 2_000_000 },
  { what: 'heat: 1,000 visitors', kind: 'heat, 1,000 visitors', isThere: true, passes: 2_000_000 },
  {
    what: 'heat: 100,000 visitors, of whom 50,000 are remembered',
    kind: 'heat, 100,000 visitors',
    isThere: true,
    passes: 1_000_000,
  },
  { what: 'a question to Redis', kind: 'a question to Redis', isThere: true, passes: 10_000 },
] as const
export type Way = (typeof WAYS)[number]

/** ns of CPU that a step takes for one request of one event, in a process of its own. */
export async function admissionCost(
  { kind, isThere, passes }: Way,
  redis: string,
  quick: boolean,
): Promise<number> {
  const args = [PROGRAM, kind, String(quick ? passes / 10 : passes), isThere ? redis : AWAY]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  return (JSON.parse(stdout) as { ns: number }).ns
}
