import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Event } from '@hotlead/contracts'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { type Chromium, findChromium } from './chromium.ts'
import { type Read, Stage } from './stage.ts'

const PING = 'Page Engaged'

const found = findChromium()
if (!found)
  console.log(
    'the tracker in Chromium is skipped: none on this machine, and none in npm for it (apt-get install chromium)',
  )
/** `describe`, where there is a browser. */
export const describeInChromium = found ? describe : describe.skip
/** `test`, where the browser keeps pages for the way back. */
export const testWithPagesPutAside = found?.putsPagesAside ? test : test.skip

/** A page of the site. */
export interface Served {
  /** More attributes of the tracker's script tag. */
  attributes?: string
  /** Without the script: to look at what is stored. */
  plain?: true
  body?: string
}

/** A small site that carries the tracker, on an origin of its own; an ingestor, and a Kafka behind it; a real Chromium. */
export class TrackedSite {
  readonly origin: string
  /** Where the tracker comes from, and where its beacons go if its tag does not say otherwise. */
  readonly edge: string
  readonly #stage: Stage
  readonly #server: Server
  readonly #pages: Map<string, Served>
  readonly #browser: Browser

  private constructor(
    stage: Stage,
    edge: string,
    server: Server,
    pages: Map<string, Served>,
    browser: Browser,
  ) {
    this.#stage = stage
    this.edge = edge
    this.#server = server
    this.#pages = pages
    this.#browser = browser
    this.origin = originOf(server)
  }

  static async open(): Promise<TrackedSite> {
    const stage = await Stage.open()
    const { url } = await stage.start()
    const pages = new Map<string, Served>()
    const server = await listening(async request => {
      const path = pathOf(request)
      // The longest known path that this one begins with: /a/b is served as /a is.
      const known = [...pages.keys()].filter(p => path.startsWith(p)).sort((a, b) => b.length - a.length)[0]
      const { attributes = '', body = '', plain } = pages.get(known ?? '') ?? {}
      const script = `<script async src="${url}/tracker.js" data-key="wk_demo" ${attributes}></script>`
      return `<!doctype html><title>${path}</title>${plain ? '' : script}${body}`
    })
    const { executablePath, env } = found as Chromium
    const browser = await chromium.launch({
      executablePath,
      env: env as Record<string, string>,
      args: ['--no-sandbox'],
      ignoreDefaultArgs: ['--disable-back-forward-cache'],
    })
    return new TrackedSite(stage, url, server, pages, browser)
  }

  /** What the site has at a path, and below it. */
  serve(path: string, served: Served): void {
    this.#pages.set(path, served)
  }

  /** A browser profile of its own: no cookies, nothing stored. */
  async visitor(): Promise<BrowserContext> {
    return this.#browser.newContext()
  }

  /** Opens a path of the site, and waits for the tracker. */
  async visit(page: Page, path: string): Promise<void> {
    await page.goto(`${this.origin}${path}`)
    await tracked(page)
  }

  /**
   * The log's events that happened on pages below a path, by their own time, once there are as many as expected: all
   * but pings of engagement, of which a slow machine brings more. One that came twice is there once, as it is for the
   * scorer: what is under way when a page is left may come again.
   */
  async arrived(path: string, count: number): Promise<Read[]> {
    return this.#events(count, event => event.name !== PING && event.page?.path.startsWith(path) === true)
  }

  /** The same of pings. */
  async pings(path: string, count: number): Promise<Read[]> {
    return this.#events(count, event => event.name === PING && event.page?.path.startsWith(path) === true)
  }

  async #events(count: number, wanted: (event: Event) => boolean): Promise<Read[]> {
    const host = new URL(this.origin).host
    for (;;) {
      const all = new Map<string, Read>()
      for (const r of await this.#stage.activity()) {
        const { event } = r.activity
        if (event?.page?.host === host && wanted(event) && !all.has(event.id)) all.set(event.id, r)
      }
      if (all.size >= count) return [...all.values()].sort((a, b) => timeOf(a) - timeOf(b))
      await new Promise(resolve => setTimeout(resolve, 50))
    }
  }

  async close(): Promise<void> {
    await this.#browser.close()
    closed(this.#server)
    await this.#stage.close()
  }
}

export async function tracked(page: Page): Promise<void> {
  await page.waitForFunction(() => 'hotlead' in globalThis)
}

/** All that the page's origin has stored, as the page's own scripts see it. */
export async function stored(page: Page): Promise<{ cookie: string; local: Record<string, string> }> {
  return page.evaluate('({ cookie: document.cookie, local: { ...localStorage } })')
}

/** Kind, name and path: what an event is at a glance. */
export function glance(r: Read): [string, string, string] {
  const { type = '', name = '', page } = r.activity.event ?? {}
  return [type, name, page?.path ?? '']
}

export async function listening(
  answer: (request: IncomingMessage) => Promise<string | undefined>,
): Promise<Server> {
  const server = createServer(async (request, response) => {
    const html = await answer(request)
    // Undefined: it never answers.
    if (html === undefined) return
    response.setHeader('content-type', 'text/html')
    response.end(html)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return server
}

export function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

export function closed(server: Server): void {
  server.closeAllConnections()
  server.close()
}

function pathOf(request: IncomingMessage): string {
  return request.url?.split('?')[0] ?? ''
}

function timeOf(r: Read): number {
  return r.activity.event?.timestamp ?? 0
}
