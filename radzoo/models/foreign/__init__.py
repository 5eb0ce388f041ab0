"""Files of weights that other programs wrote: their tensors are rebuilt, their code never runs.

All of it happens in a process that can be lost (`child`), started by `models.convert`:
`container` opens the file, `unpickler` reads its pickles with nothing but `constructors` and
inert stubs at hand, `collect` finds the tensors, and `writing` makes a safetensors file of
them. Torch itself is not imported: a small file gets a small process.
"""
