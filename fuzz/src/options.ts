import { parseArgs } from 'node:util'
import { UsageError } from '@hotlead/bench/program'

export interface Options {
  help: boolean
  json: boolean
  /** At least so many. */
  requests: number
  /** Generated requests for each operation in a round; shapes known beforehand come on top. */
  examples: number
  /** Of the first round; each further one takes the next. */
  seed: number
  /** Only operations whose path matches it. */
  path: string | undefined
}

const text = { type: 'string' } as const
const flag = { type: 'boolean' } as const

/** @param seed where none is given @throws UsageError */
export function readOptions(argv: readonly string[], seed: number): Options {
  const { values } = parse(argv)
  return {
    help: values.help === true,
    json: values.json === true,
    requests: number('--requests', values.requests, 10_000),
    examples: number('--examples', values.examples, 100),
    seed: number('--seed', values.seed, seed),
    path: values.path,
  }
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        help: { ...flag, short: 'h' },
        json: flag,
        requests: text,
        examples: text,
        seed: text,
        path: text,
      },
    })
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split('. To')[0]}: see --help`)
  }
}

function number(name: string, value: string | undefined, initial: number): number {
  if (value === undefined) return initial
  if (/^\d{1,9}$/.test(value) && Number(value) > 0) return Number(value)
  throw new UsageError(`${name} is “${value}” and must be a whole number above 0`)
}

export const HELP = `Reads the edge's /openapi.json and sends it generated requests, right and wrong, on real servers of its own.

  npm run fuzz                              at least 10,000 requests
  npm run fuzz -- --requests 50000 --seed 7
  npm run fuzz -- --path /v1/track          one path, to look into what was found

  --requests 10000   at least so many, in rounds
  --examples 100     generated requests for each operation in a round
  --seed N           of the first round; said at the start, so that a run can be had again
  --path REGEX       only paths that match
  --json             the figures as JSON on stdout

Ends with 1 on an answer 5xx, one that does not come, one that the document does not say, or a route that takes a request
without the key that it should ask for. Needs Python 3.10 or later, and the network once: schemathesis is installed into
.hotlead/schemathesis.`
