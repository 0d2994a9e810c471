/** Latest activities of a lead whose ids tell a repeat (G3). What is sent at one time must not hold more of one key. */
export const RECENT_IDS = 32

/**
 * 53-bit hash of an event id: two rounds of 32-bit multiply-xor (the public-domain cyrb53 shape, by bryc). Not for
 * adversaries: it only has to tell apart the 32 latest ids of one lead, where a chance collision is below 1e-13.
 */
export function hashId(id: string): number {
  let a = 0xdeadbeef
  let b = 0x41c6ce57
  for (let i = 0; i < id.length; i++) {
    const c = id.charCodeAt(i)
    a = Math.imul(a ^ c, 2654435761)
    b = Math.imul(b ^ c, 1597334677)
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909)
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909)
  return 4294967296 * (2097151 & b) + (a >>> 0)
}
