// A review's diagram, with what is done, where it stands now and what was not taken.
//
//   <div class="app-diagram" data-module="app-diagram" data-xml-url="/reviews/LR-1/diagram.bpmn" data-label="Diagram of this review"
//        data-state='{"triage_decision": {"state": "now", "words": "Now: due tomorrow", "late": false},
//                     "referral": {"state": "done"}, "capacity_review": {"state": "skipped"}}'></div>
//
// States: done, now, skipped; heat-0 to heat-4 with `words` for the studio's insight; covered, left-out and gap for its scenarios;
// added, removed, changed and moved where two diagrams are compared. Every state is said in words on a badge (sequence flows
// excepted: they only repeat, or differ by how they are drawn, too). A badge with a `number` opens to what was `told` of its
// element. A link with data-diagram-step="triage_decision" shows that step here; it may name several.
// The bpmn.io watermark stays as bpmn-js draws it: its licence asks for that.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer'

const WORDS = { done: 'Done', now: 'Now', skipped: 'Not taken' }
const CLOSE = 0.8 // how near a step is shown
const MARGIN = 120 // around what is marked
const READABLE = 0.45 // below this, names cannot be read: start where the review stands instead of with the whole

function tool (text, act) {
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'govuk-button govuk-button--secondary'
  button.textContent = text
  button.addEventListener('click', act)
  return button
}

function boxOf (element) {
  if (!element.waypoints) return element
  const [xs, ys] = [element.waypoints.map((point) => point.x), element.waypoints.map((point) => point.y)]
  const [x, y] = [Math.min(...xs), Math.min(...ys)]
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y }
}

/** Where the number of a line stands: in the middle of its middle part, counted from the box around it. */
function middleOf (line) {
  const { x, y } = boxOf(line)
  const at = Math.floor((line.waypoints.length - 1) / 2)
  const [from, to] = [line.waypoints[at], line.waypoints[at + 1]]
  return { left: (from.x + to.x) / 2 - x - 10, top: (from.y + to.y) / 2 - y - 10 }
}

function badge (words, kind) {
  const element = document.createElement('div')
  element.className = `app-step-badge app-step-badge--${kind}`
  element.textContent = words
  return element
}

/** A number that opens, by mouse or keyboard, to what is different there. */
function numbered ({ number, words, told, state }) {
  const element = document.createElement('details')
  element.className = `app-mark app-mark--${state}`
  const summary = document.createElement('summary')
  const said = document.createElement('span')
  said.className = 'app-mark__what'
  said.textContent = ` ${words}`
  summary.append(`${number}`, said)
  const box = document.createElement('div')
  box.className = 'app-mark__told'
  box.append(...told.map((sentence) => {
    const line = document.createElement('p')
    line.textContent = sentence
    return line
  }))
  element.append(summary, box)
  element.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !element.open) return
    element.open = false
    summary.focus()
  })
  for (const kind of ['mousedown', 'dblclick', 'wheel']) element.addEventListener(kind, (event) => event.stopPropagation())
  return element
}

let drawn = 0

class Diagram {
  constructor (container) {
    this.container = container
    this.state = JSON.parse(container.dataset.state || '{}')
    // Where the picture begins: where a review stands, where most cases do (insight), what no scenario covers.
    this.firstWords = container.dataset.first || 'Show where most cases are'
    this.now = Object.keys(this.state).find((id) => this.state[id].state === 'now' || this.state[id].first)
    this.marked = Object.keys(this.state).filter((id) => this.state[id].number && this.state[id].state !== 'moved')
    this.viewer = new NavigatedViewer({ container })
    this.canvas = this.viewer.get('canvas')
  }

  async draw () {
    const response = await fetch(this.container.dataset.xmlUrl, { credentials: 'same-origin' })
    if (!response.ok) throw new Error(`The diagram answered ${response.status}`)
    await this.viewer.importXML(await response.text())
    this.mark()
    this.describe()
    this.fit()
    if (this.now && this.canvas.zoom() < READABLE) this.show(this.now)
    if (this.marked.length) this.compare()
  }

  /** Where two diagrams are compared: begin with what is marked, and print that. */
  compare () {
    this.frame()
    if (this.canvas.zoom() < READABLE) this.show(this.marked[0], false)
    this.viewer.on('canvas.viewbox.changed', () => this.sayFar())
    this.sayFar()
    this.container.addEventListener('focusin', (event) => this.reach(event.target))
    this.container.addEventListener('toggle', (event) => this.opened(event.target), true)
    window.addEventListener('beforeprint', () => this.onPaper(true))
    window.addEventListener('afterprint', () => this.onPaper(false))
  }

  sayFar () {
    this.container.classList.toggle('app-diagram--far', this.canvas.zoom() < READABLE)
  }

  /** A number that is reached by keyboard comes into sight: the drawing moves, not the box around it. */
  reach (target) {
    const id = target.closest('[data-container-id]')?.dataset.containerId
    for (const box of this.container.querySelectorAll('.djs-container, .djs-overlay-container')) box.scrollTo?.(0, 0)
    if (!id) return
    const [mark, box] = [target.getBoundingClientRect(), this.container.getBoundingClientRect()]
    if (mark.left < box.left || mark.right > box.right || mark.top < box.top || mark.bottom > box.bottom) this.show(id, false)
  }

  /** One at a time, in front of the other numbers. */
  opened (mark) {
    if (!mark.open) return
    for (const other of this.container.querySelectorAll('.app-mark[open]')) if (other !== mark) other.open = false
    for (const each of this.container.querySelectorAll('.djs-overlays')) each.classList.toggle('app-mark-in-front', each.contains(mark))
  }

  /** The part of the drawing that holds every mark. */
  frame () {
    const registry = this.viewer.get('elementRegistry')
    const boxes = this.marked.map((id) => registry.get(id)).filter(Boolean).map((each) => boxOf(each))
    if (!boxes.length) return
    const [left, top] = [Math.min(...boxes.map((box) => box.x)), Math.min(...boxes.map((box) => box.y))]
    const [right, bottom] = [Math.max(...boxes.map((box) => box.x + box.width)), Math.max(...boxes.map((box) => box.y + box.height))]
    const { width, height } = this.canvas.getSize()
    const scale = Math.max(1, (right - left + 2 * MARGIN) / width, (bottom - top + 2 * MARGIN) / height)
    const [wide, high] = [width * scale, height * scale]
    this.canvas.viewbox({ x: (left + right - wide) / 2, y: (top + bottom - high) / 2, width: wide, height: high })
  }

  /** Paper has a size of its own; the drawing is laid out for it while it prints. */
  onPaper (begins) {
    if (begins) this.seen = this.canvas.viewbox()
    this.container.classList.toggle('app-diagram--paper', begins)
    this.canvas.resized()
    if (begins) this.frame()
    else this.canvas.viewbox(this.seen)
  }

  mark () {
    const registry = this.viewer.get('elementRegistry')
    const overlays = this.viewer.get('overlays')
    for (const [id, { state, words, late, number, told }] of Object.entries(this.state)) {
      const element = registry.get(id)
      if (!element) continue // a step of an older version of the process
      this.canvas.addMarker(id, `app-step-${state}`)
      if (number) {
        const html = numbered({ number, words, told, state })
        const position = element.waypoints ? middleOf(element) : { top: -14, left: -10 }
        const far = state === 'moved' ? { show: { minZoom: READABLE } } : {}
        overlays.add(id, { position, html, scale: { min: 1, max: 1 }, ...far })
        continue
      }
      if (element.waypoints) continue
      const said = words ?? WORDS[state]
      if (!said) continue
      const html = badge(said, late ? 'late' : state)
      // Seen from afar, only where it stands is still said, and readably.
      const far = state === 'now' ? { scale: { min: 0.8, max: 1 } } : { show: { minZoom: READABLE } }
      overlays.add(id, { position: { top: -14, left: 0 }, html, ...far })
    }
  }

  describe () {
    const svg = this.container.querySelector('.djs-container svg')
    const keys = document.createElement('p')
    keys.className = 'govuk-body-s app-diagram__keys app-no-print'
    keys.id = `diagram-keys-${++drawn}`
    keys.textContent = 'Drag to move the diagram, or choose it and press Control with the arrow keys.'
    this.container.after(keys)
    svg.setAttribute('role', 'group')
    svg.setAttribute('aria-label', this.container.dataset.label || 'Process diagram')
    svg.setAttribute('aria-describedby', keys.id)
    const tools = document.createElement('div')
    tools.className = 'app-diagram__tools'
    tools.append(
      tool('Zoom in', () => this.zoomBy(1.25)),
      tool('Zoom out', () => this.zoomBy(0.8)),
      tool('Show all', () => this.fit())
    )
    if (this.now) tools.append(tool(this.state[this.now].first ? this.firstWords : 'Show where it stands now', () => this.show(this.now)))
    if (this.marked.length) tools.append(tool('Show what is marked', () => this.frame()))
    this.container.before(tools)
  }

  fit () {
    // 'auto' centres it; without, a wide diagram sticks to the top.
    this.canvas.zoom('fit-viewport', 'auto')
  }

  zoomBy (factor) {
    this.canvas.zoom(Math.min(4, Math.max(0.1, this.canvas.zoom() * factor)), 'auto')
  }

  show (id, choose = true) {
    const found = this.viewer.get('elementRegistry').get(id)
    if (!found) return
    const step = boxOf(found)
    if (choose && this.chosen) this.canvas.removeMarker(this.chosen, 'app-step-chosen')
    if (choose) {
      this.chosen = id
      this.canvas.addMarker(id, 'app-step-chosen')
    }
    const { width, height } = this.canvas.getSize()
    const [wide, high] = [width / CLOSE, height / CLOSE]
    this.canvas.viewbox({
      x: step.x + (step.width ?? 0) / 2 - wide / 2,
      y: step.y + (step.height ?? 0) / 2 - high / 2,
      width: wide,
      height: high
    })
  }
}

for (const container of document.querySelectorAll('[data-module=app-diagram]')) {
  const diagram = new Diagram(container)
  diagram.draw().then(
    () => {
      container.dataset.drawn = 'true'
      document.addEventListener('click', (event) => {
        const steps = event.target.closest('[data-diagram-step]')?.dataset.diagramStep.split(' ') ?? []
        const step = steps.find((id) => diagram.viewer.get('elementRegistry').get(id))
        if (step) diagram.show(step)
      })
    },
    () => { container.textContent = 'The diagram cannot be shown. The steps are listed on this page.' }
  )
}
