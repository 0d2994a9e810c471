import { parseArgs } from 'node:util'
import { shorten } from './shorten.ts'
import { type Subject, simulate } from './simulate.ts'

const USAGE = `--seeds N    how many seeds to play (1000)
--from S     the first of them (1)
--seed S     this one alone
--trace      print every step of it
--whole      do not look for a shorter run of a seed that fails
--json       the totals as one JSON line

For example: npm run simulate -- --seeds 10000`

/**
 * Plays seeds until one violates something: prints the seed, the shortest run of it that was found, and what is violated.
 * @returns the status to exit with: 0 all held, 1 one failed, 64 wrong arguments
 */
export async function program(subject: () => Subject, argv: string[]): Promise<number> {
  let values: {
    seeds: string
    from: string
    seed?: string
    trace: boolean
    whole: boolean
    json: boolean
    help: boolean
  }
  try {
    const number = { type: 'string' } as const
    const flag = { type: 'boolean', default: false } as const
    ;({ values } = parseArgs({
      args: argv,
      options: {
        seeds: { ...number, default: '1000' },
        from: { ...number, default: '1' },
        seed: number,
        trace: flag,
        whole: flag,
        json: flag,
        help: { ...flag, short: 'h' },
      },
    }) as { values: typeof values })
  } catch (error) {
    console.error(`${(error as Error).message}\n${USAGE}`)
    return 64
  }
  if (values.help) {
    console.log(USAGE)
    return 0
  }
  const first = Number(values.seed ?? values.from)
  const count = values.seed === undefined ? Number(values.seeds) : 1
  if (!Number.isInteger(first) || !Number.isInteger(count)) {
    console.error(`seeds are whole numbers\n${USAGE}`)
    return 64
  }
  // Every injected fault is an error: where each came from is in the trace.
  if (!values.trace) Error.stackTraceLimit = 0
  const begun = performance.now()
  const faults: Record<string, number> = {}
  let steps = 0
  for (let seed = first; seed < first + count; seed++) {
    const options = { seed, subject }
    const result = await simulate({ ...options, isTraced: values.trace })
    if (values.trace) console.log(result.trace.join('\n'))
    if (result.violations.length > 0) {
      const shown = values.whole
        ? await simulate({ ...options, isTraced: true })
        : await shorten(options, result)
      if (!values.trace || !values.whole) console.log(shown.trace.join('\n'))
      const [violated, ...more] = shown.violations
      console.log(`\nseed ${seed} violates, after ${shown.steps} steps: ${violated?.statement}`)
      for (const v of [violated, ...more]) console.log(`  ${v?.statement}: ${v?.detail}`)
      console.log(`again: --seed ${seed}`)
      return 1
    }
    steps += result.steps
    for (const [name, n] of Object.entries(result.faults)) faults[name] = (faults[name] ?? 0) + n
    const done = seed - first + 1
    if (values.json && done === count)
      console.log(JSON.stringify({ seeds: done, steps, faults, violations: 0 }))
    if (!values.json && (done % 500 === 0 || done === count)) {
      const total = Object.values(faults).reduce((a, b) => a + b, 0)
      const seconds = ((performance.now() - begun) / 1000).toFixed(1)
      console.log(`${done} seeds, ${steps} steps, ${total} faults, ${seconds} s: nothing violated`)
    }
  }
  return 0
}
