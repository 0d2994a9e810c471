import { runInNewContext } from 'node:vm'
import { trackerScript } from '../src/index.ts'

interface Opened {
  /** The events that it sent so far. */
  sent: Record<string, unknown>[]
  /** The visitor turns to a page that was prerendered. */
  shown(): void
}

/** The served script on a page of this address, reached from `referrer`. */
export function opened(href: string, referrer = '', prerendering = false): Opened {
  const sent: Record<string, unknown>[] = []
  const none = () => {}
  const listeners: (() => void)[] = []
  const page = {
    location: new URL(href),
    document: {
      currentScript: { dataset: { key: 'wk_demo' }, src: 'https://edge.example/tracker.js' },
      cookie: '',
      title: 'T',
      referrer,
      prerendering,
      addEventListener: (_name: 'prerenderingchange', listener: () => void) => listeners.push(listener),
    },
    navigator: {},
    history: { pushState: none, replaceState: none },
    localStorage: {} as Record<string, string>,
    crypto,
    Blob,
    URL,
    URLSearchParams,
    addEventListener: none,
    setInterval: none,
    fetch: async (_url: string, { body }: { body: string }) => {
      sent.push(...JSON.parse(body).batch)
      return { status: 200 }
    },
  }
  runInNewContext(trackerScript(), Object.assign(page, { window: page }))
  return { sent, shown: () => listeners.map(listener => listener()) }
}
