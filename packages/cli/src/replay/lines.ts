import { createHash } from 'node:crypto'
import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs'
import { pipeline, type Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import { createGunzip } from 'node:zlib'
import { CliError, EXIT } from '../exit.ts'
import { parseLine } from './accessLog.ts'
import { skipOf } from './pageView.ts'

/** A log line is some hundred bytes, a request at most 8 KB with most servers: what is longer is no text. */
const MAX_LINE = 1_048_576

/** What a first look at a whole file tells. */
export interface LookedThrough {
  /** SHA-256 of the unpacked text, hex: the same text is the same, packed or not. */
  digest: string
  lines: number
}

export interface Survey extends LookedThrough {
  /** Page views among the lines. */
  events: number
  /** Time of the latest page view; undefined where there is none. */
  latest: number | undefined
}

/**
 * Lines of a file, unpacked where it is gzip (told by its first bytes, not by its name).
 * @param next what to give instead, where it is no file
 * @throws CliError
 */
export async function* linesOf(
  path: string,
  onText: (text: Buffer) => void = () => {},
  next = 'Give an access log in the combined format, as it is or as .gz.',
): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  try {
    for await (const chunk of open(path, next)) {
      onText(chunk as Buffer)
      const lines = (rest + decoder.write(chunk as Buffer)).split('\n')
      rest = lines.pop() as string
      if (rest.length > MAX_LINE)
        throw new CliError(EXIT.failed, `${path} is no text: a line has over a megabyte.`)
      for (const line of lines) yield line.endsWith('\r') ? line.slice(0, -1) : line
    }
  } catch (cause) {
    if (cause instanceof CliError) throw cause
    const { code, message } = cause as { code?: string; message: string }
    if (code === 'Z_BUF_ERROR' || code === 'Z_DATA_ERROR')
      throw new CliError(EXIT.failed, `${path} is damaged or cut short (${message}).`, 'Copy it anew.', cause)
    throw new CliError(EXIT.failed, `${path} cannot be read: ${message}.`, undefined, cause)
  }
  rest += decoder.end()
  if (rest !== '') yield rest
}

function open(path: string, next: string): Readable {
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found) throw new CliError(EXIT.notFound, `There is no file ${path}.`, next)
  if (found.isDirectory()) throw new CliError(EXIT.failed, `${path} is a directory.`, next)
  // A pipe can be read once, and a log is looked through before it is sent.
  if (!found.isFile()) throw new CliError(EXIT.failed, `${path} is no plain file.`, next)
  const fd = openSync(path, 'r')
  const first = Buffer.alloc(2)
  readSync(fd, first, 0, 2, 0)
  closeSync(fd)
  const file = createReadStream(path)
  const isGzip = first[0] === 0x1f && first[1] === 0x8b
  // pipeline ends the reader with the error of whichever part failed.
  return isGzip ? pipeline(file, createGunzip(), () => {}) : file
}

/** Reads the whole file once. @param next what to give instead, where it is no file @throws CliError */
export async function lookThrough(
  path: string,
  onLine: (line: string) => void = () => {},
  next?: string,
): Promise<LookedThrough> {
  const hash = createHash('sha256')
  let lines = 0
  for await (const line of linesOf(path, text => hash.update(text), next)) {
    lines++
    onLine(line)
  }
  return { digest: hash.digest('hex'), lines }
}

export async function survey(path: string): Promise<Survey> {
  let events = 0
  let latest: number | undefined
  const looked = await lookThrough(path, line => {
    const hit = parseLine(line)
    if (!hit || skipOf(hit)) return
    events++
    if (latest === undefined || hit.at > latest) latest = hit.at
  })
  return { ...looked, events, latest }
}
