import { installation } from './installation.ts'

const HELP = `npm start: Kafka, Redis, the schema registry and hotlead's services on this machine.

Usage: npm start [-- --help]

Servers come from Docker where an engine answers, else from Java 17 and Maven; HOTLEAD_SERVERS=docker|java decides.
Data and logs are in .hotlead and found again by the next start. Ctrl-C stops everything; a second one kills it.
\`npx hotlead up\` does the same in the background, \`npx hotlead down\` ends it.

Variables (every service's own apply as well)
  HOTLEAD_DATA             folder of data and logs (.hotlead)
  HOTLEAD_SERVERS          docker or java
  HOTLEAD_KAFKA_PORT       19092 (HOTLEAD_KAFKA_CONTROLLER_PORT: one more)
  HOTLEAD_REDIS_PORT       16379
  HOTLEAD_REGISTRY_PORT    18081
  HOTLEAD_INGESTOR_PORT    8088
  HOTLEAD_SCORER_PORT      8091
  HOTLEAD_TIERING_PORT     8092`

/** ms within which a second signal is the first one's echo: npm passes on what the terminal sent already. */
const ECHO = 500

const say = (line: string) => process.stdout.write(`${line}\n`)
// A reader that left (a closed terminal, \`| head\`) must not stop the stopping.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

async function run(argv: string[]): Promise<number> {
  if (argv.includes('--help') || argv.includes('-h')) {
    say(HELP)
    return 0
  }
  if (argv.length > 0) {
    console.error(`npm start does not know what to do with “${argv[0]}”: see npm start -- --help.`)
    return 2
  }
  const local = installation(process.env, say)
  let asked: number | undefined
  const stopped = new Promise<number>(resolve => {
    const stop = (reason: string) => {
      const now = performance.now()
      if (asked === undefined) {
        asked = now
        void local.stop(reason).then(() => resolve(0))
      } else if (now - asked > ECHO && reason === 'SIGINT') {
        void local.kill().then(() => resolve(130))
      }
    }
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stop(name))
    // scripts/run.mjs holds the other end; where it was killed, nobody is left to stop us.
    process.on('disconnect', () => stop('what started it is gone'))
  })
  try {
    await local.start()
  } catch (error) {
    if (asked === undefined) {
      await local.stop()
      const { problems, exitCode } = error as { problems?: readonly string[]; exitCode?: number }
      console.error(problems?.join('\n') ?? (error as Error).message)
      return exitCode ?? 1
    }
  }
  return stopped
}

process.exit(await run(process.argv.slice(2)))
