import type { PublishedModel } from '@hotlead/contracts'
import type { ActiveModel } from '../activeModels.ts'
import { type Publication, publishModel } from '../models.ts'
import type { Terminal } from '../terminal.ts'
import { type Finishing, finishTakes } from './finishTakes.ts'

/**
 * Brings to its end what a publication with --replay left undone that was stopped: takes that are missing, and the note in
 * `models` that its model became active by counting the past.
 * @param published every model of the workspace
 * @returns what the partitions are scored by then, and the models with that note
 */
export async function settled(
  o: Omit<Finishing, 'activity'> & Pick<Publication, 'codecs'> & { terminal: Terminal },
  published: readonly PublishedModel[],
): Promise<{ active: ActiveModel[]; published: readonly PublishedModel[] }> {
  const { config, kafka, codecs, workspace, terminal } = o
  const { active, finished } = await finishTakes({ ...o, activity: codecs.activity })
  if (finished > 0)
    terminal.note(
      `A publication with --replay had been stopped half-way: ${finished} of ${active.length} partitions took it now.`,
    )
  const [first] = active
  const taken = first?.recounts.taken
  const model = published.find(m => m.version === first?.version)
  const isWhole = taken && active.every(a => a.version === first.version && a.recounts.taken?.id === taken.id)
  const isNoted = published.some(m => m.recounts.some(r => r.id === taken?.id))
  if (!model || !isWhole || isNoted) return { active, published }
  const now = Date.now()
  const activations = [...model.activations, now]
  const recounts = [...model.recounts, { id: taken.id, at: now, facts: taken.facts }]
  const { source } = model
  await publishModel({
    config,
    kafka,
    codecs,
    workspace,
    model,
    source,
    activations,
    recounts,
    now,
    announce: false,
    partitions: [],
  })
  return { active, published: published.map(m => (m === model ? { ...m, activations, recounts } : m)) }
}
