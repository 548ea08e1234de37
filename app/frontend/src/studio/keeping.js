// What is drawn or typed in an editor is saved two seconds after the last change.
//
// POST {"text", "revision"} -> 200 {"revision", "saved_at", "findings"}. 409: somebody else saved meanwhile; nothing
// is sent until the person has chosen between the two texts. Anything else that fails: it is said, the work stays in
// the page, it is tried again, and the browser asks before the page is left.
import { csrfToken, takeToken } from '../requests.js'
import { build, button } from './dom.js'

const PAUSE = 2000
const LONGEST_UNSAVED = 15000 // while somebody works on and on
const RETRIES = [3000, 10000, 30000]

const WORDS = {
  ready: 'Everything is saved.',
  waiting: 'Not saved yet.',
  saving: 'Saving…',
  offline: 'Not saved: the service cannot be reached. Your work is kept in this page, and we are trying again. Do not close it.',
  signedOut: 'Not saved: you are signed out. Sign in again in another tab, then choose Save now here. Your work is kept in this page.',
  both: 'Not saved: somebody else has changed this file. Choose below which text to keep.'
}

/** `read()` gives the present text, `write(text)` puts another in its place, `found(findings)` shows what is wrong. */
export class Keeper {
  constructor (root, { read, write, found }) {
    Object.assign(this, { read, write, found })
    this.url = root.dataset.url
    this.revision = Number(root.dataset.revision)
    this.status = root.querySelector('[data-editor-status]')
    this.choice = root.querySelector('[data-editor-choice]')
    this.now = root.querySelector('[data-editor-save]')
    this.failures = 0
    this.changes = 0 // counts up with each change; `kept` follows once it is saved
    this.kept = 0
    this.now.addEventListener('click', () => this.save())
    this.say(WORDS.ready)
    document.addEventListener('visibilitychange', () => { if (document.hidden) this.save() })
    document.addEventListener('click', (event) => this.leaveBy(event))
    window.addEventListener('online', () => this.save())
    window.addEventListener('beforeunload', (event) => { if (this.unsaved || this.refused) event.preventDefault() })
  }

  get unsaved () {
    return this.changes > this.kept
  }

  say (words, failed = false) {
    if (this.status.textContent !== words) this.status.textContent = words
    this.status.classList.toggle('app-saved--failed', failed)
  }

  changed () {
    if (!this.unsaved) this.since = Date.now()
    this.changes += 1
    if (this.refused) return
    if (!this.failures) this.say(WORDS.waiting)
    this.saveAfter(Math.max(0, Math.min(PAUSE, this.since + LONGEST_UNSAVED - Date.now())))
  }

  /** A link to another page saves first, so that nobody is asked about what would be saved a moment later. */
  async leaveBy (event) {
    const link = event.target.closest?.('a[href]')
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.defaultPrevented
    if (!link || !plain || link.target || link.origin !== location.origin || (link.pathname === location.pathname && link.hash)) return
    if (!this.unsaved || this.failures || this.refused) return
    event.preventDefault()
    while (this.sending) await new Promise((resolve) => setTimeout(resolve, 50))
    await this.save()
    location.href = link.href
  }

  saveAfter (wait) {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.save(), wait)
  }

  async save () {
    if (!this.unsaved || this.sending || this.refused) return
    this.sending = true
    const upTo = this.changes
    this.say(WORDS.saving)
    try {
      const text = await this.read()
      const answer = await this.send(text)
      const told = await answer.json().catch(() => ({}))
      if (answer.ok) this.succeeded(told, upTo)
      else if (answer.status === 409) this.both(told, text)
      else this.failed(answer.status, told.sentence)
    } catch {
      this.failed(0)
    } finally {
      this.sending = false
    }
    if (this.unsaved && !this.failures && !this.refused) this.saveAfter(PAUSE)
  }

  send (text) {
    // Not `keepalive`: browsers refuse that for more than 64 kB, and a diagram is larger.
    return fetch(this.url, {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'X-CSRFToken': csrfToken(), 'Content-Type': 'application/json', Accept: 'application/json' },
      body: JSON.stringify({ text, revision: this.revision })
    })
  }

  succeeded ({ revision, saved_at: savedAt, findings }, upTo) {
    this.failures = 0
    this.revision = revision
    this.kept = upTo
    this.say(`Saved at ${savedAt}.`)
    this.found(findings ?? [])
  }

  failed (status, sentence) {
    const wait = RETRIES[Math.min(this.failures, RETRIES.length - 1)]
    this.failures += 1
    if ([400, 401, 403].includes(status)) renewToken()
    if ([400, 401, 403].includes(status)) this.say(sentence && status === 403 ? `Not saved: ${sentence}` : WORDS.signedOut, true)
    else if (status === 422 || status === 413) return this.say(`Not saved: ${sentence ?? 'the text is too long'}`, true)
    else this.say(WORDS.offline, true)
    this.saveAfter(wait)
  }

  /** Two texts: the person chooses, and the one that is not chosen can still be read and copied. */
  both ({ revision, text: theirs, saved_by: who, saved_at: when }, mine) {
    this.refused = true
    this.say(WORDS.both, true)
    const title = build('h2', { class: 'govuk-heading-m', id: 'two-texts', tabindex: '-1' }, `${who} saved this file at ${when}, while you were changing it`)
    this.choice.replaceChildren(
      title,
      build('p', { class: 'govuk-body' }, 'Choose which text goes on. Nothing is lost: the history of the file keeps every text that was saved, and both can be read here.'),
      build('div', { class: 'govuk-button-group' },
        button('Keep mine', () => this.keepMine(revision), 'primary'),
        button('Take theirs', () => this.takeTheirs(revision, theirs, mine))),
      textToRead('Your text', mine),
      textToRead(`The text of ${who}, saved at ${when}`, theirs)
    )
    this.choice.hidden = false
    title.focus()
  }

  keepMine (revision) {
    this.revision = revision
    this.decided()
    this.changes += 1
    this.save()
  }

  async takeTheirs (revision, theirs, mine) {
    this.revision = revision
    await this.write(theirs ?? '')
    this.decided()
    this.kept = this.changes
    this.say('You took the other text. It is saved.')
    this.choice.replaceChildren(
      build('h2', { class: 'govuk-heading-m' }, 'Your own text was put aside'),
      build('div', { class: 'govuk-button-group' },
        button('Go back to mine', async () => {
          await this.write(mine)
          this.choice.hidden = true
          this.changed()
        }),
        button('I do not need it', () => { this.choice.hidden = true })),
      textToRead('Your text', mine)
    )
    this.choice.hidden = false
  }

  decided () {
    this.refused = false
    this.choice.hidden = true
  }
}

/** After signing in again, the token of this page is an old one: take the one of a page that is new. */
async function renewToken () {
  const answer = await fetch(location.href, { credentials: 'same-origin' }).catch(() => null)
  if (!answer?.ok || answer.redirected) return
  const token = csrfToken(new DOMParser().parseFromString(await answer.text(), 'text/html'))
  if (token) takeToken(token)
}

let shown = 0

function textToRead (title, text) {
  const id = `text-to-read-${++shown}`
  return build('details', { class: 'govuk-details' },
    build('summary', { class: 'govuk-details__summary' }, build('span', { class: 'govuk-details__summary-text' }, title)),
    build('div', { class: 'govuk-details__text' },
      build('label', { class: 'govuk-visually-hidden', for: id }, title),
      build('textarea', { class: 'govuk-textarea app-code', id, rows: '12', readOnly: true, value: text ?? '' })))
}
