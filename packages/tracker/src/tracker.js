/**
 * hotlead's tracker, for browsers.
 *
 *   <script async src="https://events.example.com/tracker.js" data-key="wk_…"></script>
 *
 * README.md has the attributes, the calls, and what is sent when. Every name in script/ is one of the whole script.
 */
import { consent, reset, settle } from './script/consent.js'
import { watchConnection } from './script/delivery.js'
import { watchEngagement } from './script/engagement.js'
import { send, track } from './script/event.js'
import { watchForms } from './script/forms.js'
import { watchLinks } from './script/links.js'
import { page, watchPages } from './script/pages.js'
import { key, optedOut } from './script/settings.js'
import { rememberIds } from './script/visitor.js'

function begin() {
  settle()
  if (optedOut) return
  // First: what the others send of a page that is left goes out as a beacon then.
  watchConnection()
  watchEngagement()
  watchPages()
  watchForms()
  watchLinks()
  page()
}

if (key && !window.hotlead) {
  window.hotlead = {
    track: (event, properties) => track(event, properties),
    page,
    identify(id, traits) {
      rememberIds(id)
      send('identify', { traits })
    },
    consent,
    reset,
  }
  // Made ready before anybody asked for it: nobody may ever see it.
  if (document.prerendering) document.addEventListener('prerenderingchange', begin)
  else begin()
}
