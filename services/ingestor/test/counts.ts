import { type Activity, leadSubject } from '@hotlead/contracts'
import { parseModel, whole } from '@hotlead/model'
import { DEMO_SECRET } from '@hotlead/service'
import { foldLog } from '@hotlead/whatif'
import type { Read } from './stage.ts'

/** Every event of a type is one of its signal. */
const MODEL = `
name: types
signals:
  track: { type: track }
  page: { type: page }
  screen: { type: screen }
  identify: { type: identify }
  group: { type: group }
  alias: { type: alias }
rules: [{ signal: page, points: 1 }]
tiers: [{ name: COLD }, { name: HOT, enter: { score: { atLeast: 1 } } }]
`

/**
 * What the scorer counts of a log: how many events of each type, by the lead or visitor that they are of in the end
 * (`demo/l:…`, `demo/v:…`). The scorer's own processor folds it, whose memory of ids tells what is there twice.
 */
export async function counts(log: readonly Read[]): Promise<Record<string, Record<string, number>>> {
  const parsed = parseModel(MODEL)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  // One partition for all: each key's records stay in their order, and the scorer has not been here.
  const records = [...log].sort((a, b) => a.timestamp - b.timestamp)
  async function* chunks() {
    yield records
  }
  const folded = await foldLog<Read>({
    models: [parsed.model],
    workspace: 'demo',
    partitions: [chunks()],
    partitionOf: () => 0,
    decode: (record): Activity => record.activity,
    isRaw: true,
    onRun() {},
  })
  const found: Record<string, Record<string, number>> = {}
  for (const { key, lead } of folded.leads(0)) {
    if (lead.alias !== null) continue
    found[key] = Object.fromEntries(
      whole(lead).signals.map(s => [
        s.name,
        s.older + s.buckets.reduce((sum, bucket) => sum + bucket.count, 0),
      ]),
    )
  }
  return found
}

/** The lead that a user id of the demo workspace is. */
export function keyOfUser(userId: string): string {
  return `demo/${leadSubject(DEMO_SECRET, { userId })}`
}
