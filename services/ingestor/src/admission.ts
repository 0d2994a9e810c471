import { connected, openRedis } from '@hotlead/redis'
import type { Logger } from '@hotlead/service'
import { IN_REDIS, type LiveSources, noteUse } from '@hotlead/sources'
import type { Standing } from './admissionMetrics.ts'
import { Quotas } from './quota/quotas.ts'
import { redisBuckets } from './quota/sharedBuckets.ts'
import { checkSources, demoSources, openSources, type Sources } from './sources.ts'

/** ms that Redis may take for an answer: no request waits for it, and after it the process goes by what it knows. */
const ANSWER_WITHIN = 1_000
/** ms that a start waits for Redis, where the sources are in it. */
const CONNECT_WITHIN = 10_000
/** ms between two notes of which keys were used. */
const NOTE_EVERY = 5_000

export interface Admission extends Standing {
  sources: Sources
  quotas: Pick<Quotas, 'take'>
  isDemo: boolean
  close(): void
}

type AdmissionConfig = Parameters<typeof checkSources>[0] & {
  HOTLEAD_REDIS: string
  HOTLEAD_REDIS_PREFIX: string
}

/**
 * Who may send, and how much. The demo workspace has no quotas and needs no Redis; a file of sources needs it for what
 * several ingestors share, and does without while it is away.
 * @throws ConfigError where the sources are wrong; any other error where they are in Redis, which does not answer
 */
export async function openAdmission(config: AdmissionConfig, log: Logger): Promise<Admission> {
  checkSources(config)
  if (config.HOTLEAD_SOURCES === '')
    return {
      sources: demoSources(),
      quotas: { take: () => 0 },
      isDemo: true,
      keys: 0,
      behind: 0,
      isLocal: false,
      close() {},
    }
  const redis = openRedis(config.HOTLEAD_REDIS, () => {}, { answerWithin: ANSWER_WITHIN })
  let sources: LiveSources
  try {
    if (config.HOTLEAD_SOURCES === IN_REDIS) await connected(redis, CONNECT_WITHIN)
    sources = await openSources(config, { redis, log })
  } catch (error) {
    redis.disconnect()
    throw error
  }
  const prefix = config.HOTLEAD_REDIS_PREFIX
  const quotas = new Quotas({
    shared: redisBuckets(redis, prefix),
    onAway: err => log.warn({ err }, 'Redis does not answer: quotas are each ingestor’s own until it does'),
    onBack: () => log.info('Redis answers again: quotas are shared again'),
  })
  // What cannot be noted now is lost: it is only when a key was used last.
  const noting = setInterval(
    () => void noteUse(redis, prefix, sources.takeUsed()).catch(() => {}),
    NOTE_EVERY,
  )
  noting.unref()
  return {
    sources,
    quotas,
    isDemo: false,
    get keys() {
      return sources.keys
    },
    get behind() {
      return sources.behind
    },
    get isLocal() {
      return quotas.isAway
    },
    close() {
      clearInterval(noting)
      sources.close()
      redis.disconnect()
    },
  }
}
