/**
 * hotlead's tracker, for browsers: page views (also of single-page apps) and form submits.
 *
 *   <script async src="https://events.example.com/tracker.js" data-key="wk_…"></script>
 *
 * data-key   write key of the source
 * data-host  where the beacons go; the script's own origin where it is not set
 *
 * Sends nothing, and stores nothing, for visitors who ask for it by Global Privacy Control or Do Not Track. Bodies are
 * text/plain, so that no preflight is needed. Of forms only the fields in FIELDS are read, never hidden ones, passwords
 * or files. Of addresses what SECRET names is left out. By hand: hotlead.track('Event', {…}), hotlead.page(), hotlead.identify('id' or null, {traits}).
 */
;(() => {
  const FIELDS =
    /^(e-?mail|email-?address|(first|last|full|given|family|your)?-?name|company|company-?name|organi[sz]ation|job-?title|title|role|phone|tel|country|industry|employees|company-?size|website|subject|topic|budget)$/
  // Parameters whose values stay in the browser: a GET form puts e-mail addresses and passwords there, a reset link its
  // token, OAuth its code. Short words only by themselves (sid, not side); not author, keyword or passenger.
  const SECRET =
    /pass(?!e)|pwd|token|secret|auth(?!or(?!i))|sess(ion|id)|credential|mail|phone|card|iban|cvc|cvv|jwt|key(?!w)|(^|[^a-z])(pw|pin|otp|sid|tel|mobile|ssn|code|sig|signature)([^a-z]|$)/
  const script = document.currentScript
  const key = script?.dataset.key
  if (!key || window.hotlead) return
  const none = () => {}
  if (navigator.globalPrivacyControl || navigator.doNotTrack === '1' || window.doNotTrack === '1') {
    window.hotlead = { track: none, page: none, identify: none }
    return
  }
  const host = (script.dataset.host || new URL(script.src).origin).replace(/\/$/, '')
  const ID = 'hotlead_id'
  const USER = 'hotlead_user'
  const YEAR = 31536000

  const newId = () =>
    crypto.randomUUID?.() ??
    [...crypto.getRandomValues(new Uint8Array(16))].map(b => b.toString(16).padStart(2, '0')).join('')

  const decode = text => {
    try {
      return decodeURIComponent(text)
    } catch {
      return text
    }
  }
  // Also in a fragment (#access_token=…, #/route?token=…), and in an address within the address (?next=/reset?token=…).
  // The name stays, as written; the value goes, as does what is nested more deeply than anybody means it.
  const clean = (url, depth = 0) =>
    url.replace(/([?&#]([^?&#=]*)=)([^&#]*)/g, (whole, start, name, value) => {
      if (
        depth > 3 ||
        SECRET.test(
          decode(name)
            .replace(/([a-z])([A-Z])/g, '$1_$2')
            .toLowerCase(),
        )
      )
        return start
      const inner = decode(value)
      const cleaned = clean(inner, depth + 1)
      return cleaned === inner ? whole : start + encodeURIComponent(cleaned)
    })

  // A first-party cookie, and local storage beside it: whichever the browser keeps longer.
  function remember(name, value) {
    try {
      localStorage.setItem(name, value)
    } catch {}
    const secure = location.protocol === 'https:' ? ';Secure' : ''
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser, and asynchronous
    document.cookie = `${name}=${encodeURIComponent(value)};Path=/;Max-Age=${YEAR};SameSite=Lax${secure}`
  }
  function recall(name) {
    const cookie = document.cookie.split('; ').find(c => c.startsWith(`${name}=`))
    if (cookie) return decodeURIComponent(cookie.slice(name.length + 1))
    try {
      return localStorage.getItem(name)
    } catch {
      return null
    }
  }
  const anonymousId = recall(ID) || newId()
  remember(ID, anonymousId)

  // A page that is left loses its timers, and in old browsers its requests. So on leaving, what waits for another try
  // (or was sent without keepalive) goes out as a beacon, under the same messageId: it counts once.
  const pending = new Map()
  const keepalive = 'keepalive' in Request.prototype
  let leaving = false

  function send(type, fields) {
    const now = new Date().toISOString()
    const event = {
      type,
      messageId: newId(),
      anonymousId,
      userId: recall(USER) || undefined,
      timestamp: now,
      ...fields,
      context: {
        page: {
          url: clean(location.href),
          path: location.pathname,
          search: clean(location.search),
          title: document.title,
          referrer,
        },
        locale: navigator.language,
        campaign: campaign(),
        library: { name: 'hotlead.js', version: '1' },
      },
    }
    if (leaving) {
      pending.set(event.messageId, event)
      flush()
    } else post(event)
  }

  function body(events) {
    return JSON.stringify({ writeKey: key, sentAt: new Date().toISOString(), batch: events })
  }

  function post(event, attempt = 0) {
    const { messageId } = event
    const again = after => {
      if (attempt > 3) return pending.delete(messageId)
      pending.set(messageId, event)
      setTimeout(() => pending.delete(messageId) && post(event, attempt + 1), after)
    }
    if (!keepalive) pending.set(messageId, event)
    fetch(`${host}/v1/batch`, { method: 'POST', body: body([event]), keepalive, credentials: 'omit' }).then(
      answer => {
        pending.delete(messageId)
        if (answer.status === 429 || answer.status >= 500)
          again(1000 * (Number(answer.headers.get('Retry-After')) || 2 ** attempt))
      },
      () => again(1000 * 2 ** attempt),
    )
  }

  function flush() {
    if (pending.size && navigator.sendBeacon?.(`${host}/v1/batch`, body([...pending.values()])))
      pending.clear()
  }
  addEventListener('pagehide', () => {
    leaving = true
    flush()
  })
  addEventListener('pageshow', () => {
    leaving = false
  })

  function campaign() {
    const query = new URLSearchParams(location.search)
    const found = {}
    for (const name of ['source', 'medium', 'name', 'term', 'content']) {
      const value = query.get(`utm_${name === 'name' ? 'campaign' : name}`)
      if (value) found[name] = value
    }
    return found
  }

  let referrer = clean(document.referrer)
  let seen
  let last

  // A route is a new path or query; a changed #fragment is not, unless the app routes by it (#/ or #!).
  function route() {
    const url = location.origin + location.pathname + location.search
    return /^#[/!]/.test(location.hash) ? url + location.hash : url
  }
  function page(properties) {
    const url = clean(location.href)
    send('page', {
      name: document.title,
      properties: { ...properties, url, path: location.pathname, title: document.title, referrer },
    })
    seen = route()
    last = url
  }
  function moved() {
    if (route() === seen) return
    referrer = last
    last = clean(location.href)
    seen = route()
    // Apps set the title after the route.
    setTimeout(page)
  }
  for (const name of ['pushState', 'replaceState']) {
    const original = history[name]
    history[name] = function (...rest) {
      const result = original.apply(this, rest)
      moved()
      return result
    }
  }
  addEventListener('popstate', moved)

  function identify(id, traits) {
    if (id) remember(USER, String(id))
    send('identify', { traits })
  }

  // A field that is called "elements" hides the form's own: ask its class.
  const elementsOf = Object.getOwnPropertyDescriptor(HTMLFormElement.prototype, 'elements').get
  addEventListener(
    'submit',
    event => {
      const form = event.target
      const properties = { form: form.getAttribute?.('id') || form.getAttribute?.('name') || '' }
      for (const field of form instanceof HTMLFormElement ? elementsOf.call(form) : []) {
        const name = (field.name || field.id || '')
          .toLowerCase()
          .replace(/[_\s.[\]]+/g, '-')
          .replace(/^-|-$/g, '')
        const value = field.value
        if (field.type === 'hidden' || field.type === 'password' || field.type === 'file' || !value) continue
        if ((field.type === 'checkbox' || field.type === 'radio') && !field.checked) continue
        if (field.type === 'email') properties.email ??= value
        else if (FIELDS.test(name))
          properties[name.replace(/^e-?mail.*/, 'email')] = String(value).slice(0, 500)
      }
      send('track', { event: 'Form Submitted', properties })
    },
    true,
  )

  window.hotlead = {
    track: (event, properties) => send('track', { event, properties }),
    page,
    identify,
  }
  page()
})()
