// The form editor: form-js restricted to our kinds of question, our own panel, and beside it the form as people will
// see it, drawn by the server from the present text.
import { FormEditor } from '@bpmn-io/form-js-editor'
import { CharacterCount, Checkboxes, createAll, Radios } from 'govuk-frontend'

import { csrfToken } from '../requests.js'
import { build, button, dataOf } from './dom.js'
import { listFindings } from './findings.js'
import { FormFields, nameOf, TYPES } from './form-fields.js'
import { Kept } from './form-kept.js'
import { Keeper } from './keeping.js'
import { Panel } from './panel.js'

const PREVIEW_AFTER = 700

/** Only our kinds of question are offered; the panel is ours, so form-js's own is left out. */
class StudioFormEditor extends FormEditor {
  _getModules () {
    const theirs = super._getModules().filter((module) => !module.propertiesPanel)
    return [...theirs, { __init__: ['roundtableOffered'], roundtableOffered: ['type', Offered], propertiesPanel: ['value', { attachTo () {} }] }]
  }
}

function Offered (formFields) {
  for (const type of Object.keys(formFields._formFields)) if (!(type in TYPES) && type !== 'default') delete formFields._formFields[type]
  for (const [type, label] of Object.entries(TYPES)) if (formFields._formFields[type]) formFields._formFields[type].config.name = label
}
Offered.$inject = ['formFields']

class QuestionsEditor {
  constructor (root) {
    this.root = root
    this.facts = dataOf('editor-facts')
    this.findings = dataOf('editor-findings')
    this.preview = root.querySelector('[data-editor-preview]')
    this.screens = root.querySelector('[data-editor-screens]')
    this.screen = ''
    this.editor = new StudioFormEditor({ container: root.querySelector('[data-editor-canvas]'), propertiesPanel: { parent: document.createElement('div') } })
    this.panel = new Panel(root.querySelector('[data-editor-panel]'))
    this.keeper = new Keeper(root, { read: async () => this.text(), write: (text) => this.open(text), found: (findings) => { this.findings = findings; this.mark() } })
  }

  async start () {
    await this.open(dataOf('editor-text'))
    for (const name of ['modeling', 'selection', 'formFieldRegistry', 'eventBus', 'commandStack']) this[name] = this.editor.get(name)
    this.fields = new FormFields((field, properties) => this.modeling.editFormField(field, properties), this.facts, () => this.editor._getState().schema)
    this.editor.on('changed', () => this.changed())
    this.eventBus.on('selection.changed', () => this.draw())
    this.tools()
    this.draw()
    this.mark()
    this.ask()
    this.root.dataset.drawn = 'true'
  }

  async open (text) {
    this.opening = true
    const form = JSON.parse(text)
    await this.editor.importSchema(structuredClone(form))
    this.form = new Kept(form, this.editor._getState().schema)
    this.opening = false
    this.last = this.text()
    if (this.fields) { this.draw(); this.mark(); this.ask() }
  }

  text () {
    return JSON.stringify(this.form.text(this.editor._getState().schema), null, 2) + '\n'
  }

  changed () {
    this.draw()
    if (this.opening || this.text() === this.last) return
    this.last = this.text()
    this.keeper.changed()
    this.list()
    this.askLater()
  }

  schema () {
    return this.editor._getState().schema
  }

  draw () {
    const field = this.selection.get()
    const chosen = field && field.type !== 'default' ? field : null
    this.panel.draw(chosen ? TYPES[chosen.type] ?? 'Not supported' : 'The whole form', this.fields.of(chosen ?? this.schema()))
    if (this.questions) this.questions.value = chosen?.id ?? ''
    if (chosen && this.screenOf(chosen) !== this.screen) {
      this.screen = this.screenOf(chosen)
      this.askLater()
    }
  }

  /** The name of the screen on which a question is asked. */
  screenOf (field) {
    const parents = new Set([field.id])
    for (let at = field; at?._parent; at = this.formFieldRegistry.get(at._parent)) parents.add(at._parent)
    const parts = this.schema().components
    const until = parts.findIndex((each) => parents.has(each.id))
    return parts.slice(0, until + 1).findLast((each) => each.properties?.page)?.properties.page ?? ''
  }

  askLater () {
    clearTimeout(this.later)
    this.later = setTimeout(() => this.ask(), PREVIEW_AFTER)
  }

  tools () {
    const bar = this.root.querySelector('[data-editor-tools]')
    this.questions = build('select', { class: 'govuk-select', id: 'editor-go-to' })
    this.questions.addEventListener('change', () => this.select(this.questions.value))
    this.kinds = build('select', { class: 'govuk-select', id: 'editor-kind' }, ...Object.entries(TYPES).map(([type, words]) => build('option', { value: type }, words)))
    bar.append(
      build('div', { class: 'app-editor__find' }, build('label', { class: 'govuk-label', for: 'editor-go-to' }, 'Go to'), this.questions),
      build('div', { class: 'app-editor__find' }, build('label', { class: 'govuk-label', for: 'editor-kind' }, 'Kind of question'), this.kinds),
      button('Add it after this', () => this.add()),
      button('Move up', () => this.move(-1)), button('Move down', () => this.move(1)), button('Remove', () => this.remove()),
      button('Undo', () => this.commandStack.canUndo() && this.commandStack.undo()),
      button('Redo', () => this.commandStack.canRedo() && this.commandStack.redo())
    )
    this.list()
  }

  list () {
    if (!this.questions) return
    const chosen = this.questions.value
    const all = this.formFieldRegistry.getAll().filter(({ type }) => type !== 'default')
    this.questions.replaceChildren(new Option('The whole form', ''), ...all.map((field) => new Option(`${'  '.repeat(this.depth(field))}${nameOf(field)}`, field.id)))
    this.questions.value = chosen
  }

  depth (field) {
    const parent = this.formFieldRegistry.get(field._parent)
    return parent && parent.type !== 'default' ? 1 + this.depth(parent) : 0
  }

  select (id) {
    this.selection.set(this.formFieldRegistry.get(id) ?? this.schema())
    this.draw()
    this.root.querySelector('.fjs-editor-selected')?.scrollIntoView({ block: 'nearest' })
  }

  place () {
    const field = this.selection.get()
    if (!field || field.type === 'default') return { parent: this.schema(), index: this.schema().components.length - 1 }
    const parent = this.formFieldRegistry.get(field._parent) ?? this.schema()
    return { field, parent, index: parent.components.indexOf(field) }
  }

  add () {
    const { field, parent, index } = this.place()
    const inside = field && ['group', 'dynamiclist'].includes(field.type) && !field.components?.length
    const made = this.modeling.addFormField(this.fields.fresh(this.kinds.value), inside ? field : parent, inside ? 0 : index + 1)
    this.selection.set(made)
    this.draw()
    this.list()
    document.getElementById('p-label')?.focus()
  }

  move (by) {
    const { field, parent, index } = this.place()
    const to = index + by
    if (!field || to < 0 || to >= parent.components.length) return
    this.modeling.moveFormField(field, parent, parent, index, by > 0 ? to + 1 : to, field.layout?.row)
    this.list()
    this.draw()
  }

  remove () {
    const { field, parent, index } = this.place()
    if (!field) return
    this.modeling.removeFormField(field, parent, index)
    this.selection.set(this.schema())
    this.list()
    this.draw()
  }

  mark () {
    const byKey = (id) => this.formFieldRegistry?.getAll().find((field) => (field.key ?? field.path) === id || field.id === id)
    listFindings(this.root.querySelector('[data-editor-findings]'), this.findings, this.root.dataset.file,
      (id) => { this.select(byKey(id)?.id); document.getElementById('panel-title')?.scrollIntoView({ block: 'nearest' }) },
      (id) => (byKey(id) ? nameOf(byKey(id)) : ''))
  }

  /** Ask the server how people will see it. */
  async ask () {
    const text = this.text()
    try {
      const answer = await fetch(this.root.dataset.preview, {
        method: 'POST',
        credentials: 'same-origin',
        headers: { 'X-CSRFToken': csrfToken(), 'Content-Type': 'application/json', Accept: 'text/html' },
        body: JSON.stringify({ text, file: this.root.dataset.file, process: this.root.dataset.process, screen: this.screen })
      })
      if (answer.ok) this.see(await answer.text())
      else this.preview.replaceChildren(build('p', { class: 'govuk-body' }, 'The preview cannot be shown now. Your work is kept.'))
    } catch {
      this.preview.replaceChildren(build('p', { class: 'govuk-body' }, 'The preview comes back when the service can be reached. Your work is kept.'))
    }
  }

  /** The fragment comes from our own templates, which escape what was typed; scripts in it would not run. */
  see (html) {
    const page = new DOMParser().parseFromString(html, 'text/html')
    const names = [...page.querySelectorAll('[data-screen]')].map((each) => [each.dataset.screen, each.textContent])
    this.screens.replaceChildren(...(names.length > 1 ? names.map(([slug, words]) => this.screenButton(slug, words, page)) : []))
    page.querySelector('[data-screens]')?.remove()
    this.preview.replaceChildren(...page.body.childNodes)
    for (const component of [CharacterCount, Checkboxes, Radios]) createAll(component, {}, this.preview)
  }

  screenButton (slug, words, page) {
    const made = button(words, () => { this.screen = words; this.ask() })
    if (page.querySelector('[data-shown]')?.dataset.shown === slug) made.setAttribute('aria-current', 'true')
    return made
  }
}

for (const root of document.querySelectorAll('[data-module=app-form-editor]')) {
  const editor = new QuestionsEditor(root)
  editor.start().catch(() => {
    root.querySelector('[data-editor-status]').textContent = 'This form cannot be drawn. Open it as plain text instead.'
    root.dataset.drawn = 'failed'
  })
}
