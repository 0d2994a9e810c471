import { printable, type Terminal } from '../terminal.ts'
import { distanceText, timeText } from '../times.ts'
import { adviceOn } from './advice.ts'
import { hexLines, plainText } from './bytesText.ts'
import type { Found } from './deadLetters.ts'
import type { WholeLetter } from './letter.ts'
import { positionText } from './position.ts'

/** Bytes that are shown; the rest is for a file. */
const MOST = 65_536

/** All of a letter, for a person. @param now ms since 1970 */
export function letterLines(
  letter: WholeLetter,
  { noted, state }: Found,
  terminal: Terminal,
  now: number,
): string[] {
  const { record, origin } = letter
  const heads: [string, string][] = [
    ['written', `${timeText(letter.at)}, ${distanceText(letter.at, now)}`],
    ['step', printable(letter.step)],
    ['why', printable(letter.detail)],
    ['key', keyText(letter)],
    ...(origin ? [['from', `${printable(origin.topic)} ${positionText(origin)}`] as [string, string]] : []),
    ['state', noted ? `${state}, ${distanceText(noted.at, now)}` : state],
  ]
  const value = record.value ?? Buffer.alloc(0)
  const shown = value.subarray(0, MOST)
  // The cut may go through a character.
  const text = plainText(value)
  return [
    terminal.style('bold', `${positionText(letter)}  ${printable(letter.reason)}`),
    ...heads.map(([name, said]) => `${name.padEnd(9)}${said}`),
    '',
    'Headers',
    ...Object.entries(record.headers ?? {}).flatMap(([name, values]) =>
      [values].flat().map(one => `  ${printable(name)}: ${inline(Buffer.from(one ?? ''))}`),
    ),
    '',
    text === undefined
      ? `Value, ${value.length.toLocaleString('en')} bytes, not plain text:`
      : `Value, ${value.length.toLocaleString('en')} bytes of text:`,
    ...(text === undefined ? hexLines(shown) : [text.slice(0, MOST)]),
    ...(value.length > MOST
      ? [
          `… the first ${MOST.toLocaleString('en')} of ${value.length.toLocaleString('en')}; --bytes writes all.`,
        ]
      : []),
    '',
    `Next: ${adviceOn(letter, noted)}`,
  ]
}

function keyText({ record }: WholeLetter): string {
  if (record.keyBytes === null) return 'none'
  return record.keyBytes === undefined ? inline(Buffer.from(record.key)) : inline(record.keyBytes)
}

/** One line of it: as text, or as hex with a word that says so. */
function inline(bytes: Buffer): string {
  const text = plainText(bytes)
  return text === undefined || /[\n\r\t]/.test(text) ? `hex ${bytes.toString('hex')}` : text
}
