"""Texts that attack whatever evaluates them, by what they try: used for every place of a diagram, a table,
a form or a notice that holds text with a meaning."""

from __future__ import annotations

CANARY = "CANARY_OF_THE_TESTS"

CODE = {
    "import": f"__import__('os').environ.__setitem__('{CANARY}', '1')",
    "walk": "[c for c in ().__class__.__base__.__subclasses__() if c.__name__ == '_wrap_close']",
    "globals": "(lambda: 0).__globals__",
    "format": "'{0.__class__.__mro__}'.format(1)",
    "f-string": "f\"{__import__('os').getcwd()}\"",
    "dunder": "date.__class__",
    "exec": f'exec(\'import os; os.environ["{CANARY}"] = "1"\')',
    "jinja": "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "jinja block": "{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}",
    "spring": "${T(java.lang.Runtime).getRuntime().exec('id')}",
    "javascript": "constructor.constructor('return process')().exit()",
    "groovy": "#{execution.setVariable('a', 'id'.execute())}",
    "sql": "'; DROP TABLE process_version; --",
    "shell": "$(touch /tmp/owned)",
    "walrus": "(x := 1)",
    "statement": "import os",
    "comment": "# nothing",
    "backtick": "`id`",
}
"""Code of other languages: none of it is FEEL."""

ENDLESS = {
    "product": "count(for a in 1..5000, b in 1..5000 return a) > 0",
    "grows": "count(for a in 1..4000 return for b in 1..4000 return a) > 0",
    "deep": "(" * 5_000 + "1" + ")" * 5_000,
    "signs": "-" * 50_000 + "1",
    "long": "1" + " + 1" * 100_000,
    "recursion": "{f: function(n) f(n + 1), r: f(0)}.r",
    "quantified": "some a in 1..9999, b in 1..9999 satisfies a + b = 0",
}
"""FEEL, or nearly, that would go on or grow."""

ODD = {
    "nul": "a\x00b",
    "surrogate": "a\ud800b",
    "escape": "a\x1bb",
    "huge number": "1" * 10_000,
    "huge exponent": "1e999999999",
    "right to left": "\u202egnp.exe\u202c",
    "power": "9 ** 9 ** 9 ** 9 > 0",
    "long text": 'string length(for t in ["x"] return replace(t, "x", "' + "y" * 3_000 + '")) > 0',
    "markup": "<script>alert(1)</script>",
}
"""Texts that trip readers."""

PATTERNS = {
    "nested": "(a+)+$",
    "choice": "(a|a)*$",
    "look back": "(?<=a)b",
    "reference": r"(a)\1*",
    "long": "a" * 100_000,
    "broken": "[a-",
    "counts of counts": "(a{1,9999}){1,9999}",
}
"""Regular expressions that take for ever, or cannot be read."""
