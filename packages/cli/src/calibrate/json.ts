import type { Calibration } from '@hotlead/calibrate'
import type { Evidence } from './evidence.ts'

/** What `--json` says. */
export function jsonOf(workspace: string, evidence: Evidence, found: Calibration, draft: string): object {
  const { cases, ends, unknown, nothingBefore, others, undecided, log } = evidence
  return {
    workspace,
    log,
    outcomes: Object.fromEntries(ends.counts),
    leftOut: {
      unknown: unknown.length,
      nothingBefore,
      again: ends.again,
      open: ends.open,
      before: ends.before,
    },
    unknown,
    others,
    undecided,
    leads: cases.length,
    ...found,
    // A compiled rule is nothing that a program could read.
    rules: found.rules.map(({ term, ...rest }) => ({ term: plain(term), ...rest })),
    lifts: found.lifts.map(({ term, ...rest }) => ({ term: plain(term), ...rest })),
    draft,
  }
}

function plain(term: object): object {
  const { rule: _rule, ...rest } = term as { rule?: unknown }
  return rest
}
