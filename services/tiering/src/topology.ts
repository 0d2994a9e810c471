import { HOT_RETENTION, type Transition } from '@hotlead/contracts'
import { type ModelStore, type Parts, recoverRecord } from '@hotlead/host'
import type { Snapshot, StandingState } from '@hotlead/processors'
import type { Topology } from '@hotlead/stream'
import { cloudEvent, hotLead } from './hotLead.ts'

type TopologyParts = Pick<Parts, 'codecs' | 'topics'> & {
  models: Pick<ModelStore, 'get' | 'need' | 'refresh'>
}

/** Bytes in and out of tiering. A pending lead's snapshot is kept as it came, so nothing is encoded twice. */
export function tieringTopology(
  { codecs, models, topics }: TopologyParts,
  registry: string,
): Topology<StandingState, Snapshot, Transition> {
  function snapshotOf(bytes: Buffer): Snapshot {
    // A copy: what is kept for a waiting lead would keep the whole answer of 512 KiB that it came in (110 MB in all).
    return { score: codecs.scores.decode(bytes), bytes: Buffer.from(bytes) }
  }
  return {
    source: topics.scores,
    changelog: topics.tiers,
    refold: 'start',
    wire: {
      decode(value) {
        const snapshot = snapshotOf(value)
        if (snapshot.score.model !== '') models.need(snapshot.score.model)
        return snapshot
      },
      decodeState(bytes) {
        const standing = codecs.standing.decode(bytes)
        return { ...standing, snapshot: standing.snapshot && snapshotOf(standing.snapshot) }
      },
      encodeState: state =>
        codecs.standing.encode({ ...state, wakeAt: state.wakeAt, snapshot: state.snapshot?.bytes ?? null }),
      decodeOwn: value => codecs.tiers.decode(value),
      ownRecord: (key, own) => ({
        key,
        value: codecs.tiers.encode(own),
        headers: cloudEvent('hotlead.tier.changed.v1', key, own),
      }),
      elsewhereRecord() {
        throw new Error('tiering sends nothing to other keys')
      },
      prepare: () => models.refresh(),
      recover: recoverRecord({ registry, topic: topics.scores, codec: codecs.scores, models }),
    },
    projection: {
      topic: topics['hot-leads'],
      retention: HOT_RETENTION,
      record(key, own, offset) {
        const hot = hotLead(key, own, offset)
        return (
          hot && {
            key,
            value: codecs['hot-leads'].encode(hot),
            headers: cloudEvent('hotlead.lead.hot.v1', key, own),
          }
        )
      },
      offsetOf: value => codecs['hot-leads'].decode(value).tiersOffset,
    },
  }
}
