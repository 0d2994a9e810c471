import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Browser, type BrowserContext, chromium } from 'playwright-core'
import { type Chromium, findChromium } from './chromium.ts'

/** As isbot knows it for a person's; what a headless browser says of itself it knows for a machine's. */
export const CHROME =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'

/** A browser, and a site of an origin of its own that it visits. */
export interface Site {
  origin: string
  /** A visitor who was never here: no cookies, no storage. */
  visitor(): Promise<BrowserContext>
  close(): Promise<void>
}

/**
 * @param html of any path
 * @param scripts by their paths
 * @throws where there is no Chromium, and none in npm for this machine
 */
export async function openSite(html: string, scripts: Readonly<Record<string, string>>): Promise<Site> {
  const found = findChromium()
  if (!found) throw new Error('no Chromium here: apt-get install chromium')
  const server = createServer(({ url = '/' }, response) => {
    const script = scripts[url]
    response.setHeader('content-type', script === undefined ? 'text/html' : 'text/javascript')
    response.end(script ?? html)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const browser = await launched(found)
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    visitor: () => browser.newContext({ userAgent: CHROME }),
    async close() {
      await browser.close()
      server.closeAllConnections()
      server.close()
    },
  }
}

function launched({ executablePath, env }: Chromium): Promise<Browser> {
  return chromium.launch({
    executablePath,
    env: env as Record<string, string>,
    args: ['--no-sandbox'],
  })
}
