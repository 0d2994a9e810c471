/** Numbers in [0, 1) that are the same in every run: mulberry32, public domain, by Tommy Ettinger. */
export function random(seed: number): () => number {
  let a = seed >>> 0
  return () => {
    a = (a + 0x6d2b79f5) >>> 0
    let t = a
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** 36 characters in the shape of a UUID, from a number: ids as long as real ones, and different for each number. */
export function uuidOf(run: string, n: number): string {
  const hex = n.toString(16).padStart(12, '0')
  return `${run.padEnd(8, '0').slice(0, 8)}-0000-4000-8000-${hex}`
}
