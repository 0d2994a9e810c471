import { number } from '../replay/progress.ts'
import type { Terminal } from '../terminal.ts'
import type { Question } from './source.ts'

/** ms between two drawings of the progress line. */
const DRAW = 200

export function progressOn(terminal: Terminal): Question['onProgress'] {
  const started = performance.now()
  let drawn = 0
  return (part, done) => {
    const now = performance.now()
    if (!terminal.isProgressShown || now - drawn < DRAW) return
    drawn = now
    const rate = done / ((now - started) / 1000)
    terminal.progress(
      `${part === undefined ? '' : `${String(Math.floor(part * 100)).padStart(3)} %  `}${number(done)} read  ${number(rate)}/s`,
    )
  }
}
