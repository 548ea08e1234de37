"""Storms: workers, web processes and the database itself are killed at random while work is due. Afterwards
every effect is counted: none may be missing, none may be there twice (promises R2 and R5).

    python -m bench.storm                    both databases, the full form (`make storm`)
    python -m bench.storm --short            a small one, in seconds
    python -m bench.storm --mutant no-lock   breaks a rule on purpose: the storm must find it

`world` makes the work, `processes` are what is killed, `pack` kills them, `counting` looks at what is there
afterwards. `reminders`, `recurring` and `poison` are the three storms.
"""
