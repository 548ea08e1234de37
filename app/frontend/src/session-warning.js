// Five minutes before a session ends (or at once, if it ends sooner), say so and offer to stay.
//
//   <div class="app-session" data-session-ends-in="1800" data-session-url="/session/extend" role="alertdialog" hidden>
//     <p data-session-words></p> <button type="button" data-session-extend>Stay signed in</button>
//
// The button POSTs to the URL; an answer of 2xx starts the count anew.
import { send } from './requests.js'

const WARN_BEFORE = 5 * 60

/** Show `warning` when the session is about to end; an extension starts the count anew. */
export function startSessionWarning (warning) {
  const seconds = Number(warning.dataset.sessionEndsIn)
  const words = warning.querySelector('[data-session-words]')
  let timers = []

  const start = () => {
    timers.forEach(clearTimeout)
    warning.hidden = true
    timers = [
      setTimeout(() => {
        const minutes = Math.max(1, Math.round(Math.min(seconds, WARN_BEFORE) / 60))
        words.textContent = `You will be signed out in ${minutes} minute${minutes === 1 ? '' : 's'}. What was saved as a draft is kept.`
        warning.hidden = false
        warning.querySelector('[data-session-extend]')?.focus()
      }, Math.max(0, seconds - WARN_BEFORE) * 1000),
      setTimeout(() => {
        words.textContent = 'You have been signed out. What was saved as a draft is kept: sign in again to carry on.'
      }, seconds * 1000)
    ]
  }

  warning.querySelector('[data-session-extend]')?.addEventListener('click', async () => {
    try {
      const response = await send('POST', warning.dataset.sessionUrl, new URLSearchParams())
      if (response.ok) start()
      else words.textContent = 'We could not keep you signed in. Copy your text before you leave this page.'
    } catch {
      words.textContent = 'We could not reach the service. Copy your text before you leave this page.'
    }
  })
  start()
}
