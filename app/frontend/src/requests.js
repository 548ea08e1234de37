// One way for our scripts to write: with the page's CSRF token, as the person who is signed in.

/** The token that the layout puts into a page; empty where nobody is signed in. */
export function csrfToken (page = document) {
  return page.querySelector('meta[name=csrf-token]')?.content ?? ''
}

/** Send with `token` from now on, from scripts and from every form of this page. */
export function takeToken (token) {
  document.querySelector('meta[name=csrf-token]')?.setAttribute('content', token)
  for (const field of document.querySelectorAll('input[name=csrf_token]')) field.value = token
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
