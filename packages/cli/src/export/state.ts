import { type Codec, keyOf, type Score, type Standing, type Subject } from '@hotlead/contracts'
import type { CliConfig } from '../config.ts'
import type { KeyView, Reading } from '../reading.ts'
import { decode } from '../registry.ts'
import { masked } from './masked.ts'
import type { Ownership } from './ownership.ts'

/** What Redis holds of the lead, and of those visitors and user ids that are the lead at present. */
export async function stateOf(
  config: CliConfig,
  reading: Reading,
  codec: Codec<Score>,
  workspace: string,
  view: KeyView,
  subjects: readonly Subject[],
  ownership: Ownership,
): Promise<object> {
  const identities: object[] = []
  for (const subject of subjects.filter(s => s !== ownership.lead && ownership.isNow(s)))
    identities.push({ subject, ...(await held(await reading.key(keyOf(workspace, subject)))) })
  return { ...(await held(view)), identities }

  async function held({ score, standing }: KeyView): Promise<object> {
    return {
      scorer: score ? masked(score, ownership) : null,
      tiering: standing ? await whole(standing) : null,
    }
  }

  /** With the snapshot that it keeps while a timer waits. */
  async function whole({ snapshot, ...standing }: Standing): Promise<object> {
    if (!snapshot) return { ...standing, snapshot: null }
    return { ...standing, snapshot: masked(await decode(config, codec, snapshot), ownership) }
  }
}
