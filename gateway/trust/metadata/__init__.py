"""SAML 2.0 metadata in and out.

`read` judges one EntityDescriptor and makes `roles` of it, with `problems` in plain words;
`aggregate` goes through a document of one entity or of thousands; `write` makes our own.
"""
