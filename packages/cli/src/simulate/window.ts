import type { Args } from '../command.ts'
import { usage } from '../exit.ts'
import { timeText } from '../times.ts'

/** What was asked for by --from and --to. @throws CliError (usage) where the window ends before it begins */
export function windowOf(args: Args, now = Date.now()): [from: number | undefined, to: number | undefined] {
  const [from, to] = [args.time('from', now), args.time('to', now)]
  if (from !== undefined && to !== undefined && from >= to)
    throw usage(
      `--from is ${timeText(from)} and must lie before --to, which is ${timeText(to)}.`,
      'For instance --from 30d --to now.',
    )
  return [from, to]
}
