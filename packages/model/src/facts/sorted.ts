/** The union of two sorted lists by their keys; `both` joins what is in either. */
export function mergeSorted<T, K extends string | number>(
  a: readonly T[],
  b: readonly T[],
  key: (item: T) => K,
  both: (x: T, y: T) => T,
): T[] {
  const merged: T[] = []
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    const x = a[i]
    const y = b[j]
    if (y === undefined || (x !== undefined && key(x) < key(y))) {
      merged.push(x as T)
      i++
    } else if (x === undefined || key(y) < key(x)) {
      merged.push(y)
      j++
    } else {
      merged.push(both(x, y))
      i++
      j++
    }
  }
  return merged
}

/** Index of the first item for which `below` no longer holds, in a list sorted by it. */
export function lowerBound<T>(list: readonly T[], below: (item: T) => boolean): number {
  // Lists are short and the newest entry is nearly always the place: look from the end.
  let i = list.length
  while (i > 0 && !below(list[i - 1] as T)) i--
  return i
}

/** Order of what has a name, as the schema keeps it. */
export function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1
}
