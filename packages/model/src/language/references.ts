import { FOLLOW_UP } from '../facts/lead.ts'
import { MAIN } from '../model.ts'
import { cellsOf } from '../score/grid.ts'
import { nearest } from './nearest.ts'
import type { Finding, Path } from './problem.ts'
import type { ConditionSource } from './schema/condition.ts'
import type { ModelSource } from './schema/model.ts'
import type { RuleSource } from './schema/rule.ts'

/** What refers to something that is not there, and what is there twice. */
export function wrongReferences(m: ModelSource): Finding[] {
  return new References(m).findings()
}

class References {
  readonly #m: ModelSource
  readonly #found: Finding[] = []
  readonly #signals: string[]
  readonly #segments: string[]

  constructor(m: ModelSource) {
    this.#m = m
    this.#signals = [...Object.keys(m.signals), FOLLOW_UP]
    this.#segments = Object.keys(m.segments ?? {})
  }

  findings(): Finding[] {
    const m = this.#m
    if (Object.hasOwn(m.signals, FOLLOW_UP))
      this.#say(
        ['signals', FOLLOW_UP],
        `“${FOLLOW_UP}” is built in (a recorded follow-up): take another name`,
      )
    this.#rules([], m)
    for (const [name, score] of Object.entries(m.scores ?? {})) {
      if (name === MAIN)
        this.#say(
          ['scores', name],
          `“${MAIN}” is the main score, which the model’s own rules are: take another name`,
        )
      this.#rules(['scores', name], score)
    }
    this.#fit()
    this.#grid()
    this.#phases()
    for (const [name, c] of Object.entries(m.segments ?? {})) this.#segment(name, c)
    this.#names(['suppress'], m.suppress ?? [], 'list')
    for (const [i, s] of (m.suppress ?? []).entries()) this.#walk(s.when, ['suppress', i, 'when'])
    this.#tiers()
    return this.#found
  }

  #say(path: Path, message: string): void {
    this.#found.push({ path, message })
  }

  /** What is not among the words there are. */
  #unknown(path: Path, what: string, word: string, there: readonly string[]): void {
    if (there.includes(word)) return
    const near = nearest(word, there)
    const rest =
      there.length === 0
        ? `this model has none`
        : `there are ${there.slice(0, 20).join(', ')}${there.length > 20 ? ' …' : ''}`
    this.#say(path, `there is no ${what} “${word}”; ${near ? `did you mean “${near}”?` : rest}`)
  }

  #rules(
    at: Path,
    { rules = [], groups = {} }: { rules?: RuleSource[] | undefined; groups?: object | undefined },
  ): void {
    const named = new Map<string, number>()
    for (const [i, r] of rules.entries()) {
      this.#unknown([...at, 'rules', i, 'signal'], 'signal', r.signal, this.#signals)
      if (r.group !== undefined)
        this.#unknown([...at, 'rules', i, 'group'], 'group', r.group, Object.keys(groups))
      const name = r.name ?? r.signal
      const before = named.get(name)
      if (before !== undefined)
        this.#say(
          [...at, 'rules', i, r.name === undefined ? 'signal' : 'name'],
          r.name === undefined
            ? `“${name}” has a rule already (rules[${before}]): give this one a \`name\` of its own`
            : `the rule “${name}” is there already (rules[${before}])`,
        )
      this.#notALimit([...at, 'rules', i, r.name === undefined ? 'signal' : 'name'], name)
      if (r.table) this.#table([...at, 'rules', i, 'table'], r)
      named.set(name, i)
    }
  }

  /** Contributions of limits stand among those of rules, by these names. */
  #notALimit(path: Path, name: string): void {
    if (name === 'limit' || name.startsWith('limit of '))
      this.#say(path, `“${name}” is what a limit is called: give the rule another \`name\``)
  }

  #table(at: Path, { signal, table }: RuleSource): void {
    if (signal === FOLLOW_UP)
      this.#say(at, `“${FOLLOW_UP}” has no fields that a table could look at: give it points`)
    this.#rows([...at, 'points'], Object.keys(table?.points ?? {}))
  }

  /** Case makes no other value: an event would be in both rows. */
  #rows(at: Path, values: readonly string[]): void {
    const rows = new Map<string, string>()
    for (const value of values) {
      const before = rows.get(value.toLowerCase())
      if (before !== undefined) this.#say([...at, value], `“${value}” is there already, as “${before}”`)
      rows.set(value.toLowerCase(), value)
    }
  }

  #names(at: Path, list: readonly { name: string }[], what: string): void {
    const names = new Map<string, number>()
    list.forEach(({ name }, i) => {
      if (names.has(name))
        this.#say(
          [...at, i, 'name'],
          `the ${what} “${name}” is there already (${String(at.at(-1))}[${names.get(name)}])`,
        )
      names.set(name, i)
    })
  }

  #fit(): void {
    const names = new Map<string, number>()
    for (const [i, r] of (this.#m.fit?.rules ?? []).entries()) {
      const name = r.name ?? r.attribute
      const before = names.get(name)
      if (before !== undefined)
        this.#say(
          ['fit', 'rules', i, r.name === undefined ? 'attribute' : 'name'],
          r.name === undefined
            ? `“${name}” has a rule already (rules[${before}]): give this one a \`name\` of its own`
            : `the rule “${name}” is there already (rules[${before}])`,
        )
      this.#notALimit(['fit', 'rules', i, r.name === undefined ? 'attribute' : 'name'], name)
      this.#rows(['fit', 'rules', i, 'table'], Object.keys(r.table ?? {}))
      names.set(name, i)
    }
  }

  #grid(): void {
    const { grid, fit, scores = {} } = this.#m
    if (!grid) return
    if (!fit) this.#say(['grid', 'fit'], 'a grid needs a `fit` section, whose points its rows are of')
    if (grid.of !== undefined) this.#unknown(['grid', 'of'], 'score', grid.of, [MAIN, ...Object.keys(scores)])
    for (const side of ['fit', 'score'] as const) this.#names(['grid', side], grid[side], 'band')
    const cells = cellsOf(grid)
    const twice = cells.find((cell, i) => cells.indexOf(cell) < i)
    if (twice !== undefined && !this.#found.some(f => f.path[0] === 'grid' && f.path.at(-1) === 'name'))
      this.#say(['grid'], `two of its cells are called “${twice}”: give the bands other names`)
  }

  #phases(): void {
    const { phases = [] } = this.#m
    this.#names(['phases'], phases, 'phase')
    phases.forEach((p, i) => {
      if (i === 0 && p.when)
        this.#say(
          ['phases', 0, 'when'],
          `“${p.name}” is the first phase, which every lead is in at first: it has no when`,
        )
      if (i > 0 && !p.when)
        this.#say(['phases', i], `the phase “${p.name}” needs when: how far has a lead come that is in it?`)
      if (p.when) this.#walk(p.when, ['phases', i, 'when'], { phase: false })
    })
  }

  #tiers(): void {
    const { tiers } = this.#m
    this.#names(['tiers'], tiers, 'tier')
    tiers.forEach((t, i) => {
      if (i === 0 && (t.enter || t.exit))
        this.#say(
          ['tiers', 0, t.enter ? 'enter' : 'exit'],
          `“${t.name}” is the lowest tier, which every lead is in at first: it has no enter or exit`,
        )
      if (i > 0 && !t.enter)
        this.#say(['tiers', i], `the tier “${t.name}” needs enter: when does a lead get into it?`)
      if (t.enter && !t.exit && this.#asks(t.enter, isSinceTier))
        this.#say(
          ['tiers', i],
          `the tier “${t.name}” needs exit: its enter asks for something since the lead came into its tier, which is no more so once it is in this one`,
        )
      for (const side of ['enter', 'exit'] as const)
        if (t[side]) this.#walk(t[side] as ConditionSource, ['tiers', i, side])
    })
  }

  #segment(name: string, c: ConditionSource): void {
    this.#walk(c, ['segments', name])
    if (this.#asks(c, x => x.segment === name))
      this.#say(['segments', name], `the segment “${name}” asks for itself`)
  }

  #walk(c: ConditionSource, path: Path, may: { phase: boolean } = { phase: true }): void {
    for (const { child, at } of children(c)) this.#walk(child, [...path, ...at], may)
    const signal = c.count ?? c.recency
    if (signal)
      this.#unknown(
        [...path, c.count ? 'count' : 'recency', 'signal'],
        'signal',
        signal.signal,
        this.#signals,
      )
    if (c.score?.of !== undefined)
      this.#unknown([...path, 'score', 'of'], 'score', c.score.of, [
        MAIN,
        ...Object.keys(this.#m.scores ?? {}),
      ])
    if (c.fit && !this.#m.fit) this.#say([...path, 'fit'], 'the model has no `fit` section to ask for')
    if (c.grid) this.#cells([...path, 'grid'], c.grid)
    if (c.phase) this.#phase([...path, 'phase'], c.phase, may.phase)
    if (c.segment !== undefined) {
      this.#unknown([...path, 'segment'], 'segment', c.segment, this.#segments)
      if (!may.phase && this.#asks(c, x => x.phase !== undefined))
        this.#say(
          [...path, 'segment'],
          `the segment “${c.segment}” asks for the phase, which this condition decides`,
        )
    }
    if (c.tier)
      this.#say(
        [...path, 'tier'],
        'a model decides the tier, so it cannot ask for it; `hotlead leads --where` can',
      )
  }

  #cells(path: Path, cells: readonly string[]): void {
    const { grid } = this.#m
    if (!grid) this.#say(path, 'the model has no `grid` section to ask for')
    const there = grid ? cellsOf(grid) : cells
    for (const cell of cells) this.#unknown(path, 'cell', cell, there)
  }

  #phase(path: Path, asked: NonNullable<ConditionSource['phase']>, may: boolean): void {
    const there = (this.#m.phases ?? []).map(p => p.name)
    if (!may) this.#say(path, 'a phase’s own condition cannot ask for the phase')
    else
      for (const name of Array.isArray(asked) ? asked : [asked.atLeast])
        this.#unknown(path, 'phase', name, there)
  }

  /** Whether a condition or one within it, a segment's too, is such. */
  #asks(c: ConditionSource, such: (c: ConditionSource) => boolean, seen = new Set<string>()): boolean {
    if (such(c)) return true
    if (c.segment !== undefined && !seen.has(c.segment)) {
      const inner = this.#m.segments?.[c.segment]
      if (inner && this.#asks(inner, such, seen.add(c.segment))) return true
    }
    return children(c).some(({ child }) => this.#asks(child, such, seen))
  }
}

function isSinceTier({ recency, followUps }: ConditionSource): boolean {
  return recency?.since !== undefined || (followUps !== undefined && 'since' in followUps)
}

function children(c: ConditionSource): { child: ConditionSource; at: Path }[] {
  const lists = (['all', 'any', 'of'] as const).flatMap(kind =>
    (c[kind] ?? []).map((child, i) => ({ child, at: [kind, i] })),
  )
  return c.not ? [...lists, { child: c.not, at: ['not'] }] : lists
}
