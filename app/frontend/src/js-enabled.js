// Loaded first in the body and blocking, as GOV.UK's inline script would be: a strict content policy allows no inline script.
document.body.className +=
  ' js-enabled' + ('noModule' in HTMLScriptElement.prototype ? ' govuk-frontend-supported' : '')
