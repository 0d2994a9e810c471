import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parts } from '../lead/ids.mjs'
import { wrongScore } from '../model/points.mjs'
import { MAIN } from '../model/read.mjs'
import { fitOf, Recount } from '../model/recount.mjs'
import { wrongPlace } from './whereItStands.mjs'

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
  return wrongStory(story, lead, model).map(words => `${shown}: ${words}`)
}

/** What is wrong with what is told of a lead at a time, against its facts. */
export function wrongStory(story, lead, model) {
  const recount = new Recount(model, lead.facts)
  const wrong = []
  if (story.score !== story.millipoints / 1000)
    wrong.push(`score is ${story.score}, millipoints ${story.millipoints}`)
  const main = {
    name: MAIN,
    millipoints: story.millipoints,
    rules: story.contributions,
    limits: story.limits,
  }
  const told = [main, ...story.scores]
  const names = model.scores.map(s => s.name)
  if (`${told.map(s => s.name)}` !== `${names}`)
    wrong.push(`scores are ${told.map(s => s.name)}, of ${names}`)
  for (const score of model.scores) {
    const found = told.find(s => s.name === score.name)
    const words = found && wrongScore(score, recount.score(score.name, story.at), published(found))
    if (words) wrong.push(`${score.name}: ${words}`)
  }
  const fit = model.fit && fitOf(model.fit, name => recount.attribute(name)).millipoints
  if (story.fit?.millipoints !== fit)
    wrong.push(`its fit is ${story.fit?.millipoints}, by the recount ${fit}`)
  const answers = story.fit
    ? [...story.fit.rules.map(r => r.points * 1000), ...story.fit.limits.map(l => l.millipoints)]
    : []
  const sum = answers.reduce((n, points) => n + Math.round(points), 0)
  if (story.fit && sum !== fit) wrong.push(`the answers of its fit sum to ${sum} thousandths, it is ${fit}`)
  const standing = { tier: story.tier, since: story.since, left: [] }
  return [...wrong, ...wrongPlace(recount, standing, story.at, story).map(([, words]) => words)]
}

/** What is told of a score as an event tells it: parts that are not 0. */
function published({ millipoints, rules, limits }) {
  const all = [...rules.map(({ rule, millipoints }) => ({ rule, millipoints })), ...limits]
  return { millipoints, contributions: all.filter(c => c.millipoints !== 0) }
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
