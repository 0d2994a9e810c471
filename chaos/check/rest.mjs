import { isRebuilding, positionOf } from './redis.mjs'

/** ms between two looks. */
const EVERY = 100

/**
 * Waits until scorer and tiering have folded everything that there was when it was called, and what that made them write.
 * @returns undefined, or what is still missing after `patience` ms
 */
export async function rest({ ends, redis, config, topics, patience }) {
  const until = Date.now() + patience
  const folded = async (processor, source) => {
    const wanted = await ends(source)
    for (;;) {
      const missing = []
      for (const [partition, end] of wanted) {
        const key = `${config.redisPrefix}{${partition}}:${processor}:pos`
        const position = positionOf(await redis.hgetall(key))
        if (position === undefined && end > 0) missing.push(`${processor} ${partition} has no state (${key})`)
        else if (position && (isRebuilding(position) || position.next < end))
          missing.push(`${processor} ${partition} is at ${position.next ?? 'no offset'} of ${end}`)
      }
      if (missing.length === 0) return undefined
      if (Date.now() > until) return `not at rest after ${patience / 1000} s: ${missing.join('; ')}`
      await new Promise(resolve => setTimeout(resolve, EVERY))
    }
  }
  // Twice: what visitors send on is written to activity before the state that says so.
  return (
    (await folded('scorer', topics.activity)) ??
    (await folded('scorer', topics.activity)) ??
    (await folded('tiering', topics.scores))
  )
}
