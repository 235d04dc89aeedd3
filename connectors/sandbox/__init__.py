"""Two sample outside systems over real HTTP: ProjectSight sample and Vista sample.

Each has an OpenAPI document (in `documents/`) that its addresses and checks are read from, so that
the document cannot be wrong about them. What an operation does is one function, named in the
`operations` of its system; log-ins are in `credentials`. Beside the API stand the controls, in
`controls`: faults on demand, and the log of what arrived. For tests: `run_sandbox` in `server`;
for people: `python -m connectors.sandbox --data DIRECTORY`.
"""
