import { printable } from '../terminal.ts'

/** The text that bytes are, where they are UTF-8 and nothing in it could rewrite a terminal; undefined: show them as hex. */
export function plainText(bytes: Buffer): string | undefined {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
  const shown = text.replace(/[\n\r\t]/g, ' ')
  return printable(shown) === shown ? text : undefined
}

/** Sixteen bytes a line: where it is, the bytes, and what of them is ASCII. */
export function hexLines(bytes: Buffer): string[] {
  return Array.from({ length: Math.ceil(bytes.length / 16) }, (_, i) => {
    const part = bytes.subarray(i * 16, i * 16 + 16)
    const hex = [...part].map(b => b.toString(16).padStart(2, '0')).join(' ')
    const ascii = [...part].map(b => (b >= 0x20 && b < 0x7f ? String.fromCharCode(b) : '.')).join('')
    return `${(i * 16).toString(16).padStart(8, '0')}  ${hex.padEnd(47)}  ${ascii}`
  })
}

/** For programs: the text, or the bytes in base64 where they are none. Whatever a terminal would make of it. */
export function bytesJson(bytes: Buffer): { text: string } | { base64: string } {
  const text = bytes.toString('utf8')
  return Buffer.from(text).equals(bytes) ? { text } : { base64: bytes.toString('base64') }
}
