"""Ketenpoort, the gate to the chain: one login at the school, every material of every supplier.

The rooms, and the rule of direction (held by import-linter):

    core       the rules; standard library and `errors` only
    store      what is kept            knows core
    trust      what is proved          knows core
    web        what people see         knows core
    providers  the protocols           know core and trust, not each other
    app, cli   know everyone

The way of a login: `providers/suppliers/<protocol>` reads the request, `web/flow.py` does what
`core/flow.py` says, `providers/schools/<protocol>` asks the school, `core/release.py` decides
what may be told, `providers/suppliers/<protocol>` tells it.
"""

__version__ = "0.1.0"
