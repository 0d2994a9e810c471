import { FOLLOW_UP } from '../facts/lead.ts'
import { MAIN } from '../model.ts'
import { cellsOf } from '../score/grid.ts'
import { asks, ConditionReferences, isSinceTier, type Segments } from './conditionReferences.ts'
import type { Finding, Path } from './problem.ts'
import type { ConditionSource } from './schema/condition.ts'
import type { ModelSource } from './schema/model.ts'
import type { RuleSource } from './schema/rule.ts'
import { Told } from './told.ts'

/** What refers to something that is not there, and what is there twice. */
export function wrongReferences(m: ModelSource): Finding[] {
  const told = new Told()
  new References(m, told).look()
  return told.findings
}

class References {
  readonly #m: ModelSource
  readonly #told: Told
  readonly #conditions: ConditionReferences
  readonly #segments: Segments

  constructor(m: ModelSource, told: Told) {
    this.#m = m
    this.#told = told
    this.#segments = name => m.segments?.[name]
    const words = {
      signals: [...Object.keys(m.signals), FOLLOW_UP],
      scores: [MAIN, ...Object.keys(m.scores ?? {})],
      hasFit: m.fit !== undefined,
      cells: m.grid && cellsOf(m.grid),
      phases: (m.phases ?? []).map(p => p.name),
      segments: Object.keys(m.segments ?? {}),
      tiers: m.tiers.map(t => t.name),
    }
    this.#conditions = new ConditionReferences(words, this.#segments, told)
  }

  look(): void {
    const m = this.#m
    if (Object.hasOwn(m.signals, FOLLOW_UP))
      this.#told.say(
        ['signals', FOLLOW_UP],
        `“${FOLLOW_UP}” is built in (a recorded follow-up): take another name`,
      )
    this.#rules([], m)
    for (const [name, score] of Object.entries(m.scores ?? {})) {
      if (name === MAIN)
        this.#told.say(
          ['scores', name],
          `“${MAIN}” is the main score, which the model’s own rules are: take another name`,
        )
      this.#rules(['scores', name], score)
    }
    this.#fit()
    this.#grid()
    this.#phases()
    for (const [name, c] of Object.entries(m.segments ?? {})) this.#segment(name, c)
    this.#told.twice(['suppress'], m.suppress ?? [], 'list')
    for (const [i, s] of (m.suppress ?? []).entries()) this.#conditions.look(s.when, ['suppress', i, 'when'])
    this.#tiers()
  }

  #rules(
    at: Path,
    { rules = [], groups = {} }: { rules?: RuleSource[] | undefined; groups?: object | undefined },
  ): void {
    const path = [...at, 'rules']
    this.#ruleNames(path, rules, 'signal')
    for (const [i, r] of rules.entries()) {
      this.#told.unknown([...path, i, 'signal'], 'signal', r.signal, this.#conditions.words.signals)
      if (r.group !== undefined)
        this.#told.unknown([...path, i, 'group'], 'group', r.group, Object.keys(groups))
      if (r.table && r.signal === FOLLOW_UP)
        this.#told.say(
          [...path, i, 'table'],
          `“${FOLLOW_UP}” has no fields that a table could look at: give it points`,
        )
      this.#told.rows([...path, i, 'table', 'points'], Object.keys(r.table?.points ?? {}))
    }
  }

  /** Rules are called by their name, or by what they are of: each once, and none as contributions of limits are. */
  #ruleNames<Of extends string>(
    path: Path,
    rules: readonly ({ name?: string | undefined } & { [K in Of]: string })[],
    of: Of,
  ): void {
    const named = new Map<string, number>()
    for (const [i, r] of rules.entries()) {
      const name = r.name ?? r[of]
      const at = [...path, i, r.name === undefined ? of : 'name']
      const before = named.get(name)
      if (before !== undefined)
        this.#told.say(
          at,
          r.name === undefined
            ? `“${name}” has a rule already (rules[${before}]): give this one a \`name\` of its own`
            : `the rule “${name}” is there already (rules[${before}])`,
        )
      if (name === 'limit' || name.startsWith('limit of '))
        this.#told.say(at, `“${name}” is what a limit is called: give the rule another \`name\``)
      named.set(name, i)
    }
  }

  #fit(): void {
    const { rules = [] } = this.#m.fit ?? {}
    this.#ruleNames(['fit', 'rules'], rules, 'attribute')
    for (const [i, r] of rules.entries())
      this.#told.rows(['fit', 'rules', i, 'table'], Object.keys(r.table ?? {}))
  }

  #grid(): void {
    const { grid, fit, scores = {} } = this.#m
    if (!grid) return
    if (!fit) this.#told.say(['grid', 'fit'], 'a grid needs a `fit` section, whose points its rows are of')
    if (grid.of !== undefined)
      this.#told.unknown(['grid', 'of'], 'score', grid.of, [MAIN, ...Object.keys(scores)])
    const before = this.#told.findings.length
    for (const side of ['fit', 'score'] as const) this.#told.twice(['grid', side], grid[side], 'band')
    const cells = cellsOf(grid)
    const twice = cells.find((cell, i) => cells.indexOf(cell) < i)
    if (twice !== undefined && this.#told.findings.length === before)
      this.#told.say(['grid'], `two of its cells are called “${twice}”: give the bands other names`)
  }

  #phases(): void {
    const { phases = [] } = this.#m
    this.#told.twice(['phases'], phases, 'phase')
    phases.forEach((p, i) => {
      if (i === 0 && p.when)
        this.#told.say(
          ['phases', 0, 'when'],
          `“${p.name}” is the first phase, which every lead is in at first: it has no when`,
        )
      if (i > 0 && !p.when)
        this.#told.say(
          ['phases', i],
          `the phase “${p.name}” needs when: how far has a lead come that is in it?`,
        )
      if (p.when) this.#conditions.look(p.when, ['phases', i, 'when'], 'phase')
    })
  }

  #tiers(): void {
    const { tiers } = this.#m
    this.#told.twice(['tiers'], tiers, 'tier')
    tiers.forEach((t, i) => {
      if (i === 0 && (t.enter || t.exit))
        this.#told.say(
          ['tiers', 0, t.enter ? 'enter' : 'exit'],
          `“${t.name}” is the lowest tier, which every lead is in at first: it has no enter or exit`,
        )
      if (i > 0 && !t.enter)
        this.#told.say(['tiers', i], `the tier “${t.name}” needs enter: when does a lead get into it?`)
      if (t.enter && !t.exit && asks(this.#segments, t.enter, isSinceTier))
        this.#told.say(
          ['tiers', i],
          `the tier “${t.name}” needs exit: its enter asks for something since the lead came into its tier, which is no more so once it is in this one`,
        )
      if (t.exit && !t.coolDown && asks(this.#segments, t.exit, isSinceTier))
        this.#told.say(
          ['tiers', i, 'exit'],
          `the tier “${t.name}” needs coolDown: its exit asks for something since the lead came into it, which is forgotten once it has left, so it would come back at once`,
        )
      if (t.enter) this.#conditions.look(t.enter, ['tiers', i, 'enter'])
      if (t.exit) this.#conditions.look(t.exit, ['tiers', i, 'exit'])
    })
  }

  #segment(name: string, c: ConditionSource): void {
    this.#conditions.look(c, ['segments', name])
    if (asks(this.#segments, c, x => x.segment === name))
      this.#told.say(['segments', name], `the segment “${name}” asks for itself`)
  }
}
