import { keyOf, type Score, type Subject, splitKey } from '@hotlead/contracts'
import { CliError, EXIT } from '../exit.ts'
import type { Reading } from '../reading.ts'
import type { Linked } from './ownership.ts'

/**
 * Every visitor and user id that is a lead, or was once, with what the scorer says of whose it is: those that the lead itself
 * names, and those that name it. The lead forgets some (it keeps 1,000 at most), so all states of the workspace are looked
 * through. The lead is not among them.
 * @param visitors those that the lead itself names; none where it was forgotten
 * @throws CliError (unavailable) while a partition is being rebuilt
 */
export async function identitiesOf(
  reading: Reading,
  workspace: string,
  lead: Subject,
  visitors: readonly Subject[],
  onProgress: (part: number) => void,
): Promise<Map<Subject, Linked>> {
  const known = new Map<Subject, Linked>()
  for (const visitor of visitors) {
    const { score } = await reading.key(keyOf(workspace, visitor))
    if (score?.lead) known.set(visitor, linkedOf(score))
  }
  // Nobody is linked to a visitor.
  if (!lead.startsWith('l:')) return known
  // What names a user id that is the lead, is the lead too; of user ids found so, those that name them.
  for (let asked: Subject[] = []; ; ) {
    const targets = [lead, ...[...known.keys()].filter(s => s.startsWith('l:'))]
    const wanted = targets.filter(t => !asked.includes(t))
    if (wanted.length === 0) return known
    for (const partition of reading.partitions) {
      onProgress(partition / reading.partitions.length)
      for (const [subject, linked] of await linkedTo(reading, workspace, partition, wanted))
        if (subject !== lead) known.set(subject, linked)
    }
    asked = targets
  }
}

async function linkedTo(
  reading: Reading,
  workspace: string,
  partition: number,
  targets: readonly Subject[],
): Promise<Map<Subject, Linked>> {
  const whole = await reading.whole(partition, async () => {
    const found = new Map<Subject, Linked>()
    for await (const { key, score } of reading.naming(partition, workspace, targets)) {
      const linked = linkedOf(score)
      if (targets.some(t => linked.alias === t || linked.pastWith === t))
        found.set(splitKey(key).subject, linked)
    }
    return found
  })
  if ('found' in whole) return whole.found
  throw new CliError(EXIT.unavailable, whole.reason, '`hotlead status` shows how it stands.')
}

function linkedOf({ lead }: Score): Linked {
  return { alias: lead?.alias ?? null, pastWith: lead?.pastWith ?? null }
}
