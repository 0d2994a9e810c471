/** The number under which a lead remembers an event's id: 53 bits of cyrb53 (bryc, public domain), in its own words. */
export function idNumber(id) {
  let [h1, h2] = [0xdeadbeef, 0x41c6ce57]
  for (let i = 0; i < id.length; i++) {
    h1 = Math.imul(h1 ^ id.charCodeAt(i), 2654435761)
    h2 = Math.imul(h2 ^ id.charCodeAt(i), 1597334677)
  }
  const mixed = Math.imul(h1 ^ (h1 >>> 16), 2246822507) ^ Math.imul(h2 ^ (h2 >>> 13), 3266489909)
  const high = Math.imul(h2 ^ (h2 >>> 16), 2246822507) ^ Math.imul(mixed ^ (mixed >>> 13), 3266489909)
  return (high & 0x1fffff) * 2 ** 32 + (mixed >>> 0)
}

/** `demo/l:abc` → ['demo', 'l:abc'] */
export function parts(key) {
  const slash = key.indexOf('/')
  return [key.slice(0, slash), key.slice(slash + 1)]
}
