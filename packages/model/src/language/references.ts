import { FOLLOW_UP } from '../facts/lead.ts'
import { MAIN } from '../model.ts'
import { cellsOf } from '../score/grid.ts'
import { children, eachSegment, unknownWord, type Words, wrongInCondition } from './conditionReferences.ts'
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
  readonly #words: Words

  constructor(m: ModelSource) {
    this.#m = m
    this.#words = {
      signals: [...Object.keys(m.signals), FOLLOW_UP],
      scores: [MAIN, ...Object.keys(m.scores ?? {})],
      hasFit: m.fit !== undefined,
      cells: m.grid && cellsOf(m.grid),
      phases: (m.phases ?? []).map(p => p.name),
      segments: Object.keys(m.segments ?? {}),
      tiers: m.tiers.map(t => t.name),
    }
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

  #unknown(path: Path, what: string, word: string, there: readonly string[]): void {
    this.#found.push(...unknownWord(path, what, word, there))
  }

  #rules(
    at: Path,
    { rules = [], groups = {} }: { rules?: RuleSource[] | undefined; groups?: object | undefined },
  ): void {
    const named = new Map<string, number>()
    for (const [i, r] of rules.entries()) {
      this.#unknown([...at, 'rules', i, 'signal'], 'signal', r.signal, this.#words.signals)
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
      if (name === 'limit' || name.startsWith('limit of '))
        this.#say([...at, 'rules', i, 'name'], `“${name}” is what a limit is called: take another name`)
      named.set(name, i)
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
          ['fit', 'rules', i],
          `“${name}” has a rule already (rules[${before}]): give this one a \`name\` of its own`,
        )
      names.set(name, i)
    }
  }

  #grid(): void {
    const { grid, fit } = this.#m
    if (!grid) return
    if (!fit) this.#say(['grid', 'fit'], 'a grid needs a `fit` section, whose points its rows are of')
    if (grid.of !== undefined) this.#unknown(['grid', 'of'], 'score', grid.of, this.#words.scores)
    for (const side of ['fit', 'score'] as const) this.#names(['grid', side], grid[side], 'band')
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
      if (p.when) this.#walk(p.when, ['phases', i, 'when'], 'phase')
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
      for (const side of ['enter', 'exit'] as const)
        if (t[side]) this.#walk(t[side] as ConditionSource, ['tiers', i, side])
    })
  }

  #segment(name: string, c: ConditionSource): void {
    this.#walk(c, ['segments', name])
    if (this.#reaches(c, name, new Set()))
      this.#say(['segments', name], `the segment “${name}” asks for itself`)
  }

  /** Whether a condition leads to a segment, through others too. */
  #reaches(c: ConditionSource, name: string, seen: Set<string>): boolean {
    if (c.segment === name) return true
    const inner = c.segment !== undefined && !seen.has(c.segment) ? this.#m.segments?.[c.segment] : undefined
    if (inner && this.#reaches(inner, name, seen.add(c.segment as string))) return true
    return children(c).some(({ child }) => this.#reaches(child, name, seen))
  }

  #walk(c: ConditionSource, path: Path, decides: 'phase' | 'tier' = 'tier'): void {
    this.#found.push(...wrongInCondition(c, path, this.#words, decides))
    if (decides !== 'phase') return
    eachSegment(c, path, (segment, at) => {
      const inner = this.#m.segments?.[segment]
      if (inner && this.#asksForPhase(inner, new Set([segment])))
        this.#say(at, `the segment “${segment}” asks for the phase, which this condition decides`)
    })
  }

  #asksForPhase(c: ConditionSource, seen: Set<string>): boolean {
    if (c.phase) return true
    if (c.segment !== undefined && !seen.has(c.segment)) {
      const inner = this.#m.segments?.[c.segment]
      if (inner && this.#asksForPhase(inner, seen.add(c.segment))) return true
    }
    return children(c).some(({ child }) => this.#asksForPhase(child, seen))
  }
}
