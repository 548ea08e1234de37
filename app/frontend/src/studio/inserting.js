// A step that is added behind another goes into its way on, with room made for it, instead of making a second way:
// an arrow beside the first would have both go on at once. Only a choice gets another way.
import CommandInterceptor from 'diagram-js/lib/command/CommandInterceptor'
import { is, isAny } from 'bpmn-js/lib/util/ModelUtil'
import { selfAndAllChildren } from 'diagram-js/lib/util/Elements'

import { BESIDE, clearPlace, isFree, lengthOf, longest, middle, movedApart } from './places.js'

const HIGH = 3000 // before bpmn-js takes the arrow apart

/** The one way on of an element that is no choice; null where it has none, or may have several. */
export function wayOn (element) {
  const ways = (element.outgoing || []).filter((each) => is(each, 'bpmn:SequenceFlow'))
  return ways.length === 1 && !is(element, 'bpmn:Gateway') ? ways[0] : null
}

class Inserting extends CommandInterceptor {
  constructor (eventBus, commandStack, modeling, elementFactory, spaceTool, canvas, registry, autoPlace) {
    super(eventBus)
    Object.assign(this, { commandStack, modeling, elementFactory, spaceTool, canvas, registry })
    const beside = autoPlace.append.bind(autoPlace)
    autoPlace.append = (source, shape, hints) => {
      const flow = goesBetween(shape) && wayOn(source)
      if (!flow) return beside(source, shape, hints)
      eventBus.fire('autoPlace.start', { source, shape })
      const made = this.putOn(flow, shape)
      eventBus.fire('autoPlace.end', { source, shape: made })
      return made
    }
    // Where it is dropped on an arrow without room for it, room is made.
    this.preExecute('shape.create', HIGH, ({ context }) => {
      const { parent, shape, position } = context
      if (!is(parent, 'bpmn:SequenceFlow') || !goesBetween(shape)) return
      const at = this.placeOn(parent, shape, 'width' in position ? middle([position, { x: position.x + position.width, y: position.y + position.height }]) : position)
      context.position = 'width' in position ? { ...position, x: at.x - position.width / 2, y: at.y - position.height / 2 } : at
    })
    // Where somebody drags it to a place of their own, the way that was there leads on from it.
    this.preExecute('shape.append', ({ context }) => { context.ledOn = goesBetween(context.shape) && wayOn(context.source) })
    this.postExecuted('shape.append', ({ context: { shape, ledOn } }) => {
      if (ledOn && ledOn.target !== shape && !shape.outgoing.length) modeling.reconnectStart(ledOn, shape, { x: shape.x + shape.width, y: shape.y + shape.height / 2 })
    })
  }

  /** Put a new shape (a step of people, unless it is given) on an arrow; gives what was drawn. */
  putOn (flow, shape = this.elementFactory.createShape({ type: 'bpmn:UserTask' })) {
    let made = null
    this.commandStack.execute('roundtable.several', {
      steps: [() => { made = this.modeling.createShape(shape, this.placeOn(flow, shape), flow) }]
    })
    return made
  }

  /** A clear place on an arrow, the `wanted` one if it is clear; where there is none, the drawing is moved apart until there is. */
  placeOn (flow, shape, wanted) {
    if (wanted && isFree(wanted, flow, shape, this.registry)) return wanted
    const find = () => clearPlace(flow, shape, this.registry)
    for (const axis of ['x', 'x', 'y', 'y']) {
      const found = find()
      if (found) return found
      this.makeRoom(flow, shape, axis)
    }
    return find() ?? middle(longest(flow, 'x') ?? longest(flow, 'y'))
  }

  makeRoom (flow, shape, axis) {
    const part = longest(flow, axis)
    if (!part) return
    const [size, direction] = axis === 'x' ? [shape.width, 'e'] : [shape.height, 's']
    const lacks = size + 2 * BESIDE - lengthOf(part)
    const by = lacks > 0 ? lacks : size // long enough, but something stands beside it
    const at = middle(part)[axis]
    const all = selfAndAllChildren(this.canvas.getRootElement(), true)
    const { movingShapes, resizingShapes } = this.spaceTool.calculateAdjustments(all, axis, by, at)
    const ways = this.registry.filter((each) => is(each, 'bpmn:SequenceFlow') && !each.labelTarget)
    const apart = ways.map((way) => movedApart(way, axis, by, at, new Set(movingShapes)))
    this.spaceTool.makeSpace(movingShapes, resizingShapes, { x: 0, y: 0, [axis]: by }, direction, at)
    // Arrows that were only stretched keep their course: what the library lays out anew may run through a step.
    ways.forEach((way, index) => { if (apart[index]) this.modeling.updateWaypoints(way, apart[index], { labelBehavior: false }) })
  }
}
Inserting.$inject = ['eventBus', 'commandStack', 'modeling', 'elementFactory', 'spaceTool', 'canvas', 'elementRegistry', 'autoPlace']

/** What can stand between two steps: an end cannot, and what sits on the edge of a step does not. */
function goesBetween (shape) {
  return isAny(shape, ['bpmn:Activity', 'bpmn:Gateway', 'bpmn:IntermediateCatchEvent'])
}

export const InsertingModule = { __init__: ['roundtableInserting'], roundtableInserting: ['type', Inserting] }
