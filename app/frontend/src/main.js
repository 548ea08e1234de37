// Progressive enhancement of every page. Nothing here is needed for a page to work.
import { createAll, initAll } from 'govuk-frontend'
import { AddAnother } from '@ministryofjustice/frontend/moj/components/add-another/add-another.mjs'
import { FilterToggleButton } from '@ministryofjustice/frontend/moj/components/filter-toggle-button/filter-toggle-button.mjs'
import { SortableTable } from '@ministryofjustice/frontend/moj/components/sortable-table/sortable-table.mjs'

import { startAutosave } from './autosave.js'
import { startSelectAll } from './select-all.js'
import { startSessionWarning } from './session-warning.js'

initAll()
for (const component of [AddAnother, FilterToggleButton, SortableTable]) createAll(component)

for (const form of document.querySelectorAll('form[data-draft-url]')) startAutosave(form)
for (const box of document.querySelectorAll('input[type=checkbox][data-selects]')) startSelectAll(box)
for (const warning of document.querySelectorAll('[data-session-ends-in]')) startSessionWarning(warning)
for (const button of document.querySelectorAll('[data-prints]')) {
  button.hidden = false
  button.addEventListener('click', () => window.print())
}
