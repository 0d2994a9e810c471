import { CONTROLS, type Patch } from '@hotlead/testkit'

const ACQUIRE = 'packages/stream/src/acquire.ts'
const ADOPT = 'packages/stream/src/adopt.ts'
const OWNER = 'packages/stream/src/owner.ts'
const WRITER = 'packages/stream/src/writer.ts'
const FOLD = 'packages/stream/src/fold.ts'
const MEMORY = 'packages/stream/src/memory.ts'

const noOlderTail = [{ file: ACQUIRE, find: 'return tail.oldest < position.next', replace: 'return false' }]
const ENDS = '    const ends = await endsOf(log, outputs)\n'
const ELSEWHERE = `    if (elsewhere.length > 0)
      await publisher.elsewhere(elsewhere.map(e => wire.elsewhereRecord(e.key, e.value)))
`

/** By finding: the kernel without the rule that answers it. The finding's test must then be red. */
export const BROKEN_RULES: Readonly<Record<number, readonly Patch[]>> = {
  1: CONTROLS['highest-seen'].patches,
  2: [
    {
      file: ACQUIRE,
      find: "if (refold === 'start') return bounds.start",
      replace: "if (refold === 'start') return bounds.end",
    },
  ],
  3: [{ file: OWNER, find: '      this.#ended = true\n      throw error', replace: '      throw error' }],
  4: CONTROLS['changelog-wins'].patches,
  5: CONTROLS.stamp.patches,
  6: noOlderTail,
  7: CONTROLS.fence.patches,
  8: [
    {
      file: ACQUIRE,
      find: '(await log.sourceOffsetAt(named.timestamp - OVERLAP)) ?? named.offset',
      replace: '(await log.sourceOffsetAt(Date.now() - 3_600_000)) ?? bounds.end',
    },
  ],
  9: [
    {
      file: ADOPT,
      find: '  const from = position.outputs[changelog] ?? 0\n',
      replace: '  const from = ends[changelog] as number\n',
    },
  ],
  10: CONTROLS.stamp.patches,
  12: [
    {
      file: FOLD,
      find: '    context.offset = record.offset\n    const time = processor.time(record)\n',
      replace: '    const time = processor.time(record)\n',
    },
    {
      file: FOLD,
      find: '    const seen = states.get(record.key)\n',
      replace: '    context.offset = record.offset\n    const seen = states.get(record.key)\n',
    },
  ],
  18: [
    {
      file: MEMORY,
      find: 'return isSame(this.#c.stamp, named) ? get(this.#c) : undefined',
      replace: 'return get(this.#c)',
    },
  ],
  19: CONTROLS.position.patches,
  20: CONTROLS.position.patches,
  21: [
    {
      file: MEMORY,
      find: '    this.#c.stamp = next\n    return this.#c.position',
      replace: '    return this.#c.position',
    },
    { file: MEMORY, find: '        writes++\n        return position', replace: '        return position' },
  ],
  22: [
    {
      file: FOLD,
      find: 'const quiet = record.offset <= announced',
      replace: 'const quiet = record.offset < announced',
    },
  ],
  23: noOlderTail,
  24: [
    {
      file: MEMORY,
      find: "for (const topic of outputs) await call('fence.mark'",
      replace: "for (const topic of outputs.slice(0, 1)) await call('fence.mark'",
    },
  ],
  25: [
    { file: ACQUIRE, find: ENDS, replace: '' },
    {
      file: ACQUIRE,
      find: '  const publisher = await log.fence()\n',
      replace: `${ENDS}  const publisher = await log.fence()\n`,
    },
  ],
  27: [
    {
      file: WRITER,
      find: ELSEWHERE,
      replace: `    if (elsewhere.length > 0) {
      const sent = own.map(o => wire.ownRecord(o.key, o.value))
      if (sent.length > 0) await publisher.own(changelog, sent)
      await publisher.elsewhere(elsewhere.map(e => wire.elsewhereRecord(e.key, e.value)))
      return
    }
`,
    },
  ],
  29: [
    {
      file: OWNER,
      find: 'd.offset < input.offset && d.timestamp + OVERLAP < input.timestamp',
      replace: 'd.offset < 0 && OVERLAP > 0',
    },
  ],
  30: [
    {
      file: ACQUIRE,
      find: '      const { end } = await log.sourceBounds()\n',
      replace: '      const { end } = bounds\n',
    },
    {
      file: ACQUIRE,
      find: 'outputs: await endsOf(log, outputs) }',
      replace: 'outputs: ends }',
    },
  ],
  31: [
    {
      file: OWNER,
      find: 'const buried = dead.splice(0)',
      replace: 'const buried = rest.length === 0 ? dead.splice(0) : []',
    },
  ],
  33: [
    {
      file: ACQUIRE,
      find: 'rebuild ? await sourcesIn(options, 0, end) : tail',
      replace: 'tail',
    },
  ],
}
