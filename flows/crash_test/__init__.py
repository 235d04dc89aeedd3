"""The proof that nothing is lost and nothing doubled: an installation of its own, killed at random.

`stack` starts and restarts its processes, `load` triggers flows and remembers what was
acknowledged, `killing` chooses victims from a seed, `proof` counts on both sides afterwards.
"""
