import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const PROGRAM = `
import { text } from 'node:stream/consumers'
import { Validator } from '@seriousme/openapi-schema-validator'
const { valid, errors } = await new Validator().validate(JSON.parse(await text(process.stdin)))
process.stdout.write(valid ? '' : JSON.stringify(errors))
`

/**
 * What the specification's own JSON Schema has against a document, and references that lead nowhere; empty where it is valid.
 * In a process of its own, since the validator is an ES module, which jest cannot load.
 */
export function openApiProblems(document: unknown): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', PROGRAM], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    input: JSON.stringify(document),
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`the validator ended with ${status}: ${stderr}`)
  return stdout
}
