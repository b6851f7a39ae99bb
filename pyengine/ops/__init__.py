"""The op families: one module a family, one declaration an op (see `declare`)."""
