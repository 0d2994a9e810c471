import { type Activity, NO_ACTIVITY, PARTITION_KEY, type Score } from '@hotlead/contracts'
import { type ModelStore, type Parts, recoverRecord } from '@hotlead/host'
import type { ScoreState } from '@hotlead/processors'
import type { Topology } from '@hotlead/stream'

type TopologyParts = Pick<Parts, 'codecs' | 'topics'> & {
  models: Pick<ModelStore, 'get' | 'need' | 'refresh'>
}

/** Bytes in and out of the scorer. A snapshot is encoded once: Redis and `scores` get the same bytes. */
export function scorerTopology(
  { codecs, models, topics }: TopologyParts,
  registry: string,
): Topology<ScoreState, Activity, Score> {
  const encoded = new WeakMap<Score, Buffer>()
  function bytesOf(score: Score): Buffer {
    let bytes = encoded.get(score)
    if (!bytes) {
      bytes = codecs.scores.encode(score)
      encoded.set(score, bytes)
    }
    return bytes
  }
  return {
    source: topics.activity,
    changelog: topics.scores,
    refold: 'overlap',
    wire: {
      decode(value) {
        const activity = codecs.activity.decode(value)
        if (activity.control) models.need(activity.control.model)
        return activity
      },
      decodeState: bytes => codecs.scores.decode(bytes),
      encodeState: bytesOf,
      decodeOwn(value) {
        const score = codecs.scores.decode(value)
        // A rebuild puts snapshots into Redis as they are: a fifth of its CPU would go into encoding them again.
        encoded.set(score, value)
        return score
      },
      ownRecord: (key, own) => ({ key, value: bytesOf(own) }),
      elsewhereRecord: (key, value) => ({ key, value: codecs.activity.encode(value as Activity) }),
      tickRecord: owner => ({
        key: PARTITION_KEY,
        value: codecs.activity.encode({ ...NO_ACTIVITY, kind: 'tick', tick: { owner } }),
      }),
      prepare: () => models.refresh(),
      recover: recoverRecord({ registry, topic: topics.activity, codec: codecs.activity, models }),
    },
  }
}
