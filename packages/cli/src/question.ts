import type { Lead } from '@hotlead/contracts'
import {
  type Condition,
  holds,
  type Millis,
  type Model,
  parseCondition,
  Situation,
  type TierState,
} from '@hotlead/model'
import { usage } from './exit.ts'
import { printable } from './terminal.ts'

const EXAMPLE = "--where 'all: [{ tier: WARM }, { count: { signal: pricing, within: 7d, atLeast: 2 } }]'"

/** A condition in the model's language, asked of leads; each answers by the model that it is scored by. */
export class Question {
  readonly #source: string
  readonly #read = new Map<string, Condition>()

  /** @throws CliError (usage) with every problem of the text, by the model that is asked first */
  constructor(source: string, model: Model) {
    this.#source = source
    this.#conditionFor(model)
  }

  holds(model: Model, lead: Lead, state: TierState, at: Millis): boolean {
    return holds(this.#conditionFor(model), new Situation(model, lead, at, state))
  }

  #conditionFor(model: Model): Condition {
    let condition = this.#read.get(model.version)
    if (!condition) {
      const parsed = parseCondition(this.#source, model)
      if (!parsed.ok) throw usage(sentence(parsed.problems), `For instance ${EXAMPLE}.`)
      condition = parsed.condition
      this.#read.set(model.version, condition)
    }
    return condition
  }
}

function sentence(
  problems: readonly { line: number; column: number; path: string; message: string }[],
): string {
  const lines = problems.map(
    p => `  ${p.line}:${p.column}  ${p.path === '' ? '' : `${printable(p.path)}: `}${printable(p.message)}`,
  )
  return `--where is no condition of this model:\n${lines.join('\n')}`
}
