// Clicks on links that leave the site, and on files. The click goes on at once: nothing here waits for an answer.
import { clean } from './address.js'
import { track } from './event.js'

const FILE =
  /\.(pdf|docx?|xlsx?|pptx?|od[tsp]|csv|rtf|zip|gz|7z|rar|dmg|exe|msi|pkg|deb|rpm|apk|ics|vcf|epub|mp[34]|mov)$/i

function clicked(event) {
  // The path goes into shadow trees; button 2 is the right one.
  const link = event.composedPath().find(node => node instanceof HTMLAnchorElement)
  if (!link || event.button > 1 || !/^http/.test(link.protocol)) return
  const file = link.hasAttribute('download') || FILE.test(link.pathname)
  if (file || link.host !== location.host)
    track(file ? 'File Downloaded' : 'Link Clicked', { url: clean(link.href) })
}

export function watchLinks() {
  addEventListener('click', clicked, true)
  // The middle button.
  addEventListener('auxclick', clicked, true)
}
