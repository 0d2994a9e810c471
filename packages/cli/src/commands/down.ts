import { stopRun } from '@hotlead/local/background'
import { type Command, JSON_OPTION } from '../command.ts'
import { CliError, EXIT } from '../exit.ts'

export const down: Command = {
  name: 'down',
  about: 'Stop what `hotlead up` or `npm start` runs on this machine',
  details:
    'Services first, then the registry, Kafka and Redis. The data stays in .hotlead for the next start.',
  options: { ...JSON_OPTION },
  examples: [['hotlead down', 'stop everything; where nothing runs it says so and ends with 0']],
  async run(_args, terminal) {
    const run = await stopRun(line => terminal.note(line)).catch(error => {
      throw new CliError(EXIT.failed, (error as Error).message, undefined, error)
    })
    if (terminal.json) return terminal.value({ stopped: run !== undefined, pid: run?.pid ?? null })
    terminal.line(run ? `Stopped (pid ${run.pid}); the data is kept.` : 'Nothing runs here.')
  },
}
