// The editor of decision tables: dmn-js, with FEEL. The bpmn.io watermark stays as dmn-js draws it: its licence asks for that.
import Modeler from 'dmn-js/lib/Modeler'

import { build, button, dataOf } from './dom.js'
import { listFindings } from './findings.js'
import { Keeper } from './keeping.js'

const KINDS = { drd: 'Overview', decisionTable: 'Table', literalExpression: 'Expression', boxedExpression: 'Function' }

class TableEditor {
  constructor (root) {
    this.root = root
    this.findings = dataOf('editor-findings')
    this.place = root.querySelector('[data-editor-canvas]')
    this.views = root.querySelector('[data-editor-views]')
    this.watched = new WeakSet()
    this.modeler = new Modeler({ container: this.place })
    this.keeper = new Keeper(root, {
      read: async () => (await this.modeler.saveXML({ format: true })).xml,
      write: (text) => this.open(text),
      found: (findings) => { this.findings = findings; this.mark() }
    })
  }

  async start () {
    this.modeler.on('views.changed', () => this.opened())
    await this.open(dataOf('editor-text'))
    this.root.dataset.drawn = 'true'
  }

  async open (text) {
    this.opening = true
    await this.modeler.importXML(text)
    const table = this.modeler.getViews().find(({ type }) => type === 'decisionTable' || type === 'literalExpression')
    if (table) await this.modeler.open(table)
    this.opening = false
    this.opened()
  }

  /** Another view is open: its changes are kept, too, and its button says so. */
  opened () {
    const viewer = this.modeler.getActiveViewer()
    if (!viewer) return
    if (!this.watched.has(viewer)) {
      this.watched.add(viewer)
      viewer.get('eventBus').on('commandStack.changed', () => { if (!this.opening) this.keeper.changed() })
      viewer.get('eventBus').on('elements.changed', () => requestAnimationFrame(() => this.markRows()))
    }
    const open = this.modeler.getActiveView()
    this.views.replaceChildren(...this.modeler.getViews().map((view) => {
      const made = button(`${KINDS[view.type]}: ${view.element.name || view.element.id}`, () => this.modeler.open(view))
      if (view.element === open?.element && view.type === open.type) made.setAttribute('aria-current', 'true')
      return made
    }), ...this.undoing(viewer))
    this.mark()
    requestAnimationFrame(() => this.markRows())
  }

  undoing (viewer) {
    const stack = viewer.get('commandStack', false)
    return stack ? [button('Undo', () => stack.canUndo() && stack.undo()), button('Redo', () => stack.canRedo() && stack.redo())] : []
  }

  mark () {
    this.here = listFindings(this.root.querySelector('[data-editor-findings]'), this.findings, this.root.dataset.file, (id) => this.show(id), (id) => this.nameOf(id))
    this.markRows()
  }

  /** Every rule of every table: [decision, rule, its number]. */
  rules () {
    return this.modeler.getViews().filter(({ type }) => type === 'decisionTable').flatMap((view) =>
      (view.element.decisionLogic.rule || []).map((rule, index) => ({ view, rule, number: index + 1 })))
  }

  ruleOf (id) {
    return this.rules().find(({ rule }) => rule.id === id || [...(rule.inputEntry || []), ...(rule.outputEntry || [])].some((cell) => cell.id === id))
  }

  nameOf (id) {
    const found = this.ruleOf(id)
    if (found) return `Row ${found.number}`
    const view = this.modeler.getViews().find(({ element }) => element.id === id || element.name === id || element.decisionLogic?.id === id)
    return view ? view.element.name || view.element.id : ''
  }

  async show (id) {
    const found = this.ruleOf(id)
    const view = found?.view ?? this.modeler.getViews().find(({ element }) => element.id === id || element.name === id || element.decisionLogic?.id === id)
    if (!view) return
    await this.modeler.open(view)
    requestAnimationFrame(() => {
      const cell = found && (this.place.querySelector(`[data-element-id="${CSS.escape(id)}"] [contenteditable]`) ?? this.cell(found.rule.id))
      if (cell) { cell.scrollIntoView({ block: 'center' }); cell.focus() }
    })
  }

  cell (rule) {
    return this.place.querySelector(`[data-row-id="${CSS.escape(rule)}"] [contenteditable], [data-row-id="${CSS.escape(rule)}"]`)
  }

  markRows () {
    // dmn-js leaves the head of the row numbers empty: say what they are.
    for (const head of this.place.querySelectorAll('th.index-column:empty')) head.append(build('span', { class: 'govuk-visually-hidden' }, 'Row'))
    const by = this.byRow()
    for (const cell of this.place.querySelectorAll('td.rule-index')) {
      const words = by.get(cell.dataset.rowId)
      cell.classList.toggle('app-row-finding', Boolean(words))
      if (words) cell.title = words.join(' ')
      else cell.removeAttribute('title')
    }
  }

  /** The sentences about each row: those about the row itself, and those about the table that name it by its number. */
  byRow () {
    const by = new Map()
    for (const { element, sentence } of this.here ?? []) {
      const own = this.ruleOf(element)
      const named = own ? [own] : this.rules().filter(({ view, number }) => [view.element.id, view.element.name].includes(element) && rowsNamed(sentence).has(number))
      for (const { rule } of named) by.set(rule.id, [...(by.get(rule.id) ?? []), sentence])
    }
    return by
  }
}

/** "Rules 1 and 3 are both met when ..." names rows 1 and 3. */
function rowsNamed (sentence) {
  const numbers = sentence.match(/\b[Rr]ules? (\d+(?:(?:, | and )\d+)*)/)?.[1] ?? ''
  return new Set(numbers.split(/, | and /).filter(Boolean).map(Number))
}

for (const root of document.querySelectorAll('[data-module=app-table-editor]')) {
  const editor = new TableEditor(root)
  editor.start().catch(() => {
    root.querySelector('[data-editor-status]').textContent = 'This table cannot be drawn. Open it as plain text instead.'
    root.dataset.drawn = 'failed'
  })
}
