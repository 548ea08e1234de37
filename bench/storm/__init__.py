"""Storms: what must hold when processes, databases, disks and mail servers fail, and when everybody sends at
once. Afterwards everything is counted: nothing may be lost, doubled or half done.

    python -m bench.storm                    every storm, both databases, in ten minutes (`make storm`)
    python -m bench.storm --full             the figures that the promises name: about an hour
    python -m bench.storm --short            in seconds each; parts of it are in `make test`
    python -m bench.storm --storm power      one of them; --json FILE writes the table there, too
    python -m bench.storm --mutant no-lock   breaks a rule on purpose: the storm must find it
    python -m bench.storm --mutants          breaks every rule in turn

Each storm is a module with a function `storm` and a row in the table of `__main__`. `servers` are the places
of databases, `world` and `partnership` make the work, `counting` looks at what is there afterwards.
"""
