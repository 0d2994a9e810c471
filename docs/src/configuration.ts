import { baseConfig, configReference, type Variable } from '@hotlead/service'
import { defaultPorts, wantedByServers } from '../../deploy/local/src/ports.ts'
import { cliConfig } from '../../packages/cli/src/config.ts'
import { ingestorConfig } from '../../services/ingestor/src/config.ts'
import { scorerConfig } from '../../services/scorer/src/config.ts'
import { tieringConfig } from '../../services/tiering/src/config.ts'
import { code, GENERATED, table } from './table.ts'

/** What reads the environment, each with the variables that it does not share with all. */
const READERS = {
  ingestor: ingestorConfig,
  scorer: scorerConfig,
  tiering: tieringConfig,
  'the command line': cliConfig,
}

/** Every variable, its default, what it must be, and who reads it. */
export function configurationPage(): string {
  const shared = configReference(baseConfig)
  const own = Object.entries(READERS).map(([reader, schema]) => {
    const variables = configReference(schema).filter(v => !shared.some(s => s.name === v.name))
    return `## ${heading(reader)}\n\n${variableTable(variables)}`
  })
  return `${GENERATED}
# Configuration

Everything is set by environment variables. A service reads them once, at its start; where any is wrong it names every
problem at once and ends with status 78, so that a supervisor need not try again. An empty variable counts as not set.

## All services and the command line

${variableTable(shared)}
${own.join('\n')}
## The servers of \`npm start\`

${table(
  ['variable', 'default', 'what it is'],
  wantedByServers(defaultPorts({})).map(({ variable, port, what }) => [
    code(variable),
    code(String(port)),
    `Port of ${what}`,
  ]),
)}
\`HOTLEAD_SERVERS\` (docker or java) decides where the servers come from, \`HOTLEAD_DATA\` is the folder of their data
(\`.hotlead\`).
`
}

function heading(reader: string): string {
  return reader[0]?.toUpperCase() + reader.slice(1)
}

function variableTable(variables: readonly Variable[]): string {
  return table(
    ['variable', 'default', 'must be', 'what it is'],
    variables.map(v => [
      code(v.name),
      v.initial === undefined ? 'none: must be set' : v.initial === '' ? 'empty' : code(v.initial),
      v.kind,
      v.about,
    ]),
  )
}
