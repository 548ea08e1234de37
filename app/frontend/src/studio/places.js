// Where on an arrow there is room: plain geometry over what is drawn.
import { is } from 'bpmn-js/lib/util/ModelUtil'

export const BESIDE = 40 // how much of an arrow is seen on each side of what is put on it
const CLEAR = 12 // what is kept free around it
const STEP = 20 // how finely a place is looked for along an arrow

/** The parts of an arrow, each [from, to]. */
function partsOf ({ waypoints }) {
  return waypoints.slice(1).map((to, index) => [waypoints[index], to])
}

export function lengthOf ([from, to]) {
  return Math.abs(to.x - from.x) + Math.abs(to.y - from.y)
}

export function middle ([from, to]) {
  return { x: Math.round((from.x + to.x) / 2), y: Math.round((from.y + to.y) / 2) }
}

/** The longest part of an arrow that runs across ('x') or down ('y'). */
export function longest (flow, axis) {
  const other = axis === 'x' ? 'y' : 'x'
  const along = partsOf(flow).filter(([from, to]) => Math.abs(to[axis] - from[axis]) > Math.abs(to[other] - from[other]))
  return along.sort((one, another) => lengthOf(another) - lengthOf(one))[0]
}

/** Where `shape` can stand on an arrow without touching anything: the middle of a long part first. */
export function clearPlace (flow, shape, registry) {
  const drawn = obstacles(flow, registry)
  for (const axis of ['x', 'y']) {
    const part = longest(flow, axis)
    const spare = part ? lengthOf(part) / 2 - BESIDE - (axis === 'x' ? shape.width : shape.height) / 2 : -1
    for (let away = 0; away <= spare; away += STEP) {
      for (const side of away ? [-1, 1] : [1]) {
        const at = middle(part)
        at[axis] += side * away
        if (isClear(boxAround(at, shape), drawn)) return at
      }
    }
  }
  return null
}

/** Whether nothing else stands where `shape` is put on an arrow, its ends included. */
export function isFree (at, flow, shape, registry) {
  return isClear(boxAround(at, shape), obstacles(flow, registry))
}

/** The points of an arrow after all beyond `at` went `by` further, its ends with their shapes; null where it would slant. */
export function movedApart ({ source, target, waypoints }, axis, by, at, moving) {
  const goes = waypoints.map((point) => point[axis] > at)
  const last = waypoints.length - 1
  goes[0] = moving.has(source)
  goes[last] = moving.has(target)
  // What stands straight above or beside an end stays in line with it.
  if (last > 1 && waypoints[1][axis] === waypoints[0][axis]) goes[1] = goes[0]
  if (last > 1 && waypoints[last - 1][axis] === waypoints[last][axis]) goes[last - 1] = goes[last]
  const points = waypoints.map(({ x, y }, index) => { const point = { x, y }; if (goes[index]) point[axis] += by; return point })
  return partsOf({ waypoints: points }).some(([from, to]) => from.x !== to.x && from.y !== to.y) ? null : points
}

function obstacles (flow, registry) {
  const shapes = registry.filter((each) => !each.hidden && (each.labelTarget ? each.labelTarget !== flow : is(each, 'bpmn:FlowNode') && !is(each, 'bpmn:SubProcess')))
  const arrows = registry.filter((each) => is(each, 'bpmn:SequenceFlow') && !each.labelTarget && each !== flow)
  const edges = registry.filter((each) => (is(each, 'bpmn:Lane') && !each.children.some((inner) => is(inner, 'bpmn:Lane'))) || (is(each, 'bpmn:Group') && !each.labelTarget))
  return { shapes, parts: arrows.flatMap(partsOf), edges }
}

function isClear (box, { shapes, parts, edges }) {
  return !shapes.some((each) => meet(box, each)) && !parts.some((part) => meet(box, boxOf(part))) && edges.every((each) => !meet(box, each) || within(box, each))
}

function boxAround ({ x, y }, { width, height }) {
  return { x: x - width / 2 - CLEAR, y: y - height / 2 - CLEAR, width: width + 2 * CLEAR, height: height + 2 * CLEAR }
}

function boxOf ([from, to]) {
  return { x: Math.min(from.x, to.x), y: Math.min(from.y, to.y), width: Math.abs(to.x - from.x), height: Math.abs(to.y - from.y) }
}

function meet (one, other) {
  return one.x < other.x + other.width && other.x < one.x + one.width && one.y < other.y + other.height && other.y < one.y + one.height
}

function within (inner, outer) {
  return inner.x >= outer.x && inner.y >= outer.y && inner.x + inner.width <= outer.x + outer.width && inner.y + inner.height <= outer.y + outer.height
}
