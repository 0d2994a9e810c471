import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { OUTCOMES } from '@hotlead/contracts'
import type { Model } from '@hotlead/model'
import type { Args } from '../command.ts'
import { CliError, EXIT, usage } from '../exit.ts'
import { windowOf } from '../simulate/window.ts'
import { quoted } from '../terminal.ts'
import { type TierWish, tierWishes } from './tierWishes.ts'

/** What a calibration is asked for. */
export interface Asked {
  from: number | undefined
  to: number | undefined
  good: ReadonlySet<string>
  tiers: TierWish[]
  rules: number
  heldOutFrom: number | undefined
}

/** @throws CliError (usage) naming what is wrong */
export function askedOf(args: Args, model: Model): Asked {
  const now = Date.now()
  const [from, to] = windowOf(args, now)
  const good = (args.text('good') ?? 'opportunity,won').split(',').map(word => word.trim().toLowerCase())
  const odd = good.find(word => !(OUTCOMES as readonly string[]).includes(word))
  if (odd !== undefined)
    throw usage(
      `--good names ${quoted(odd)}, which is no outcome.`,
      `There are ${OUTCOMES.join(', ')}: --good won, say.`,
    )
  const wishes = args.list('tier')
  const highest = model.tiers.at(-1)?.name ?? 'HOT'
  return {
    from,
    to,
    good: new Set(good),
    tiers: tierWishes(wishes.length > 0 ? wishes : [`${highest}=50%`], 'COLD'),
    rules: args.whole('rules', 12, 1, 50),
    heldOutFrom: args.time('held-out', to ?? now),
  }
}

/** @throws CliError where the file is there already, has no folder, or is what the draft extends */
export function outOf(args: Args, model: string): string | undefined {
  const out = args.text('out')
  if (out === undefined) return undefined
  if (resolve(out) === resolve(model))
    throw usage(
      '--out is the model itself, which the draft extends.',
      'Name another file, such as --out draft.yaml.',
    )
  if (existsSync(out) && !args.flag('force'))
    throw new CliError(
      EXIT.failed,
      `${out} is there already.`,
      'Name another file, or overwrite it with --force.',
    )
  // Told before the log is read, which may take minutes.
  if (!existsSync(dirname(resolve(out))))
    throw new CliError(EXIT.notFound, `There is no folder ${dirname(out)}.`, 'Make it, or name another file.')
  return out
}
