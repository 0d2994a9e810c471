/**
 * All that Redis holds of one processor's one partition, read in one step, so that states and position belong together.
 * @returns { position, states, timers, indexes }; position is undefined where nobody ever owned the partition
 */
export async function readPartition(redis, prefix, processor, partition) {
  const base = `${prefix}{${partition}}:${processor}:`
  for (;;) {
    // Which indexes there are is asked before, and must still be so in the one step.
    const names = (await redis.smembers(`${base}indexes`)).sort()
    let transaction = redis
      .multi()
      .hgetall(`${base}pos`)
      .callBuffer('HGETALL', `${base}state`)
      .call('ZRANGE', `${base}timers`, '0', '-1', 'WITHSCORES')
      .smembers(`${base}indexes`)
    for (const name of names) transaction = transaction.call('ZRANGE', name, '0', '-1', 'WITHSCORES')
    const answers = (await transaction.exec()).map(([error, value]) => {
      if (error) throw error
      return value
    })
    const [pos, state, timers, namesNow, ...indexes] = answers
    if (namesNow.sort().join('\n') !== names.join('\n')) continue
    const states = new Map()
    for (let i = 0; i < state.length; i += 2) states.set(state[i].toString(), state[i + 1])
    return {
      keys: { pos: `${base}pos`, state: `${base}state`, timers: `${base}timers` },
      position: positionOf(pos),
      states,
      timers: pairs(timers),
      indexes: new Map(indexes.map((flat, i) => [names[i].slice(`${base}index:`.length), pairs(flat)])),
    }
  }
}

function pairs(answer) {
  // Flat, or pair by pair where the connection speaks RESP3.
  const flat = answer.flat()
  const found = new Map()
  for (let i = 0; i < flat.length; i += 2) found.set(String(flat[i]), Number(flat[i + 1]))
  return found
}

/** The fields of `pos` as numbers. */
export function positionOf(hash) {
  if (hash.stamp === undefined) return undefined
  const outputs = {}
  for (const [field, value] of Object.entries(hash))
    if (field.startsWith('out:')) outputs[field.slice('out:'.length)] = Number(value)
  return {
    next: hash.next === undefined ? undefined : Number(hash.next),
    clock: Number(hash.clock ?? 0),
    rebuildUntil: Number(hash.rebuildUntil ?? 0),
    outputs,
  }
}

/** Whether readers are told that the partition is being rebuilt. */
export function isRebuilding(position) {
  return position === undefined || position.next === undefined || position.next < position.rebuildUntil
}
