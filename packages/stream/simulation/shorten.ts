import { type Omitted, type Options, type Result, simulate } from './simulate.ts'

/**
 * The same seed with as few actions and disturbances as still violate something: each is left out in turn, larger groups
 * first, while what is left fails. @param budget replays at most
 */
export async function shorten(options: Options, failed: Result, budget = 400): Promise<Result> {
  let best = failed
  let omitted: Omitted = { actions: new Set(), disturbances: new Set() }
  let replays = 0
  for (let changed = true; changed && replays < budget; ) {
    changed = false
    for (const kind of ['disturbances', 'actions'] as const)
      for (let size = Math.ceil(best[kind] / 2); size >= 1; size = Math.floor(size / 2))
        for (let from = 0; from < best[kind] && replays < budget; from += size) {
          const group = Array.from({ length: size }, (_, i) => from + i).filter(n => !omitted[kind].has(n))
          if (group.length === 0) continue
          const attempt = { ...omitted, [kind]: new Set([...omitted[kind], ...group]) }
          replays++
          const result = await simulate({ ...options, omitted: attempt })
          if (result.violations.length === 0) continue
          omitted = attempt
          best = result
          changed = true
        }
  }
  return simulate({ ...options, omitted, isTraced: true })
}
