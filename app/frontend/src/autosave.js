// Drafts are saved as you type.
//
//   <form data-draft-url="/tasks/7f../draft" data-draft-revision="3">
//     ... <p class="app-saved" data-draft-status role="status"></p>
//
// PUT, as a form is sent (no files), with `If-Match: "3"`. The answer is JSON: {"revision": 4, "saved_at": "10:42"}.
// 409 and 412: a newer draft exists, or the step is closed; the text stays on the page and nothing more is sent.
// 401 and 403: the session has ended. Once the same person is signed in again in another tab, the page takes over
// that session's CSRF token, so that saving and sending go on here; `data-draft-person` says whose page this is.
// What is said of a newer draft can be put otherwise with `data-draft-newer`.
// Any other failure: says so, keeps the text on the page, tries again, and asks before the page is left.
import { csrfToken, send, takeToken } from './requests.js'

const PAUSE = 1500 // after the last key
const LONGEST_UNSAVED = 10000 // while somebody types on and on
const RETRIES = [2000, 5000, 15000, 30000]

const WORDS = {
  saving: 'Saving…',
  saved: (time) => `Saved at ${time}`,
  failed: 'Not saved. Your text is still on this page, and we are trying again.',
  newer: 'Not saved: a newer version exists, or this step has been completed. Copy your text before you leave this page.',
  signedOut: 'Not saved: you are signed out. Sign in again in another tab, then carry on here. Your text is still on this page.'
}

class Draft {
  constructor (form) {
    this.form = form
    this.url = form.dataset.draftUrl
    this.revision = form.dataset.draftRevision ?? '0'
    this.status = form.querySelector('[data-draft-status]') ?? this.addStatus()
    this.unsaved = false
    this.sending = false
    this.stopped = false
    this.failures = 0
  }

  addStatus () {
    const status = document.createElement('p')
    status.className = 'app-saved'
    status.setAttribute('role', 'status')
    this.form.append(status)
    return status
  }

  say (words, failed = false) {
    // The same words twice are not spoken twice; saving is quick, so "Saving…" is only for the eye.
    if (this.status.textContent !== words) this.status.textContent = words
    this.status.classList.toggle('app-saved--failed', failed)
  }

  changed () {
    if (this.stopped) return
    if (!this.unsaved) this.unsavedSince = Date.now()
    this.unsaved = true
    const wait = Math.max(0, Math.min(PAUSE, this.unsavedSince + LONGEST_UNSAVED - Date.now()))
    this.saveAfter(wait)
  }

  saveAfter (wait) {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.save(), wait)
  }

  answers () {
    const body = new URLSearchParams()
    for (const [name, value] of new FormData(this.form)) {
      if (typeof value === 'string' && name !== 'csrf_token') body.append(name, value)
    }
    return body
  }

  async save () {
    if (!this.unsaved || this.sending || this.stopped) return
    this.sending = true
    this.unsaved = false
    try {
      let response = await this.put()
      if (response.status === 403 && await this.takeOverSession()) response = await this.put()
      if (response.ok) this.succeeded(await response.json())
      else this.refused(response.status)
    } catch {
      this.failed(WORDS.failed)
    } finally {
      this.sending = false
    }
    if (this.unsaved && !this.failures) this.saveAfter(PAUSE)
  }

  put () {
    return send('PUT', this.url, this.answers(), { 'If-Match': `"${this.revision}"` })
  }

  /** Whether this very page is open to the same person in a newer session; then its token is now ours. */
  async takeOverSession () {
    const response = await fetch(location.href, { credentials: 'same-origin' })
    if (!response.ok) return false
    const fresh = new DOMParser().parseFromString(await response.text(), 'text/html')
    const form = fresh.querySelector('form[data-draft-url]')
    if (form?.dataset.draftUrl !== this.form.dataset.draftUrl) return false
    if (form.dataset.draftPerson !== this.form.dataset.draftPerson) return false
    const token = csrfToken(fresh)
    if (!token || token === csrfToken()) return false
    takeToken(token)
    return true
  }

  succeeded ({ revision, saved_at: savedAt }) {
    this.failures = 0
    this.revision = String(revision)
    this.say(WORDS.saved(savedAt ?? clockTime(new Date())))
  }

  refused (status) {
    if (status === 409 || status === 412) {
      this.stopped = true
      this.unsaved = true
      this.say(this.form.dataset.draftNewer ?? WORDS.newer, true)
    } else {
      this.failed(status === 401 || status === 403 ? WORDS.signedOut : WORDS.failed)
    }
  }

  failed (words) {
    this.unsaved = true
    this.saveAfter(RETRIES[Math.min(this.failures, RETRIES.length - 1)])
    this.failures += 1
    this.say(words, true)
  }
}

function clockTime (moment) {
  return moment.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'Europe/London' })
}

/** Save what is typed into `form` as a draft; see the top of this file. */
export function startAutosave (form) {
  const draft = new Draft(form)
  form.addEventListener('input', () => draft.changed())
  form.addEventListener('change', () => draft.changed())
  form.addEventListener('submit', () => { draft.stopped = true; draft.unsaved = false })
  document.addEventListener('visibilitychange', () => { if (document.hidden) draft.save() })
  window.addEventListener('online', () => draft.save())
  window.addEventListener('beforeunload', (event) => { if (draft.unsaved) event.preventDefault() })
}
