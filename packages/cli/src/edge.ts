import { type CliConfig, ingestorUrl } from './config.ts'
import { addressOf, unavailable } from './connect.ts'

/** What the HTTP edge said. */
export interface EdgeAnswer {
  status: number
  /** Seconds that a refusal asked for; undefined where it named none. */
  retryAfter: number | undefined
  /** Reason of a refusal, from the edge's closed list. */
  error: string | undefined
  problems: readonly string[]
  /** Events that it took but put aside: they will never score. */
  deadLettered: number
  /** Of a deletion: until when all is forgotten, ms since 1970. */
  until?: number | undefined
}

/** Longer than the edge itself waits for Kafka (5 s), so that its own answer arrives. */
const WITHIN = 15_000

/** Posts JSON to the edge with the configured key. @throws CliError (unavailable) where no answer comes */
export function postToEdge(config: CliConfig, path: string, body: object): Promise<EdgeAnswer> {
  return askEdge(config, path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}

/** The same of a DELETE. */
export function deleteAtEdge(config: CliConfig, path: string): Promise<EdgeAnswer> {
  return askEdge(config, path, { method: 'DELETE', headers: {} })
}

async function askEdge(
  config: CliConfig,
  path: string,
  request: { method: string; headers: Record<string, string>; body?: string },
): Promise<EdgeAnswer> {
  const url = ingestorUrl(config)
  let answer: Response
  let text: string
  try {
    answer = await fetch(`${url}${path}`, {
      ...request,
      headers: { ...request.headers, 'x-write-key': config.HOTLEAD_KEY },
      signal: AbortSignal.timeout(WITHIN),
    })
    text = await answer.text()
  } catch (error) {
    throw unavailable(config, 'HOTLEAD_URL', 'The HTTP edge', addressOf(url), (error as Error).cause ?? error)
  }
  return { status: answer.status, retryAfter: seconds(answer.headers.get('retry-after')), ...bodyOf(text) }
}

function seconds(header: string | null): number | undefined {
  return header !== null && /^\d+$/.test(header) ? Number(header) : undefined
}

function bodyOf(text: string): Pick<EdgeAnswer, 'error' | 'problems' | 'deadLettered' | 'until'> {
  try {
    const { error, problems, deadLettered, until } = JSON.parse(text) as Record<string, unknown>
    return {
      error: typeof error === 'string' ? error : undefined,
      problems: Array.isArray(problems) ? problems.map(String) : [],
      deadLettered: Number(deadLettered ?? 0),
      until: typeof until === 'number' ? until : undefined,
    }
  } catch {
    return { error: undefined, problems: [text.slice(0, 200)], deadLettered: 0, until: undefined }
  }
}
