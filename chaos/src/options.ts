import { parseArgs } from 'node:util'
import { UsageError } from '@hotlead/bench/program'
import type { ControlName } from '@hotlead/testkit'

export interface Options {
  help: boolean
  /** Minutes after which no further round begins. */
  minutes: number
  seed: number
  /** Only this round, as the seed makes it. */
  round: number | undefined
  /** With `round`: from this one on, on one installation. */
  fromRound: number | undefined
  /** Kinds to draw from; all where nothing is said. */
  faults: string[] | undefined
  /** Faults a round. */
  count: number
  /** Of each service. */
  instances: number
  /** Events a second. */
  rate: number
  /** Instead of a run: products with one check off, which must be caught. */
  controls: ControlName[]
  json: boolean
  keep: boolean
  verbose: boolean
  report: string | undefined
  /** A report's file, to be shown as a table: nothing is run. */
  render: string | undefined
}

const text = { type: 'string' } as const
const flag = { type: 'boolean' } as const

/** @throws UsageError */
export function readOptions(
  argv: string[],
  known: { kinds: readonly string[]; controls: readonly ControlName[] },
  randomSeed: number,
): Options {
  const values = parse(argv)
  const faults = values.faults?.split(',').map(kind => kind.trim())
  const unknown = faults?.find(kind => !known.kinds.includes(kind))
  if (unknown !== undefined)
    throw new UsageError(`there is no kind of fault “${unknown}”: take ${known.kinds.join(', ')}`)
  const controls = values.control?.split(',').map(name => name.trim())
  const strange = controls?.find(name => !known.controls.includes(name as ControlName))
  if (strange !== undefined)
    throw new UsageError(`there is no control “${strange}”: take ${known.controls.join(', ')}`)
  const round = values.round === undefined ? undefined : number('--round', values.round, 1)
  const from = values['from-round']
  const fromRound = from === undefined ? undefined : number('--from-round', from, 1)
  if (fromRound !== undefined && (round === undefined || fromRound > round))
    throw new UsageError('--from-round needs --round, and must not lie beyond it')
  return {
    help: values.help === true,
    minutes: number('--minutes', values.minutes, 5),
    seed: number('--seed', values.seed, randomSeed),
    round,
    fromRound,
    faults,
    count: number('--count', values.count, 44),
    instances: number('--instances', values.instances, 2),
    rate: number('--rate', values.rate, 1_000),
    controls: (controls ?? (values.controls ? [...known.controls] : [])) as ControlName[],
    json: values.json === true,
    keep: values.keep === true,
    verbose: values.verbose === true,
    report: values.report,
    render: values.render,
  }
}

function parse(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      options: {
        help: { ...flag, short: 'h' },
        minutes: text,
        seed: text,
        round: text,
        'from-round': text,
        faults: text,
        count: text,
        instances: text,
        rate: text,
        control: text,
        controls: flag,
        json: flag,
        keep: flag,
        verbose: flag,
        report: text,
        render: text,
      },
    }).values
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split('. To')[0]}: see npm run chaos -- --help`)
  }
}

function number(name: string, value: string | undefined, initial: number): number {
  if (value === undefined) return initial
  if (/^\d{1,9}$/.test(value) && Number(value) > 0) return Number(value)
  throw new UsageError(`${name} is “${value}” and must be a whole number above 0`)
}

export function help(kinds: readonly string[], controls: readonly string[]): string {
  return `Breaks hotlead on purpose: several instances of each service under load, on real servers of their own, while faults
go in as a seed draws them. After each round everything comes to rest and an independent checker judges.

  npm run chaos                                  five minutes, a seed of its own
  npm run chaos -- --minutes 40 --seed 7         a long run; the same seed draws the same faults and events
  npm run chaos -- --seed 7 --round 3            that round alone, again
  npm run chaos -- --controls                    hotlead with one of its checks off, one after the other: each must be caught

  --minutes 5        no further round begins after them
  --seed N           of schedule and load
  --round N          only this round, on an empty installation
  --from-round M     with --round N: rounds M to N, where N needs what the ones before it left
  --faults a,b       draw from these kinds only
  --count 44         faults of a round in which they overlap; a quarter where they come one by one
  --instances 2      of each service
  --rate 1000        events a second
  --keep             keep logs and data also where nothing was violated
  --control a,b      these controls only
  --verbose          a line for each fault that is healed
  --json             one JSON line a round, and one at the end
  --report FILE      the whole run as JSON
  --render FILE      such a report as a table, and nothing else

Kinds: ${kinds.join(', ')}

Controls: ${controls.join(', ')}

Exit status: 0 no violation (with --controls: hotlead as it is was sound, and every control was caught); 1 a violation, or something that did not heal by itself; 64 a wrong command line.`
}
