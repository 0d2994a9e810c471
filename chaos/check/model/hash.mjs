/**
 * FNV-1a, 32 bits, of a text's UTF-16 units, as a signed number: h becomes (h xor unit) × 16777619 at each. The factor is
 * 2^24 + 403, so that both products stay below 2^53.
 */
export function hash32(text) {
  let h = 2_166_136_261
  for (let i = 0; i < text.length; i++) {
    const mixed = (h ^ text.charCodeAt(i)) >>> 0
    h = ((mixed % 256) * 2 ** 24 + mixed * 403) % 2 ** 32
  }
  return h >= 2 ** 31 ? h - 2 ** 32 : h
}
