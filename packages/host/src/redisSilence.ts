import type { RedisClient } from '@hotlead/redis'

/** ms that Redis may take for a PING, which waits behind what was sent before it: a commit takes 1–20 ms. */
const ANSWER_WITHIN = 1_000

/**
 * Asks Redis for a sign of life (every master of a cluster). A Redis that hangs keeps its connections, so nothing else
 * tells: the owners wait for it and still own. While an answer is due no second question is sent, else an hour of probes
 * would be an hour of PINGs in memory.
 * @returns a check that resolves with the reason, or undefined where Redis answered in time
 */
export function redisSilence(redis: RedisClient): () => Promise<string | undefined> {
  let asked: Promise<unknown> | undefined
  return async () => {
    asked ??= Promise.all(
      ('nodes' in redis ? redis.nodes('master') : [redis]).map(node => node.ping()),
    ).finally(() => {
      asked = undefined
    })
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<'late'>(resolve => {
      timer = setTimeout(resolve, ANSWER_WITHIN, 'late')
    })
    const first = await Promise.race([asked, late]).catch(() => 'late')
    clearTimeout(timer)
    return first === 'late' ? 'Redis does not answer' : undefined
  }
}
