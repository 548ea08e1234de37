// What the rules find, in a list beside the editor. Choosing a finding shows the place that it is about.
import { build } from './dom.js'

/** Draw `findings` into `container`; `show(element)` leads to an element, `nameOf(element)` says its name. */
export function listFindings (container, findings, file, show, nameOf) {
  const here = findings.filter((finding) => finding.file === file || finding.file.endsWith(`/${file}`))
  const elsewhere = findings.length - here.length
  const stopping = here.filter((finding) => finding.severity !== 'advice').length
  const title = build('h2', { class: 'govuk-heading-m', id: 'findings-title', tabindex: '-1' }, here.length ? `${here.length} ${here.length === 1 ? 'finding' : 'findings'}` : 'Nothing to put right')
  const count = document.querySelector('[data-editor-count]')
  if (count) count.textContent = title.textContent
  container.replaceChildren(
    title,
    build('p', { class: 'govuk-body-s', role: 'status' }, summary(here.length, stopping, elsewhere)),
    build('ol', { class: 'govuk-list govuk-list--number app-findings' }, ...here.map((finding) => line(finding, show, nameOf)))
  )
  return here
}

function summary (all, stopping, elsewhere) {
  const first = !all ? 'The rules find nothing wrong in this file.' : stopping ? `${stopping} must be put right before approval can be asked for.` : 'None of these stops the change.'
  return elsewhere ? `${first} ${elsewhere} more in the other files of this change.` : first
}

function line (finding, show, nameOf) {
  const name = finding.element ? nameOf(finding.element) : ''
  const link = name && build('a', { class: 'govuk-link', href: '#editor', 'data-finding-element': finding.element }, name)
  if (link) link.addEventListener('click', (event) => { event.preventDefault(); show(finding.element) })
  // A sentence that begins with the name goes on from the link.
  const rest = link && [`"${name}"`, `“${name}”`].map((quoted) => finding.sentence.startsWith(quoted) && finding.sentence.slice(quoted.length)).find(Boolean)
  return build('li', {},
    link || null, link && !rest ? ': ' : null, ended(rest || finding.sentence), ' ',
    build('span', { class: 'app-quiet' }, finding.what_to_do))
}

function ended (sentence) {
  return /[.?!"”]$/.test(sentence) ? sentence : `${sentence}.`
}
