import { FAILPOINTS, failpoint } from '@hotlead/failpoints'

/** Between two pauses, as any function on the path has one somewhere. */
const CHUNK = 1_000_000

/** A step that no compiler can leave out, since each needs the one before: four cycles of a core. */
const step = (x: number) => (Math.imul(x, 1_664_525) + 1_013_904_223) | 0

async function withLine(passes: number): Promise<number> {
  let x = 1
  for (let i = 1; i <= passes; i++) {
    if (FAILPOINTS) await failpoint('commit.before')
    x = step(x)
    if (i % CHUNK === 0) await undefined
  }
  return x
}

async function without(passes: number): Promise<number> {
  let x = 1
  for (let i = 1; i <= passes; i++) {
    x = step(x)
    if (i % CHUNK === 0) await undefined
  }
  return x
}

const [kind, count] = process.argv.slice(2)
const passes = Number(count)
const run = kind === 'with' ? withLine : without
await run(passes / 10)
const begun = process.cpuUsage()
const result = await run(passes)
const { user } = process.cpuUsage(begun)
console.log(JSON.stringify({ ns: (user * 1000) / passes, result }))
