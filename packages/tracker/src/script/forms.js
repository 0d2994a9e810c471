// Submitted forms: of their fields only those that say contact or company data.
import { track } from './event.js'

const FIELDS =
  /^(e-?mail(-?address)?|(first|last|full|given|family|your)?-?name|company(-?(name|size))?|organi[sz]ation|(job-?)?title|role|phone|tel|country|industry|employees|website|subject|topic|budget)$/

function submitted(event) {
  const form = event.target
  const properties = { form: form.getAttribute?.('id') || form.getAttribute?.('name') || '' }
  // A field that is called "elements" hides the form's own: ask its class.
  const elementsOf = Object.getOwnPropertyDescriptor(HTMLFormElement.prototype, 'elements').get
  for (const field of form instanceof HTMLFormElement ? elementsOf.call(form) : []) {
    const name = (field.name || field.id || '')
      .toLowerCase()
      .replace(/[_\s.[\]]+/g, '-')
      .replace(/^-|-$/g, '')
    const value = field.value
    if (/^(hidden|password|file)$/.test(field.type) || !value) continue
    if (/^(checkbox|radio)$/.test(field.type) && !field.checked) continue
    if (field.type === 'email') properties.email ??= value
    else if (FIELDS.test(name)) properties[name.replace(/^e-?mail.*/, 'email')] = String(value).slice(0, 500)
  }
  track('Form Submitted', properties)
}

export function watchForms() {
  addEventListener('submit', submitted, true)
}
