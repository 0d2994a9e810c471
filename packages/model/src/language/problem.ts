/** What is wrong with a model file. */
export interface Problem {
  /** Name of the file, as it was given. */
  file: string
  line: number
  column: number
  /** Where in the file, as `tiers[1].enter.score`. */
  path: string
  message: string
}

export type Path = readonly PropertyKey[]

/** A problem before it has its place. */
export interface Finding {
  path: Path
  message: string
}

export function pathText(path: Path): string {
  return path.map((p, i) => (typeof p === 'number' ? `[${p}]` : `${i === 0 ? '' : '.'}${String(p)}`)).join('')
}

export function valueAt(content: unknown, path: Path): unknown {
  let v = content
  for (const p of path) v = (v as Record<PropertyKey, unknown> | null | undefined)?.[p]
  return v
}

/** A value in words: its kind, and what it is where that is short. */
export function kindOf(v: unknown): string {
  if (v === undefined) return 'nothing'
  if (v === null) return 'an empty value'
  if (Array.isArray(v)) return v.length === 0 ? 'an empty list' : 'a list'
  if (typeof v === 'object') return 'a group of settings'
  return typeof v === 'string'
    ? `the text “${v.length > 40 ? `${v.slice(0, 40)}…` : v}”`
    : `the ${typeof v} ${v}`
}
