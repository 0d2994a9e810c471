// Page views, also of single-page apps, and of pages that the browser had put aside.
import { engage } from './engagement.js'
import { send } from './event.js'
import { arrived, here, moved } from './place.js'

export function page(properties) {
  const view = here()
  arrived()
  engage(view)
  send('page', { name: view.title, properties: { ...properties, ...view } })
}

// Apps set the title after the route.
const look = () => moved() && setTimeout(page)

export function watchPages() {
  for (const name of ['pushState', 'replaceState']) {
    const original = history[name]
    history[name] = function (...rest) {
      const result = original.apply(this, rest)
      look()
      return result
    }
  }
  addEventListener('popstate', look)
  // Back or forward to a page that is still in memory: no script runs again.
  addEventListener('pageshow', event => event.persisted && page())
}
