import type { Lead } from '@hotlead/contracts'
import { judge, type Millis, type Model, nextChange, type TierState } from '@hotlead/model'
import { CliError, EXIT } from './exit.ts'
import { timeText } from './times.ts'

/** Moves and early answers of `nextChange` that are walked through: a lead that nothing more happens to moves a few times. */
const MAX_STEPS = 1_000

/**
 * Where a lead will stand at `at` if nothing more happens, from where it stands now: every move on the way is made when
 * it is due, as tiering would, so that each tier's dwell and cool-down count from there.
 */
export function stateAt<S extends TierState & { number: number }>(
  model: Model,
  lead: Lead,
  state: S,
  now: Millis,
  at: Millis,
): S {
  // Now is where tiering has it, also where it has yet to move it.
  if (at <= now) return state
  let standing = state
  let from = now
  for (let step = 0; step < MAX_STEPS; step++) {
    const due = nextChange(model, lead, standing, from)
    if (due === undefined || due > at) break
    const tier = judge(model, lead, standing, due)
    if (tier === standing.tier) {
      from = due + 1
      continue
    }
    const left = [...standing.left.filter(l => l.tier !== standing.tier), { tier: standing.tier, at: due }]
    standing = { ...standing, tier, since: due, left, number: standing.number + 1 }
    from = due
  }
  return standing
}

/**
 * Facts are kept as they are now: of a time before the last of them, or before the last move, nothing true can be said.
 * @throws CliError (usage) naming the first time that can be asked for
 */
export function refusePast(lead: Lead, state: TierState, at: Millis, now: Millis): void {
  const first = Math.max(lead.last, state.since)
  if (at >= first || at >= now) return
  const what = lead.last >= state.since ? 'its last activity' : `its move to ${state.tier}`
  throw new CliError(
    EXIT.usage,
    `--at is ${timeText(at)}, and this lead can be evaluated only as it is now and will be: from ${what} on ${timeText(first)} on.`,
    '`hotlead explain ID --at TIME` looks back as far as facts reach; here, give a later time, such as --at +7d.',
  )
}
