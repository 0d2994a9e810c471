import type { Identity, Position } from './store.ts'

/** Where a partition's log is now: its end, and the ends of the own outputs by topic. */
export interface Ends {
  source: string
  partition: number
  end: number
  outputs: Readonly<Record<string, number>>
}

const FOREIGN = 'docs/runbook/foreign-state.md'
const SHORTER = 'docs/runbook/log-lost-its-end.md'

/**
 * A state that was folded from another log must be neither used nor wiped: it is somebody's. What has no identity yet is
 * judged by its offsets alone, and takes this log's.
 * @returns what is wrong and what to do; undefined where the state is of this log
 */
export function foreignState(
  { source, partition }: Pick<Ends, 'source' | 'partition'>,
  stored: Identity | undefined,
  log: Identity,
): string | undefined {
  if (stored === undefined) return undefined
  const state = `the state of ${source}/${partition} in Redis`
  if (differ(stored.cluster, log.cluster))
    return (
      `${state} was folded from Kafka cluster ${stored.cluster}, and HOTLEAD_KAFKA leads to cluster ${log.cluster}: one ` +
      `of HOTLEAD_KAFKA and HOTLEAD_REDIS is another installation's. Set it right; nothing was changed (${FOREIGN})`
    )
  if (stored.topics[source] === undefined)
    return (
      `${state} was folded from the topics ${Object.keys(stored.topics).join(', ')}: HOTLEAD_TOPIC_PREFIX and ` +
      `HOTLEAD_REDIS_PREFIX are not of one installation. Set them right; nothing was changed (${FOREIGN})`
    )
  for (const [topic, id] of Object.entries(log.topics))
    if (differ(stored.topics[topic] ?? '', id))
      return (
        `topic ${topic} was deleted and created anew (its id was ${stored.topics[topic]}, and is ${id}): ${state} stands ` +
        `for records that are gone. Nothing was changed; start over as ${FOREIGN}#a-topic-was-created-anew says`
      )
  return undefined
}

/** Whether this log has ids that the state does not name yet. */
export function takesIdentity(stored: Identity | undefined, log: Identity): boolean {
  if (stored === undefined || (stored.cluster === '' && log.cluster !== '')) return true
  return Object.entries(log.topics).some(([topic, id]) => (stored.topics[topic] ?? '') === '' && id !== '')
}

/** What is not told on one of the sides says nothing. */
function differ(a: string, b: string): boolean {
  return a !== '' && b !== '' && a !== b
}

/**
 * A position beyond its logs: records that come now would be taken for folded ones.
 * @returns what is wrong and what to do; undefined where the logs reach it
 */
export function positionBeyond(
  { source, partition, end, outputs }: Ends,
  position: Position,
): string | undefined {
  const beyond = [
    ...((position.next ?? 0) > end
      ? [`${source}/${partition} ends at ${end}, but the state has folded up to ${position.next}`]
      : []),
    ...Object.entries(position.outputs).flatMap(([topic, known]) =>
      known > (outputs[topic] ?? known)
        ? [`${topic}/${partition} ends at ${outputs[topic]}, but the state knows it up to ${known}`]
        : [],
    ),
  ]
  if (beyond.length === 0) return undefined
  return (
    `${beyond.join('; ')}: Kafka lost records that it had acknowledged${position.log ? '' : ', or Redis holds the state of another Kafka'}. ` +
    `New records would be taken for those; nothing was changed. What to do is in ${SHORTER}`
  )
}

/** Header of changelog records: id of the source topic whose offsets they name. */
export const SOURCE_ID = 'hotlead-source'

/**
 * A changelog whose offsets are of another source topic than the one that has this name now: with Redis emptied, or a new
 * prefix for it, nothing else would tell.
 * @param named what a changelog record says; undefined where it was written before, or need not say
 * @returns what is wrong and what to do; undefined where both are one
 */
export function otherSource(
  { source, partition }: Pick<Ends, 'source' | 'partition'>,
  changelog: string,
  named: string | undefined,
  id: string,
): string | undefined {
  if (!differ(named ?? '', id)) return undefined
  return (
    `${changelog}/${partition} was made from the topic ${source} with id ${named}, and ${source} has id ${id}: it was deleted and ` +
    `created anew. Start over as ${FOREIGN}#a-topic-was-created-anew says`
  )
}

/**
 * A changelog that names a source record which the log does not have: keys would skip the records that come in its place,
 * and what they cause would not be announced.
 * @returns what is wrong and what to do; undefined where the log reaches it
 */
export function unknownSource(
  { source, partition, end }: Pick<Ends, 'source' | 'partition' | 'end'>,
  changelog: string,
  newestSource: number,
): string | undefined {
  if (newestSource < end) return undefined
  return (
    `${changelog}/${partition} names ${source}/${partition} up to offset ${newestSource}, but ${source}/${partition} ends at ` +
    `${end}: Kafka lost records that it had acknowledged, or ${source} was created anew and ${changelog} was not. ` +
    `What to do is in ${SHORTER}`
  )
}
