// One box ticks all the boxes of a list: <input type="checkbox" data-selects="task"> for <input name="task">.

/** Let `all` tick and untick every box with the name it selects, and follow them. */
export function startSelectAll (all) {
  const boxes = [...document.querySelectorAll(`input[type=checkbox][name="${CSS.escape(all.dataset.selects)}"]`)]
  const follow = () => {
    const ticked = boxes.filter((box) => box.checked).length
    all.checked = ticked > 0 && ticked === boxes.length
    all.indeterminate = ticked > 0 && ticked < boxes.length
  }
  all.addEventListener('change', () => {
    for (const box of boxes) box.checked = all.checked
  })
  for (const box of boxes) box.addEventListener('change', follow)
  follow()
}
