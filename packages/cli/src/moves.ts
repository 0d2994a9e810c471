import { splitKey } from '@hotlead/contracts'
import { announces, judge, type Millis, type Model, rankOf, scoreOf } from '@hotlead/model'
import { type KeyView, type Reading, tierStateOf } from './reading.ts'

/** What becomes of the leads where another model judges them. */
export interface Moves {
  leads: number
  moved: number
  /** Of the moved, those that rise into a tier that is announced. */
  announced: number
  /** How many move from where to where, the most first. */
  between: { from: string; to: string; leads: number }[]
  /** The first ten that move. */
  examples: Move[]
  /** Why parts of the state are left out. */
  rebuilding: string[]
}

export interface Move {
  subject: string
  email: string | undefined
  from: string
  to: string
  before: number
  after: number
  /** From one lowest tier to another that is called something else. */
  isNameOnly: boolean
}

const EXAMPLES = 10

/** Where a lead would be by another model; undefined of what is no lead. */
function moveOf(view: KeyView, before: Model, after: Model, now: Millis): Move | undefined {
  const lead = view.score?.lead
  if (!lead || lead.alias !== null) return undefined
  const state = tierStateOf(before, view)
  const email = lead.attributes.find(a => a.name === 'email')?.value
  const [from, to] = [state.tier, judge(after, lead, state, now)]
  return {
    subject: splitKey(view.key).subject,
    email: email === undefined ? undefined : String(email),
    from,
    to,
    isNameOnly: rankOf(before, from) === 0 && rankOf(after, to) === 0,
    before: scoreOf(before, lead, now).millipoints / 1000,
    after: scoreOf(after, lead, now).millipoints / 1000,
  }
}

/**
 * Judges every lead of a workspace by another model, from the facts that are there now.
 * @param seen told of each thousand leads or so
 */
export async function movesBy(
  reading: Reading,
  workspace: string,
  after: Model,
  now: Millis,
  seen: (leads: number) => void = () => {},
): Promise<Moves> {
  const moves: Moves = { leads: 0, moved: 0, announced: 0, between: [], examples: [], rebuilding: [] }
  const between = new Map<string, { from: string; to: string; leads: number }>()
  for (const partition of reading.partitions) {
    const read = await reading.whole(partition, async () => {
      const found = new Map<string, Move>()
      for await (const views of reading.all(partition, workspace)) {
        for (const view of views) {
          const move = view.score && moveOf(view, reading.model(workspace, view.score.model), after, now)
          if (move) found.set(move.subject, move)
        }
        seen(moves.leads + found.size)
      }
      return found
    })
    if ('reason' in read) {
      moves.rebuilding.push(read.reason)
      continue
    }
    moves.leads += read.found.size
    for (const move of read.found.values()) {
      if (move.from === move.to || move.isNameOnly) continue
      moves.moved++
      const way = between.get(`${move.from} ${move.to}`) ?? { from: move.from, to: move.to, leads: 0 }
      between.set(`${move.from} ${move.to}`, { ...way, leads: way.leads + 1 })
      if (announces(after, { tier: move.from, since: 0, left: [] }, move.to, now)) moves.announced++
      if (moves.examples.length < EXAMPLES) moves.examples.push(move)
    }
  }
  moves.between = [...between.values()].sort((a, b) => b.leads - a.leads || (a.from < b.from ? -1 : 1))
  return moves
}
