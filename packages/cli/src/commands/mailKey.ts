import { mailKey as keyOf, mailSecrets } from '@hotlead/beacon'
import { type Command, JSON_OPTION, WORKSPACE_OPTION } from '../command.ts'
import { readConfig } from '../config.ts'

export const mailKey: Command = {
  name: 'mail key',
  about: 'What a workspace’s mail tool signs its links with: a secret',
  details:
    'Prints the id of the key, a colon and the key, made from the first of HOTLEAD_MAIL_KEYS, else from HOTLEAD_SECRET. It is\n' +
    'good for this workspace alone, and who has it can make links of yours lead anywhere: keep it as you keep passwords.',
  options: { ...WORKSPACE_OPTION, ...JSON_OPTION },
  examples: [
    ['hotlead mail key', 'of the workspace demo'],
    ['hotlead mail key --workspace acme --json', 'for programs'],
  ],
  async run({ workspace }, terminal) {
    const [secret] = mailSecrets(readConfig())
    const { id, key } = keyOf(secret, workspace)
    if (terminal.json) return terminal.value({ workspace, id, key })
    terminal.line(`${id}:${key}`)
  },
}
