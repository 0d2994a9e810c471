import { text } from '@hotlead/service'

/** The variable by which ingestor and command line find the same store. */
export const sourcesVariable = {
  HOTLEAD_SOURCES: text(
    '',
    'Workspaces, sources and keys: a YAML or JSON file, or `redis` for those in HOTLEAD_REDIS; empty means the demo workspace (docs/keys.md)',
    'the path of a file, or redis',
  ),
}

/** The value that means Redis. A file of that name is `./redis`. */
export const IN_REDIS = 'redis'
