"""Models against each other, paired tests, multiplicity."""

from reference_values.files import Check

METHODS: dict[str, Check] = {}
NOT_APPLICABLE: dict[str, str] = {}
# `method.key` of a result (dots for inner keys, `*` for any) to why it is not compared.
LEFT_OUT: dict[str, str] = {}
