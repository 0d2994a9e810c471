import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parts } from '../lead/ids.mjs'
import { sumOf, wrongScore } from '../model/points.mjs'

/** The command line as a user runs it: a program of its own, which is the product. */
const CLI = fileURLToPath(new URL('../../../packages/cli/src/main.ts', import.meta.url))
const PATIENCE = 60_000

/** What is wrong with `hotlead lead KEY --json`: its parts must sum to its score, and be those of the recount. */
export async function wrongExplanations(key, lead, model, config) {
  const [workspace, subject] = parts(key)
  const shown = `hotlead lead '${subject}' --workspace ${workspace} --json`
  const { out, err, code } = await run(['lead', subject, '--workspace', workspace, '--json'], config)
  if (code !== 0) return [`${shown} ended with ${code}: ${err.slice(0, 300)}`]
  let story
  try {
    story = JSON.parse(out)
  } catch {
    return [`${shown} gives no JSON: ${out.slice(0, 200)}`]
  }
  const contributions = story.contributions
    .filter(c => c.millipoints !== 0)
    .map(c => ({ rule: c.rule, millipoints: c.millipoints }))
  const published = { millipoints: story.millipoints, contributions }
  const wrong = [sumOf(published)]
  if (story.score !== story.millipoints / 1000)
    wrong.push(`score is ${story.score}, millipoints ${story.millipoints}`)
  wrong.push(wrongScore(model, lead.facts, story.at, published))
  return [...new Set(wrong.filter(Boolean))].map(words => `${shown}: ${words}`)
}

function run(args, config) {
  const env = {
    ...process.env,
    HOTLEAD_KAFKA: config.brokers.join(','),
    HOTLEAD_REDIS: config.redis,
    HOTLEAD_REGISTRY: config.registry,
    HOTLEAD_TOPIC_PREFIX: config.topicPrefix,
    HOTLEAD_REDIS_PREFIX: config.redisPrefix,
    ...(config.partitions && { HOTLEAD_PARTITIONS: String(config.partitions) }),
  }
  return new Promise(resolve => {
    execFile(
      process.execPath,
      [CLI, ...args],
      { env, timeout: PATIENCE, maxBuffer: 1 << 24 },
      (error, out, err) => resolve({ out, err, code: error ? (error.code ?? error.signal) : 0 }),
    )
  })
}
