import { readFileSync, writeFileSync } from 'node:fs'
import { spread } from '@hotlead/bench/percentile'
import { runProgram } from '@hotlead/bench/program'
import { table } from '@hotlead/bench/table'
import { CONTROLS, type ControlName } from '@hotlead/testkit'
import { type Caught, runControl, runUnpatched } from './controls.ts'
import { FAULTS } from './faults/index.ts'
import { help, type Options, readOptions } from './options.ts'
import { render, roundLine } from './report.ts'
import { run } from './run.ts'
import { closeAll } from './session.ts'

const KINDS = FAULTS.map(f => f.kind)
const NAMES = Object.keys(CONTROLS) as ControlName[]

const say = (line: string) => process.stderr.write(`${line}\n`)

async function main(argv: string[]): Promise<number> {
  const options = readOptions(
    argv,
    { kinds: KINDS, controls: NAMES },
    1 + Math.floor(Math.random() * 999_999),
  )
  if (options.help) {
    console.log(help(KINDS, NAMES))
    return 0
  }
  if (options.render !== undefined) {
    console.log(render(JSON.parse(readFileSync(options.render, 'utf8'))))
    return 0
  }
  if (options.controls.length > 0) return controls(options)
  say(`seed ${options.seed}`)
  const detail = options.verbose ? say : () => {}
  const report = await run(options, say, detail, result => {
    const { verdict, load, ...rest } = result
    const { late, ...said } = verdict
    if (options.json)
      console.log(JSON.stringify({ seed: options.seed, ...load, ...said, late: spread(late), ...rest }))
    else console.log(roundLine(result, options.seed))
  })
  if (options.report) writeFileSync(options.report, `${JSON.stringify(report, null, 2)}\n`)
  console.log(options.json ? JSON.stringify(report) : `\n${render(report)}`)
  return report.problem === null ? 0 : 1
}

/** For a cell of the table: all of it was said before. */
function brief(words = ''): string {
  return words.length > 90 ? `${words.slice(0, 89)}…` : words
}

/** @returns 0 only where the product as it is was sound and every control was caught */
async function controls(options: Options): Promise<number> {
  const caught: Caught[] = []
  const detail = options.verbose ? say : () => {}
  say('the product as it is, under the faults of all of them')
  const plain = await runUnpatched(options.controls, options, detail)
  say(`  ${plain.problem ?? 'sound'} (${plain.seconds.toFixed(0)} s)`)
  for (const control of options.controls) {
    say(`${control}: ${CONTROLS[control].why}`)
    const found = await runControl(control, options, detail)
    caught.push(found)
    say(
      `  ${found.by === undefined ? `NOT caught in ${found.rounds} rounds${found.other === undefined ? '' : `, but: ${found.other}`}` : `caught: ${found.by}`} (${found.seconds.toFixed(0)} s)`,
    )
  }
  const rows = [
    [
      'none',
      plain.problem === undefined ? 'sound' : 'NOT SOUND',
      plain.rounds,
      plain.seconds,
      brief(plain.problem),
    ],
    ...caught.map(c => [
      c.control,
      c.by === undefined ? 'NOT CAUGHT' : 'caught',
      c.rounds,
      c.seconds,
      brief(c.by ?? c.other),
    ]),
  ]
  const result = { unpatched: { ...plain, problem: plain.problem ?? null }, caught }
  console.log(options.json ? JSON.stringify(result) : table(['control', '', 'rounds', 's', 'by'], rows))
  return plain.problem === undefined && caught.every(c => c.by !== undefined) ? 0 : 1
}

await runProgram({ run: () => main(process.argv.slice(2)), close: closeAll, say })
