import type { Terminal } from './terminal.ts'

/** ms between two drawings. */
const DRAW = 200

/**
 * The line that shows how far long work is, drawn five times a second at most, and only for eyes.
 * @returns takes what there is to say, which is only asked where it is drawn, and the part that is done, 0 to 1, where that is known
 */
export function progressLine(terminal: Terminal): (part: number | undefined, text: () => string) => void {
  let drawn = 0
  return (part, text) => {
    const now = performance.now()
    if (!terminal.isProgressShown || now - drawn < DRAW) return
    drawn = now
    const percent = part === undefined ? '' : `${String(Math.floor(part * 100)).padStart(3)} %  `
    terminal.progress(`${percent}${text()}`)
  }
}
