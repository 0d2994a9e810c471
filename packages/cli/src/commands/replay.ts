import { basename } from 'node:path'
import { type Command, JSON_OPTION } from '../command.ts'
import { type CliConfig, ingestorUrl, readConfig } from '../config.ts'
import { postToEdge } from '../edge.ts'
import { CliError, EXIT } from '../exit.ts'
import { interruption, pause } from '../interrupt.ts'
import { deliver } from '../replay/deliver.ts'
import { linesOf, survey } from '../replay/lines.ts'
import { lockState } from '../replay/lock.ts'
import { SKIPS, type Skip } from '../replay/pageView.ts'
import { number, progressText } from '../replay/progress.ts'
import { replay as run, type Tally } from '../replay/replay.ts'
import { loadState, type ReplayState, saveState, statePath } from '../replay/state.ts'
import type { Terminal } from '../terminal.ts'
import { timeText } from '../times.ts'
import { edgeRefusal } from './send.ts'

/** ms between two drawings of the progress line. */
const DRAW = 100

interface Result extends Tally {
  file: string
  seconds: number
  eventsPerSecond: number
  /** Lines that an earlier run had sent. */
  resumedAfter: number
  /** Whether nothing was sent, because all of it had been. */
  wasDone: boolean
  state: string
}

function report(r: Result, terminal: Terminal): void {
  if (terminal.json) {
    terminal.value(r)
    return
  }
  const skipped = Object.values(r.skipped).reduce((a, b) => a + b, 0)
  const reasons = (Object.keys(SKIPS) as Skip[])
    .filter(reason => r.skipped[reason] > 0)
    .map(reason => `${number(r.skipped[reason])} ${SKIPS[reason]}`)
  terminal.line(`lines     ${number(r.lines)}`)
  terminal.line(`skipped   ${number(skipped)}${reasons.length > 0 ? ` (${reasons.join(', ')})` : ''}`)
  terminal.line(
    `events    ${number(r.events)}: ${number(r.sent)} sent now${r.before > 0 ? `, ${number(r.before)} before` : ''}`,
  )
  terminal.line(`visitors  ${number(r.visitors)}`)
  if (r.sent > 0)
    terminal.line(`rate      ${number(r.eventsPerSecond)} events/s in ${r.seconds.toFixed(1)} s`)
}

export const replay: Command = {
  name: 'replay',
  takes: ['FILE'],
  about: 'Send the page views of an access log through the HTTP edge, as if they had just happened',
  details:
    'FILE is a log in the combined format (Apache, nginx), as it is or packed as .gz. A visitor is an address with a\n' +
    'user agent. Left out: assets (styles, scripts, images, fonts, sound, robots.txt, sitemaps), all but GET, and all\n' +
    'but status 2xx and 304. The last page view happens now, the others before it; that takes a secret key\n' +
    '(HOTLEAD_KEY, default sk_demo), since others may not send what is older than a day.\n' +
    'Interrupted, the same command goes on where it was; finished, it does nothing: a log counts once. Of two at once\n' +
    'the second is refused. Crawlers are sent too: the edge knows them by their user agent and gives them no points.',
  options: {
    speed: {
      type: 'string',
      value: 'N',
      about: 'As it came, N times as fast (1: real time); default all at once',
    },
    again: { type: 'boolean', about: 'Begin anew, as new events, also where it was replayed before' },
    state: { type: 'string', value: 'FILE', about: 'Where it keeps how far it is (default below .hotlead/)' },
    ...JSON_OPTION,
  },
  examples: [
    ['hotlead replay testdata/access-log-2015-05.gz', 'four days of a real site, at once'],
    ['hotlead replay access.log --speed 60', 'an hour in a minute'],
    [
      'HOTLEAD_URL=https://t.example.com HOTLEAD_KEY=… hotlead replay access.log',
      'into another installation',
    ],
  ],
  async run(args, terminal) {
    const file = args.positionals[0] as string
    const speed = args.text('speed') === undefined ? undefined : args.number('speed', 1, 0.001, 1e9)
    const config = readConfig()
    const signal = interruption()
    const { digest, lines, latest } = await survey(file)
    if (latest === undefined)
      throw new CliError(
        EXIT.failed,
        `${file} has ${number(lines)} lines and no page view among them.`,
        'It must be in the combined format: address - user [time] "GET /path HTTP/1.1" 200 123 "referrer" "agent".',
      )
    const path = args.text('state') ?? statePath(digest, ingestorUrl(config), config.HOTLEAD_KEY)
    const release = lockState(path)
    try {
      await replayFrom(
        { file, path, speed, again: args.flag('again'), config, signal, terminal },
        { digest, lines, latest },
      )
    } finally {
      release()
    }
  },
}

interface Run {
  file: string
  /** Of its state. */
  path: string
  speed: number | undefined
  again: boolean
  config: CliConfig
  signal: AbortSignal
  terminal: Terminal
}

/** Sends what the state says is missing. Only one at a time for a state. */
async function replayFrom(
  { file, path, speed, again, config, signal, terminal }: Run,
  { digest, lines, latest }: { digest: string; lines: number; latest: number },
): Promise<void> {
  const before = again ? undefined : loadState<ReplayState>(path, digest, ['shift'])
  const now = Date.now()
  const state: ReplayState = before ?? {
    digest,
    startedAt: now,
    shift: now - latest,
    lines: 0,
    finishedAt: undefined,
  }
  const from = state.lines
  const wasDone = state.finishedAt !== undefined
  if (wasDone)
    terminal.note(
      `${basename(file)} was replayed on ${timeText(state.finishedAt as number)}: nothing is sent twice (--again does).`,
    )
  else if (from > 0) terminal.note(`Going on after line ${number(from)} of ${number(lines)}.`)
  // Before the first event: where it cannot be written, an interruption could not be made good.
  if (!wasDone) saveState(path, state)

  const started = performance.now()
  const seconds = () => (performance.now() - started) / 1000
  let isKnown = false
  let drawn = 0
  const clear = () => terminal.isProgressShown && terminal.progress('')
  const tally = await run({
    lines: linesOf(file),
    from,
    idOf: line => `${digest.slice(0, 12)}-${state.startedAt.toString(36)}-${line}`,
    timing: first =>
      speed === undefined
        ? { kind: 'shift', shift: state.shift }
        : { kind: 'speed', speed, origin: first, start: Date.now() },
    async send(batch) {
      const answer = await deliver({
        post: () => postToEdge(config, '/v1/batch', { batch }),
        pause: ms => pause(ms, signal),
        now: Date.now,
        say(sentence) {
          clear()
          terminal.note(sentence)
        },
        isKnown,
        signal,
      })
      if (!answer) return false
      if (answer.status !== 200 || answer.deadLettered > 0) throw edgeRefusal(answer)
      isKnown = true
      return true
    },
    done(done, { sent }) {
      state.lines = done
      saveState(path, state)
      if (!terminal.isProgressShown || performance.now() - drawn < DRAW) return
      drawn = performance.now()
      terminal.progress(progressText(done, lines, sent / seconds()))
    },
    now: Date.now,
    until: time => pause(time - Date.now(), signal),
    isStopped: () => signal.aborted,
  }).finally(clear)
  const isWhole = state.lines >= lines
  if (isWhole && !wasDone) saveState(path, { ...state, finishedAt: Date.now() })
  report(
    {
      file,
      ...tally,
      seconds: seconds(),
      eventsPerSecond: tally.sent / seconds(),
      resumedAfter: from,
      wasDone,
      state: path,
    },
    terminal,
  )
  if (!isWhole)
    throw new CliError(
      EXIT.interrupted,
      `Interrupted after line ${number(state.lines)} of ${number(lines)}.`,
      'The same command goes on from there.',
    )
}
