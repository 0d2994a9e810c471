// Addresses without what names a secret or a person.

// Parameters whose values stay in the browser: a GET form puts e-mail addresses and passwords there, a reset link its
// token, OAuth its code. Short words only by themselves (sid, not side); not author, keyword or passenger.
const SECRET =
  /pass(?!e)|pwd|token|secret|auth(?!or(?!i))|sess(ion|id)|credential|mail|phone|card|iban|cvc|cvv|jwt|key(?!w)|(^|[^a-z])(pw|pin|otp|sid|tel|mobile|ssn|code|sig|signature)([^a-z]|$)/

export function decode(text) {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

// Also in a fragment (#access_token=…, #/route?token=…), and in an address within the address (?next=/reset?token=…).
// The name stays, as written; the value goes, as does what is nested more deeply than anybody means it. A link may also
// name a user and a password before its host.
export const clean = (url, depth = 0) =>
  url.replace(/\/\/[^/?#]*@/, '//').replace(/([?&#]([^?&#=]*)=)([^&#]*)/g, (whole, start, name, value) => {
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
