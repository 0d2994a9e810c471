/** What was asked, and what became of it. */
export interface Counts {
  requests: number
  /** Answers by status; `none` where none came. */
  statuses: Record<string, number>
  /** Requests by operation, as `POST /v1/track`. */
  operations: Record<string, number>
}

export function noCounts(): Counts {
  return { requests: 0, statuses: {}, operations: {} }
}

interface Scenario {
  ScenarioFinished?: {
    recorder: {
      label: string
      interactions?: Record<string, { response?: { status_code: number } }>
    }
  }
}

/** Adds one line of schemathesis' NDJSON report; lines that tell of no requests add nothing. */
export function count(counts: Counts, line: string): void {
  const { ScenarioFinished: scenario } = JSON.parse(line) as Scenario
  if (scenario === undefined) return
  const { label, interactions = {} } = scenario.recorder
  for (const { response } of Object.values(interactions)) {
    const status = response?.status_code ?? 'none'
    counts.requests++
    counts.statuses[status] = (counts.statuses[status] ?? 0) + 1
    counts.operations[label] = (counts.operations[label] ?? 0) + 1
  }
}

/** What no run may have seen, in words; empty where all is well. */
export function problemsOf({ statuses }: Counts): string[] {
  return Object.entries(statuses)
    .filter(([status]) => status === 'none' || Number(status) >= 500)
    .map(([status, times]) =>
      status === 'none' ? `${times} without an answer` : `${times} answered ${status}`,
    )
}
