// A review's diagram, with what is done, where it stands now and what was not taken.
//
//   <div class="app-diagram" data-module="app-diagram" data-xml-url="/reviews/LR-1/diagram.bpmn" data-label="Diagram of this review"
//        data-state='{"triage_decision": {"state": "now", "words": "Now: due tomorrow", "late": false},
//                     "referral": {"state": "done"}, "capacity_review": {"state": "skipped"}}'></div>
//
// States: done, now, skipped; heat-0 to heat-4 with `words` for the studio's insight; covered, left-out and gap for its scenarios.
// Every state is said in words on a badge (sequence flows excepted: they only repeat, or differ by how they are drawn, too).
// A link with data-diagram-step="triage_decision" shows that step here.
// The bpmn.io watermark stays as bpmn-js draws it: its licence asks for that.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer'

const WORDS = { done: 'Done', now: 'Now', skipped: 'Not taken' }
const CLOSE = 0.8 // how near a step is shown
const READABLE = 0.45 // below this, names cannot be read: start where the review stands instead of with the whole

function tool (text, act) {
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'govuk-button govuk-button--secondary'
  button.textContent = text
  button.addEventListener('click', act)
  return button
}

function badge (words, kind) {
  const element = document.createElement('div')
  element.className = `app-step-badge app-step-badge--${kind}`
  element.textContent = words
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
  }

  mark () {
    const registry = this.viewer.get('elementRegistry')
    const overlays = this.viewer.get('overlays')
    for (const [id, { state, words, late }] of Object.entries(this.state)) {
      const element = registry.get(id)
      if (!element) continue // a step of an older version of the process
      this.canvas.addMarker(id, `app-step-${state}`)
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
    this.container.before(tools)
  }

  fit () {
    // 'auto' centres it; without, a wide diagram sticks to the top.
    this.canvas.zoom('fit-viewport', 'auto')
  }

  zoomBy (factor) {
    this.canvas.zoom(Math.min(4, Math.max(0.1, this.canvas.zoom() * factor)), 'auto')
  }

  show (id) {
    const step = this.viewer.get('elementRegistry').get(id)
    if (!step) return
    if (this.chosen) this.canvas.removeMarker(this.chosen, 'app-step-chosen')
    this.chosen = id
    this.canvas.addMarker(id, 'app-step-chosen')
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
        const step = event.target.closest('[data-diagram-step]')?.dataset.diagramStep
        if (step) diagram.show(step)
      })
    },
    () => { container.textContent = 'The diagram cannot be shown. The steps are listed on this page.' }
  )
}
