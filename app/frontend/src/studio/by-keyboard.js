// bpmn-js hangs what is added on the pointer. Whoever works without one gets it in the middle of what is seen, clear of the
// steps there, chosen, so that the arrow keys move it.
import { is } from 'bpmn-js/lib/util/ModelUtil'

const FARTHEST = 8 // how many rows are looked at

function ByKeyboard (create, canvas, modeling, selection, elementRegistry) {
  let keyed = false
  document.addEventListener('keydown', () => { keyed = true }, true)
  for (const kind of ['pointermove', 'pointerdown']) document.addEventListener(kind, () => { keyed = false }, true)
  const byPointer = create.start.bind(create)
  create.start = (event, elements, context) => {
    if (!keyed) return byPointer(event, elements, context)
    const shapes = [].concat(elements)
    const parent = elementRegistry.find((each) => is(each, 'bpmn:Participant')) ?? canvas.getRootElement()
    selection.select(modeling.createElements(shapes, clear(shapes[0]), parent)[0])
  }

  function clear ({ width = 100, height = 80 }) {
    const seen = canvas.viewbox()
    const at = { x: Math.round(seen.x + seen.width / 2), y: Math.round(seen.y + seen.height / 2) }
    const taken = () => elementRegistry.find((each) => is(each, 'bpmn:FlowNode') && !is(each, 'bpmn:SubProcess') && Math.abs(each.x + each.width / 2 - at.x) < (each.width + width) / 2 + 10 && Math.abs(each.y + each.height / 2 - at.y) < (each.height + height) / 2 + 10)
    for (let row = 0; row < FARTHEST && taken(); row++) at.y += height + 20
    return at
  }
}
ByKeyboard.$inject = ['create', 'canvas', 'modeling', 'selection', 'elementRegistry']

export const ByKeyboardModule = { __init__: ['roundtableByKeyboard'], roundtableByKeyboard: ['type', ByKeyboard] }
