// What this browser keeps of the visitor. Each part may be forbidden (a frame in a sandbox, a browser's setting) or full.
import { decode } from './address.js'

const YEAR = 31536000

export function get(name) {
  try {
    return localStorage[name]
  } catch {}
}

/** Without a value: removed. */
export function put(name, value) {
  try {
    if (value) localStorage[name] = value
    else delete localStorage[name]
  } catch {}
}

/** In a first-party cookie and in local storage: whichever the browser keeps longer. Without a value: removed. */
export function remember(name, value) {
  put(name, value)
  try {
    const secure = location.protocol === 'https:' ? ';Secure' : ''
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser, and asynchronous
    document.cookie = `${name}=${encodeURIComponent(value)};Path=/;Max-Age=${value ? YEAR : 0};SameSite=Lax${secure}`
  } catch {}
}

export function recall(name) {
  try {
    const cookie = document.cookie.split('; ').find(c => c.startsWith(`${name}=`))
    if (cookie) return decode(cookie.slice(name.length + 1))
  } catch {}
  return get(name)
}
