"""Ways in for materials: what suppliers and catalogues deliver becomes `Publication`s.

A reader says all that is wrong with the form, each fault with its place; what is wrong with the
materials themselves is for `core.publishing`. Parsed XML is handed in: `gateway.trust.xml` is
the one parser.
"""
