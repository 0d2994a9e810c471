import { runInNewContext } from 'node:vm'
import { trackerScript } from '../src/index.ts'

/** The served script on a page of this address that was reached from `referrer`. @returns the page view it sends */
export function pageView(href: string, referrer = ''): Record<string, unknown> {
  const sent: string[] = []
  const none = () => {}
  const page = {
    location: new URL(href),
    document: {
      currentScript: { dataset: { key: 'wk_demo' }, src: 'https://edge.example/tracker.js' },
      cookie: '',
      title: 'T',
      referrer,
    },
    navigator: {},
    history: { pushState: none, replaceState: none },
    localStorage: {},
    crypto,
    Blob,
    URL,
    URLSearchParams,
    addEventListener: none,
    setInterval: none,
    fetch: async (_url: string, { body }: { body: string }) => {
      sent.push(body)
      return { status: 200 }
    },
  }
  runInNewContext(trackerScript(), Object.assign(page, { window: page }))
  return JSON.parse(sent[0] as string).batch[0]
}
