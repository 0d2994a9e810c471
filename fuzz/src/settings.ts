import { type MailSecret, mailKey, signToken } from '@hotlead/beacon'
import { digestOf } from '@hotlead/sources'

const WRITE_KEY = 'wk_demo'
const SECRET_KEY = 'sk_demo'
const LOGIN = 'postmark:of-the-fuzzer-and-nobody-else'
const SOURCE = 'fuzz'
const LEAD = `l:${'a'.repeat(22)}`
const MAIL: MailSecret = { id: '1', secret: 'mail-links-of-the-fuzzer' }

/** What the edge runs with: the demo's keys, a webhook that the fuzzer may use, and a secret for links in mails. */
export const SOURCES = JSON.stringify({
  workspaces: [
    {
      name: 'demo',
      sources: [
        {
          name: SOURCE,
          origins: ['loopback'],
          keys: [
            { kind: 'write', digest: digestOf(WRITE_KEY) },
            { kind: 'secret', digest: digestOf(SECRET_KEY) },
          ],
          webhooks: { postmark: { login: LOGIN } },
        },
      ],
    },
  ],
})
export const MAIL_KEYS = `${MAIL.id}:${MAIL.secret}`

/**
 * What is looked at in every answer. Left out, of what schemathesis knows: whether wrong data is refused and right data
 * taken, since a batch with a bad event is taken, and a right one that names nobody is not; and 405 for a method that a path has not,
 * which a QUERY without a content type is not answered: fastify says 400 before any route.
 */
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'ignored_auth',
]

interface Words {
  seed: number
  examples: number
  /** Where the events of the run are written. */
  report: string
}

/** Schemathesis' own settings: https://schemathesis.readthedocs.io/en/stable/reference/configuration/ */
export function schemathesisToml({ seed, examples, report }: Words): string {
  const basic = (login: string) => `Basic ${Buffer.from(login).toString('base64')}`
  const mail = { workspace: 'demo', lead: LEAD, message: 'spring-1' }
  const click = { link: 'price', target: 'https://www.example.com/pricing' }
  const key = mailKey(MAIL, 'demo')
  const tokens = [signToken({ ...mail, click: undefined }, key), signToken({ ...mail, click }, key)]
  const list = (values: readonly string[]) => `[${values.map(v => JSON.stringify(v)).join(', ')}]`
  return `color = false
seed = ${seed}
continue-on-failure = true
request-timeout = 30
workers = 2
# Health checks of the generator: bodies of our limits are large on purpose.
suppress-health-check = ["all"]
warnings = false
headers = { X-Write-Key = ${JSON.stringify(WRITE_KEY)} }

[reports.ndjson]
path = ${JSON.stringify(report)}

[cache]
enabled = false

[generation]
max-examples = ${examples}
database = "none"
# A key made up would stand in the place of ours, and every answer would be 401.
with-security-parameters = false

[checks]
enabled = false
${CHECKS.map(check => `${check}.enabled = true`).join('\n')}

[phases.stateful]
enabled = false

[dictionaries]
tokens = { values = ${list(tokens)} }
leads = { values = ${list(['ann@example.com', 'v:ann', LEAD])} }
sources = { values = ${list([SOURCE])} }

[[operations]]
include-path-regex = "^/e/"
parameters = { "path.token" = { dictionary = "tokens", probability = 0.5 } }

[[operations]]
include-path = "/v1/leads/{id}/follow-ups"
headers = { X-Write-Key = ${JSON.stringify(SECRET_KEY)} }
parameters = { "path.id" = { dictionary = "leads", probability = 0.7 } }

[[operations]]
include-path = "/v1/outcomes"
headers = { X-Write-Key = ${JSON.stringify(SECRET_KEY)} }

[[operations]]
include-path-regex = "^/webhooks/"
parameters = { "path.source" = { dictionary = "sources", probability = 0.8 } }
headers = { Authorization = ${JSON.stringify(basic(LOGIN))} }
`
}
