"""The nouns: plain types, errors, and the registry of plug-ins. Imports no heavy library."""
