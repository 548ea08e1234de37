// The diagram editor: bpmn-js with our own panel. The bpmn.io watermark stays as bpmn-js draws it: its licence asks for that.
import Modeler from 'bpmn-js/lib/Modeler'
import AlignElements from 'bpmn-js/lib/features/align-elements'
import DistributeElements from 'bpmn-js/lib/features/distribute-elements'
import { CreateAppendAnythingModule } from 'bpmn-js-create-append-anything'
import Minimap from 'diagram-js-minimap'
import { is } from 'bpmn-js/lib/util/ModelUtil'

import { csrfToken } from '../requests.js'
import { ByKeyboardModule } from './by-keyboard.js'
import { Changes, NamingModule } from './bpmn-change.js'
import { Fields, kindOf, titleOf } from './bpmn-fields.js'
import { build, button, dataOf } from './dom.js'
import { listFindings } from './findings.js'
import { InsertingModule } from './inserting.js'
import { Keeper } from './keeping.js'
import { OfferedModule, WordsModule } from './offered.js'
import { Panel } from './panel.js'
import roundtable from './roundtable.json'

const READABLE = 0.45
const CLOSE = 0.9

class StudioModeler extends Modeler {
  getModules () {
    // Their menus style themselves in a way that the content policy forbids.
    return super.getModules().filter((module) => module !== AlignElements && module !== DistributeElements)
  }
}

class DiagramEditor {
  constructor (root) {
    this.root = root
    this.facts = dataOf('editor-facts')
    this.findings = dataOf('editor-findings')
    this.place = root.querySelector('[data-editor-canvas]')
    this.modeler = new StudioModeler({
      container: this.place,
      additionalModules: [OfferedModule, WordsModule, NamingModule, InsertingModule, ByKeyboardModule, CreateAppendAnythingModule, Minimap],
      moddleExtensions: { roundtable }
    })
    for (const name of ['canvas', 'selection', 'elementRegistry', 'overlays', 'eventBus', 'editorActions', 'commandStack', 'minimap']) this[name] = this.modeler.get(name)
    this.panel = new Panel(root.querySelector('[data-editor-panel]'))
    this.fields = new Fields(new Changes(this.modeler), this.facts, { goTo: (element) => this.show(element.id), makeForm: (element) => this.makeForm(element) })
    this.keeper = new Keeper(root, {
      read: async () => (await this.modeler.saveXML({ format: true })).xml,
      write: (text) => this.open(text),
      found: (findings) => { this.findings = findings; this.mark() }
    })
  }

  async start () {
    await this.open(dataOf('editor-text'))
    this.tools()
    this.describe()
    for (const entry of this.place.querySelectorAll('.djs-palette .entry')) entry.title = entry.getAttribute('aria-label') ?? ''
    this.eventBus.on('commandStack.changed', () => { if (!this.opening) this.keeper.changed() })
    this.eventBus.on(['selection.changed', 'elements.changed'], () => this.draw())
    this.eventBus.on('commandStack.changed', () => { this.list(); this.mark() })
    if (location.hash) this.show(location.hash.slice(1)) // a link to one step
    this.root.dataset.drawn = 'true'
  }

  async open (text) {
    this.opening = true
    await this.modeler.importXML(text)
    this.opening = false
    this.canvas.zoom('fit-viewport', 'auto')
    if (this.canvas.zoom() < READABLE) this.startReadable()
    this.draw()
    this.list()
    this.mark()
  }

  /** A large diagram opens where it begins, large enough to be read. */
  startReadable () {
    const start = this.elementRegistry.find((each) => is(each, 'bpmn:StartEvent'))
    if (start) this.centre(start, 0.25)
  }

  draw () {
    const chosen = this.selection.get()
    const element = chosen.length === 1 ? (chosen[0].labelTarget || chosen[0]) : this.canvas.getRootElement()
    if (chosen.length > 1) return this.panel.draw(`${chosen.length} elements`, [{ fields: [{ id: 'many', kind: 'words', value: 'Choose one to change what it says.' }] }])
    const begin = element === this.canvas.getRootElement() ? [{ fields: [{ id: 'begin', kind: 'words', value: 'Click a step in the drawing to change it, or to add another after it.' }] }] : []
    this.panel.draw(kindOf(element), [...begin, ...this.fields.of(element)])
    this.sayChosen()
  }

  sayChosen () {
    const chosen = this.selection.get()
    if (this.steps) this.steps.value = chosen.length === 1 ? (chosen[0].labelTarget || chosen[0]).id : ''
  }

  tools () {
    const bar = this.root.querySelector('[data-editor-tools]')
    const act = (name) => () => this.editorActions.trigger(name, {})
    this.steps = build('select', { class: 'govuk-select', id: 'editor-go-to' })
    this.steps.addEventListener('change', () => { if (this.steps.value) this.show(this.steps.value) })
    bar.append(
      build('div', { class: 'app-editor__find' }, build('label', { class: 'govuk-label', for: 'editor-go-to' }, 'Go to'), this.steps),
      button('Add after this', () => this.append()),
      button('Add elsewhere', () => this.choose('createElement', 'n')),
      button('Remove', () => this.editorActions.trigger('removeSelection')),
      button('Undo', act('undo')), button('Redo', act('redo')),
      button('Find', () => { this.svg().focus(); this.editorActions.trigger('find') }),
      button('Zoom in', () => this.zoomBy(1.25)), button('Zoom out', () => this.zoomBy(0.8)),
      button('Show all', () => this.canvas.zoom('fit-viewport', 'auto')),
      button('Overview', () => this.minimap.toggle())
    )
    this.list()
  }

  append () {
    this.choose('appendElement', 'a')
  }

  /** A menu of what can be added. */
  choose (menu, key) {
    this.svg().focus({ preventScroll: true })
    this.editorActions.trigger(menu, new KeyboardEvent('keydown', { key }))
  }

  /** Every element that can be chosen, by name, for those who do not use a mouse. */
  list () {
    if (!this.steps) return
    const kinds = ['bpmn:FlowNode', 'bpmn:Lane', 'bpmn:SequenceFlow']
    const options = [new Option('The process itself', '')]
    for (const kind of kinds) {
      const found = this.elementRegistry.filter((each) => is(each, kind) && !each.labelTarget)
      const group = build('optgroup', { label: { 'bpmn:FlowNode': 'Steps and events', 'bpmn:Lane': 'Lanes', 'bpmn:SequenceFlow': 'Arrows' }[kind] })
      group.append(...found.map((each) => new Option(titleOf(each), each.id)))
      if (found.length) options.push(group)
    }
    this.steps.replaceChildren(...options)
    this.sayChosen()
  }

  show (id) {
    const element = this.elementRegistry.get(id)
    if (!element) return
    this.selection.select(element)
    this.centre(element)
  }

  /** Bring an element to the middle, or to another part of the width. */
  centre (element, across = 0.5) {
    const scale = Math.max(CLOSE, Math.min(1, this.canvas.zoom()))
    const { width, height } = this.canvas.getSize()
    const at = element.waypoints ? element.waypoints[0] : { x: element.x + Math.min(element.width, width / scale) / 2, y: element.y + Math.min(element.height, height / scale) / 2 }
    this.canvas.viewbox({ x: at.x - (width / scale) * across, y: at.y - height / scale / 2, width: width / scale, height: height / scale })
  }

  zoomBy (factor) {
    this.canvas.zoom(Math.min(4, Math.max(0.1, this.canvas.zoom() * factor)), 'auto')
  }

  svg () {
    return this.place.querySelector('.djs-container svg')
  }

  describe () {
    const svg = this.svg()
    svg.setAttribute('role', 'group')
    svg.setAttribute('aria-label', this.root.dataset.label)
    svg.setAttribute('aria-describedby', 'editor-keys')
  }

  /** The findings, listed and beside their elements. */
  mark () {
    const here = listFindings(this.root.querySelector('[data-editor-findings]'), this.findings, this.root.dataset.file, (id) => { this.show(id); this.svg().focus({ preventScroll: true }) }, (id) => {
      const element = this.elementRegistry.get(id)
      return element ? titleOf(element) : ''
    })
    this.overlays.remove({ type: 'finding' })
    for (const marked of this.marked ?? []) if (this.elementRegistry.get(marked)) this.canvas.removeMarker(marked, 'app-has-finding')
    const by = grouped(here)
    this.marked = [...by.keys()].filter((id) => this.elementRegistry.get(id))
    for (const id of this.marked) {
      this.canvas.addMarker(id, 'app-has-finding')
      const element = this.elementRegistry.get(id)
      if (element === this.canvas.getRootElement()) continue
      const [first, ...more] = by.get(id)
      const words = build('div', { class: 'app-finding-mark' }, more.length ? `${first.sentence} And ${more.length} more.` : first.sentence)
      this.overlays.add(id, 'finding', { position: element.waypoints ? { top: 4, left: 0 } : { bottom: -6, left: 0 }, html: words, show: { minZoom: READABLE }, scale: { min: 0.7, max: 1 } })
    }
  }

  /** A first form for a step that has none, in the same change. */
  async makeForm (element) {
    const { id, name } = element.businessObject
    const form = {
      type: 'default', id, schemaVersion: 18, properties: { title: name || id },
      components: [{ type: 'textarea', key: 'note', label: 'What would you like to say?', validate: { required: true, maxLength: 2000 }, properties: { requiredMessage: 'Enter what you would like to say', shortLabel: 'Note' } }]
    }
    const href = this.facts.file_url.replace('__name__', `${id}.form`)
    const answer = await fetch(href, {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'X-CSRFToken': csrfToken(), 'Content-Type': 'application/json', Accept: 'application/json' },
      body: JSON.stringify({ text: JSON.stringify(form, null, 2) + '\n', revision: 0 })
    }).catch(() => ({ ok: false }))
    if (!answer.ok) return this.keeper.say('The form could not be made. Try again when everything is saved.', true)
    this.facts.forms.push({ name: `${id}.form`, title: form.properties.title, href })
    const { findings } = await answer.json()
    this.findings = findings ?? this.findings
    this.mark()
    this.draw()
  }
}

function grouped (findings) {
  const by = new Map()
  for (const finding of findings) by.set(finding.element, [...(by.get(finding.element) ?? []), finding])
  return by
}

for (const root of document.querySelectorAll('[data-module=app-diagram-editor]')) {
  const editor = new DiagramEditor(root)
  editor.start().catch(() => {
    root.querySelector('[data-editor-status]').textContent = 'This diagram cannot be drawn. Open it as plain text instead.'
    root.dataset.drawn = 'failed'
  })
}
