import { existsSync, readFileSync } from 'node:fs'
import { type Report, render } from '../../chaos/src/report.ts'

const BEGIN = '<!-- recorded: written by `npm run docs` from chaos/recorded.json -->'
const END = '<!-- /recorded -->'

/** The page as it is, with the table of the recorded run between its markers. @throws where it has no markers */
export function guaranteesPage(): string {
  const page = readFileSync(new URL('../guarantees.md', import.meta.url), 'utf8')
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)]
  if (from < 0 || to < from) throw new Error(`docs/guarantees.md lacks the lines “${BEGIN}” and “${END}”`)
  return `${page.slice(0, from + BEGIN.length)}\n\n${recorded()}\n\n${page.slice(to)}`
}

function recorded(): string {
  const file = new URL('../../chaos/recorded.json', import.meta.url)
  if (!existsSync(file)) return 'No run is on record yet.'
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report
  const { cpu, cores, memory, node, kernel } = report.machine
  return `${render(report)}\n\n${cores} × ${cpu}, ${memory} GB, Linux ${kernel}, Node ${node}, ${report.date.slice(0, 10)}.`
}
