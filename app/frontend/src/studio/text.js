// The text of a scenario: saved while somebody writes, with what the rules find beside it. Without this script the same page
// is saved by its button.
import { Keeper } from './keeping.js'
import { build, dataOf } from './dom.js'

const root = document.querySelector('[data-module=app-text-editor]')
const area = root.querySelector('textarea')
const list = root.querySelector('[data-editor-findings]')

function found (all) {
  const here = all.filter((finding) => finding.file === root.dataset.file)
  list.replaceChildren(
    build('h2', { class: 'govuk-heading-m' }, 'What the checks find'),
    here.length
      ? build('ul', { class: 'govuk-list app-findings' }, ...here.map(line))
      : build('p', { class: 'govuk-body', role: 'status' }, 'Nothing. Play the scenarios to see whether it holds.')
  )
}

function line (finding) {
  const way = finding.line > 0 && build('a', { class: 'govuk-link', href: `#${area.id}` }, `Line ${finding.line}`)
  if (way) way.addEventListener('click', (event) => { event.preventDefault(); goTo(finding.line) })
  return build('li', { class: `app-findings__item app-findings__item--${finding.severity}` },
    way || null, way ? ': ' : null, finding.sentence, ' ', build('span', { class: 'app-quiet' }, finding.what_to_do))
}

function goTo (number) {
  const lines = area.value.split('\n')
  const begin = lines.slice(0, number - 1).join('\n').length + (number > 1 ? 1 : 0)
  area.focus()
  area.setSelectionRange(begin, begin + (lines[number - 1] ?? '').length)
  area.scrollTop = area.scrollHeight * ((number - 4) / lines.length)
}

const keeper = new Keeper(root, {
  read: () => area.value,
  write: (text) => { area.value = text },
  found: (all) => {
    area.form.elements.revision.value = keeper.revision
    found(all)
  }
})
area.addEventListener('input', () => keeper.changed())
area.form.addEventListener('submit', (event) => event.preventDefault()) // the page stays: what is found stands in it
found(dataOf('editor-findings') ?? [])
