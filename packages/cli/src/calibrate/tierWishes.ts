import type { Wanted } from '@hotlead/calibrate'
import { usage } from '../exit.ts'
import { quoted } from '../terminal.ts'

export interface TierWish {
  name: string
  wanted: Wanted
}

const NEXT =
  'For instance --tier WARM=25% --tier HOT=50%, or --tier HOT=20/week; from the lowest to the highest.'

/** `HOT=50%`: at least half of its leads won; `HOT=20/week`: at most so many to call. @throws CliError (usage) */
export function tierWishes(texts: readonly string[], lowest: string): TierWish[] {
  const wishes = texts.map(wishOf)
  for (const [i, { name }] of wishes.entries())
    if (name === lowest || wishes.findIndex(w => w.name === name) < i)
      throw usage(
        `--tier ${name} ${name === lowest ? 'is the lowest tier, which every lead is in at first' : 'is there twice'}.`,
        NEXT,
      )
  return wishes
}

function wishOf(text: string): TierWish {
  const [, name = '', amount = '', unit] =
    /^([A-Za-z0-9][\w -]{0,63})=(\d+(?:\.\d+)?)\s*(%|\/week)$/.exec(text.trim()) ?? []
  const n = Number(amount)
  if (unit === '%' && n > 0 && n <= 100) return { name, wanted: { precision: n / 100 } }
  if (unit === '/week' && n > 0) return { name, wanted: { callsPerWeek: n } }
  throw usage(
    `--tier is ${quoted(text)} and must be NAME=50% (so many of its leads won) or NAME=20/week.`,
    NEXT,
  )
}
