// One way for our scripts to write: with the page's CSRF token, as the person who is signed in.

/** The token that the layout puts into the page; empty where nobody is signed in. */
export function csrfToken () {
  return document.querySelector('meta[name=csrf-token]')?.content ?? ''
}

/** Send `body` (URLSearchParams) to `url`; resolves with the response, whatever its status. */
export function send (method, url, body, headers = {}) {
  return fetch(url, {
    method,
    body,
    credentials: 'same-origin',
    keepalive: true, // a save that is under way when the page closes still arrives
    headers: { 'X-CSRFToken': csrfToken(), Accept: 'application/json', ...headers }
  })
}
