import { startInBackground } from '@hotlead/local/background'
import { type Command, JSON_OPTION } from '../command.ts'
import { CliError, EXIT } from '../exit.ts'

export const up: Command = {
  name: 'up',
  about: 'Start everything on this machine in the background',
  details:
    'The same as `npm start`, in the background: Kafka, Redis, the schema registry and the services. Returns once\n' +
    'they are ready; `hotlead down` ends them. What they say meanwhile is in .hotlead/logs.',
  options: { ...JSON_OPTION },
  examples: [
    ['hotlead up', 'start, or wait until a start that is under way is ready'],
    [
      'HOTLEAD_INGESTOR_PORT=9088 hotlead up',
      'another port for the beacons; npm start -- --help lists them all',
    ],
  ],
  async run(_args, terminal) {
    try {
      const { pid, already, lines } = await startInBackground(line => terminal.note(line))
      if (terminal.json) return terminal.value({ pid, already, lines })
      terminal.line(already ? `hotlead runs already (pid ${pid}).` : `\nhotlead is up (pid ${pid}).`)
      for (const line of lines) terminal.line(line)
      terminal.line('\n`npx hotlead down` stops everything.')
    } catch (error) {
      throw new CliError(
        EXIT.failed,
        (error as Error).message,
        'Mend what it says above and run `hotlead up` again.',
        error,
      )
    }
  },
}
