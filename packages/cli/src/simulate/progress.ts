import { progressLine } from '../progressLine.ts'
import { number } from '../replay/progress.ts'
import type { Terminal } from '../terminal.ts'
import type { Question } from './source.ts'

export function progressOn(terminal: Terminal): Question['onProgress'] {
  const started = performance.now()
  const draw = progressLine(terminal)
  return (part, done) =>
    draw(part, () => {
      const rate = done / ((performance.now() - started) / 1000)
      return `${number(done)} read  ${number(rate)}/s`
    })
}
