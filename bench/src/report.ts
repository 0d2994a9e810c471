import { readFileSync, writeFileSync } from 'node:fs'
import { BENCHMARKS } from './options.ts'
import { UsageError } from './program.ts'
import type { Stored } from './results.ts'
import { table } from './table.ts'

const README = new URL('../README.md', import.meta.url)
const BEGIN = '<!-- results: written by `npm run bench -- report` -->'
const END = '<!-- /results -->'

/** The tables of all results, as they stand in the README. */
export function render(results: readonly Stored[]): string {
  const order = (r: Stored) => BENCHMARKS.indexOf(r.benchmark as (typeof BENCHMARKS)[number])
  return [...results]
    .sort((a, b) => order(a) - order(b) || a.name.localeCompare(b.name, 'en', { numeric: true }))
    .map(section)
    .join('\n\n')
}

export function section(r: Stored): string {
  const { cpu, cores, memory, node, kernel } = r.machine
  const where = `${cores} × ${cpu}, ${memory} GB, Linux ${kernel}, Node ${node}`
  const when = `${r.date.slice(0, 10)}, commit ${r.commit}, load before ${r.loadBefore}`
  const notes = r.notes.map(n => `- ${n}`).join('\n')
  return [`### ${r.title}`, table(r.columns, r.rows), notes, `${where}. ${when}.`]
    .filter(p => p !== '')
    .join('\n\n')
}

/** A text with what stands between the markers replaced. @throws where it has no markers */
export function between(text: string, content: string): string {
  const from = text.indexOf(BEGIN)
  const to = text.indexOf(END)
  if (from < 0 || to < from)
    throw new Error(`bench/README.md lacks the lines “${BEGIN}” and “${END}”: put them where the tables go`)
  return `${text.slice(0, from + BEGIN.length)}\n\n${content}\n\n${text.slice(to)}`
}

/** Puts the tables into bench/README.md. @throws where there are no results */
export function writeReport(results: readonly Stored[]): void {
  if (results.length === 0) throw new UsageError('bench/out/ has no results: run `npm run bench` first')
  writeFileSync(README, between(readFileSync(README, 'utf8'), render(results)))
}
