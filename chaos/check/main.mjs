#!/usr/bin/env node
/**
 * Holds a running installation against its guarantees, with no code of the product's: see README.md.
 *
 *   node chaos/check/main.mjs --config FILE          resident: {"check":true} on stdin, one JSON line each on stdout
 *   node chaos/check/main.mjs --config FILE --once   one check, for people; exit code 1 where something is violated
 */
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { Checker } from './checker.mjs'
import { readConfig } from './config.mjs'
import { STATEMENTS } from './violations.mjs'

const USAGE = 'usage: node chaos/check/main.mjs --config FILE [--once] [--compacted]'

function options() {
  try {
    const { values } = parseArgs({
      options: { config: { type: 'string' }, once: { type: 'boolean' }, compacted: { type: 'boolean' } },
    })
    if (!values.config) throw new Error('--config is missing')
    const config = readConfig(values.config)
    return { once: values.once === true, config: values.compacted ? { ...config, compacted: true } : config }
  } catch (error) {
    console.error(`${error.message}\n${USAGE}`)
    process.exit(78)
  }
}

function show({ ok, violations, counts, perStatement, seconds }) {
  for (const [name, words] of Object.entries(STATEMENTS))
    console.log(
      `${perStatement[name] ? '✗' : '✓'} ${words}${perStatement[name] ? `: ${perStatement[name]} violations` : ''}`,
    )
  for (const { statement, detail } of violations) console.log(`\n${statement}\n  ${detail}`)
  if (counts.violations > violations.length)
    console.log(`\n… and ${counts.violations - violations.length} more`)
  console.log(
    `\n${Object.entries(counts)
      .map(([name, n]) => `${name} ${n}`)
      .join(', ')}; ${seconds} s`,
  )
  return ok
}

const { once, config } = options()
const checker = new Checker(config)
if (once) {
  try {
    process.exitCode = show(await checker.check()) ? 0 : 1
  } catch (error) {
    console.error(`no verdict: ${error.stack}`)
    process.exitCode = 2
  }
  await checker.close()
} else {
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() === '') continue
    try {
      if (JSON.parse(line).check !== true)
        throw new Error(`expected {"check":true}, found ${line.slice(0, 100)}`)
      console.log(JSON.stringify(await checker.check()))
    } catch (error) {
      console.error(error.stack)
      console.log(JSON.stringify({ ok: false, error: error.message, violations: [], counts: {}, seconds: 0 }))
    }
  }
  await checker.close()
}
